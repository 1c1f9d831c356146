"""Said once for equality's sake: counted in bands from ten people on, read by nobody who deals with them, and taken back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from common.contracts.keys import KEY_OWNER, KeyGranted
from common.runtime.ids import new_id
from common.runtime.keeping.exchange import Exchange
from common.testing.platform import Platform

CRM, ENGINE, MINE = "case-crm", "review-engine", "/me/equality-profile"
CONSUMER = "review-engine-keep-characteristics"
BANDS = "SELECT person_id, bands FROM characteristics JOIN pseudonym ON pseudonym = person ORDER BY person_id"


async def chased(town: Platform, person: UUID) -> None:
    """A person reports a missed bin, and rings again about it."""
    ask = {"service": "missed_bin", "channel": "phone", "person_id": str(person), "answers": {"bin": "Rubbish"}}
    ask["answers"] |= {"address": "14 Weavers Row"}
    case = await town[CRM].client.post("/cases", json=ask, headers=town.officer())
    assert case.status_code == 201, case.text
    path = f"/cases/{case.json()['case_id']}/interactions"
    touch = await town[CRM].client.post(path, json={"channel": "phone", "purpose": "chase"}, headers=town.officer())
    assert touch.status_code == 201, touch.text
    await town.heard(touch)


async def answered(town: Platform, person: UUID, **answers: str) -> None:
    answer = await town[KEY_OWNER].client.put(MINE, json={"answers": answers}, headers=town.resident(person))
    assert answer.status_code == 200, answer.text
    await town.heard(answer)


async def counted(town: Platform, by: str) -> dict[str, int | None]:
    """How often, by group, a reviewer reads that somebody rang after their case was opened."""
    today = date.today()  # noqa: DTZ011 - a period around the test
    period = {"from": str(today - timedelta(days=9)), "to": str(today + timedelta(days=9))}
    told = {"params": {"service": "missed_bin", "by": by, **period}}
    answer = await town[ENGINE].client.get(
        "/measures/directly-follows", headers=town.bearer("reviewer", "reviewer-1", ["northmere"]), **told
    )
    assert answer.status_code == 200, answer.text
    edge = ("case.opened", "interaction.recorded")
    return {
        group["group"]: each["count"]
        for group in answer.json()["groups"]
        for each in group["edges"]
        if (each["from_activity"], each["to_activity"]) == edge
    }


@pytest.fixture(scope="module")
async def people(town: Platform) -> list[UUID]:
    """Thirty people who rang twice: nine have said that they are female, others something else, most nothing."""
    made = [new_id() for _ in range(30)]
    for person in made:
        await chased(town, person)
    said = ["female"] * 9 + ["male"] * 5 + ["prefer_not_to_say"] * 4
    for person, sex in zip(made, said, strict=False):
        await answered(town, person, sex=sex, ethnic_group="asian", asian_background="bangladeshi")
    return made


async def test_a_reviewer_reads_a_number_from_the_tenth_person_on_and_no_more_when_one_takes_it_back(
    town: Platform, people: list[UUID]
) -> None:
    assert await counted(town, "sex") == {"female": None, "male": None, "prefer_not_to_say": None, "unknown": 12}
    tenth = people[18]
    await answered(town, tenth, sex="female")
    assert await counted(town, "sex") == {"female": 10, "male": None, "prefer_not_to_say": None, "unknown": 11}
    gone = await town[KEY_OWNER].client.delete(MINE, headers=town.resident(tenth))
    await town.heard(gone)
    assert await counted(town, "sex") == {"female": None, "male": None, "prefer_not_to_say": None, "unknown": 12}
    assert tenth not in {row["person_id"] for row in await town.sql(ENGINE, BANDS)}


async def test_the_band_arrives_and_the_finer_answer_does_not(town: Platform, people: list[UUID]) -> None:
    bands = {row["person_id"]: row["bands"] for row in await town.sql(ENGINE, BANDS)}
    assert bands[people[0]] == {"sex": "female", "ethnic_group": "asian"}
    mine = (await town[KEY_OWNER].client.get(MINE, headers=town.resident(people[0]))).json()["answers"]
    assert mine == {"sex": "female", "ethnic_group": "asian", "asian_background": "bangladeshi"}


async def test_the_officer_who_took_an_answer_down_cannot_read_it(town: Platform, people: list[UUID]) -> None:
    person, officer, client = people[20], town.officer(id="sam"), town[KEY_OWNER].client
    noted = {"answers": {"religion": "buddhist"}}
    path = f"/persons/{person}/equality-answers"
    assert (await client.post(path, json=noted, headers=officer)).status_code == 201

    async def counted_in() -> bool:
        return {"person_id": person, "bands": {"religion": "other"}} in map(dict, await town.sql(ENGINE, BANDS))

    await town.until(counted_in)
    assert (await client.get(MINE, headers=town.resident(person))).json()["answers"] == noted["answers"]
    pages = ["", "/facts", "/timeline", "/preferences", "/account", "/contact-points", "/consents", "/messages"]
    shown = [await client.get(f"/persons/{person}{page}", headers=officer) for page in pages]
    shown.append(await town[CRM].client.get(f"/persons/{person}/cases", headers=officer))
    assert {answer.status_code for answer in shown} == {200}
    assert not any("buddhist" in answer.text.lower() for answer in shown)
    assert (await client.get(path, headers=officer)).status_code == 405
    assert (await client.get(MINE, headers=officer)).status_code == 403


async def test_a_key_that_comes_late_is_waited_for(
    town: Platform, people: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    person, put = people[22], Exchange.put

    def held_back(self: Exchange, to: str, message: Any, secret: bytes | None) -> None:
        if not isinstance(message, KeyGranted):
            put(self, to, message, secret)

    monkeypatch.setattr(Exchange, "put", held_back)
    told = {"json": {"answers": {"disability": "no_condition"}}, "headers": town.resident(person)}
    assert (await town[KEY_OWNER].client.put(MINE, **told)).status_code == 200
    waits = "SELECT 1 FROM onedoor.parked WHERE consumer = $1 AND reason = 'waits for a key'"
    await town.until(lambda: town.sql(ENGINE, waits, CONSUMER), seconds=30)
    await answered(town, people[0], sex="female")  # of others it is heard meanwhile
    monkeypatch.undo()

    async def known() -> bool:
        return {"person_id": person, "bands": {"disability": "not_disabled"}} in map(
            dict, await town.sql(ENGINE, BANDS)
        )

    await town.until(known, seconds=30)
    assert await town.sql(ENGINE, waits, CONSUMER) == []


async def test_made_again_without_a_key_at_hand_it_is_the_same(town: Platform, people: list[UUID]) -> None:
    before = await town.sql(ENGINE, BANDS)
    assert len(before) >= 18
    await town.sql(ENGINE, "DELETE FROM onedoor.granted_key")
    await town.sql(ENGINE, 'UPDATE characteristics SET bands = \'{"sex": "male"}\'')
    for person in people:
        town[ENGINE].inner.ground.keeper.ring.forget(person)
    town[ENGINE].inner.ground.keeper.ring._asked.clear()
    await town.make_anew(ENGINE, CONSUMER)
    assert await town.sql(ENGINE, BANDS) == before
