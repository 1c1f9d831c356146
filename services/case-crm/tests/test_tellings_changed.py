"""What was told once is put right, taken back, brought again, or never confirmed."""

from __future__ import annotations

import asyncio
from typing import Any
from unittest.mock import ANY
from uuid import UUID

import pytest
from case_crm.commands import dispatching
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.telling import CARING, HIS, REGISTERED, Teller


async def test_a_correction_tells_only_what_is_otherwise_and_only_who_was_told_it(teller: Teller) -> None:
    shown = await teller.told("caring", CARING)
    facts = {
        "facts": {"date_of_birth": "1947-05-02", "home_address": "9 Mill Lane, Northmere ZZ99 1LN"},
        "channel": "phone",
    }
    right = await teller.post(f"/tellings/{shown['telling_id']}/corrections", facts)
    assert (right["supersedes"], right["interests"]) == (shown["telling_id"], 2)
    parts = await teller.parts(right["telling_id"])
    assert sorted(parts) == ["northmere:adult_social_care:correction", "northmere:council_tax:correction"]
    tax = await teller.get(f"/deliveries/{parts['northmere:council_tax:correction']['delivery_id']}")
    assert tax["facts"] == {"home_address": "9 Mill Lane, Northmere ZZ99 1LN"}
    assert (await teller.get(f"/tellings/{shown['telling_id']}"))["status"] == "superseded"
    again = await teller.client.post(f"/tellings/{shown['telling_id']}/corrections", json=facts, headers=teller.north)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/telling-cannot-go-there")
    elsewhere = {"facts": {"home_council": "southholt"}, "channel": "phone"}
    gone = await teller.post(f"/tellings/{right['telling_id']}/corrections", elsewhere)
    sends = sorted(await teller.parts(gone["telling_id"]))
    assert sends == [
        "northmere:adult_social_care:retraction",
        "northmere:council_tax:retraction",
        "southholt:adult_social_care:telling",
        "southholt:council_tax:telling",
    ]
    before = await teller.parts(right["telling_id"])
    assert {each["status"] for each in before.values()} == {"suppressed"}
    teller.town.step(minutes=1)
    home = {"facts": {"home_council": "northmere"}, "channel": "phone"}
    back = await teller.post(f"/tellings/{gone['telling_id']}/corrections", home)
    teller.town.step(minutes=1)
    await teller.post(f"/tellings/{back['telling_id']}/withdrawal", {"because": "told_in_error"})
    assert sorted(await teller.parts(back["telling_id"])) == [
        "northmere:adult_social_care:retraction",
        "northmere:adult_social_care:telling",
        "northmere:council_tax:retraction",
        "northmere:council_tax:telling",
        "southholt:adult_social_care:retraction",
        "southholt:council_tax:retraction",
    ]


async def test_what_was_put_right_before_anybody_heard_it_goes_out_all_the_same(teller: Teller) -> None:
    drafted = (await teller.draft("caring", CARING)).json()
    assert (await teller.confirm(drafted)).status_code == 200
    facts = {"facts": {"changed_on": "2026-12-06"}, "channel": "phone"}
    await teller.post(f"/tellings/{drafted['telling_id']}/corrections", facts)
    await teller.town.until(lambda: told_in_all(teller, 4))
    given = "SELECT sends FROM delivery WHERE person_id = $1 ORDER BY sends"
    rows = await teller.town.sql("case-crm", given, teller.person)
    assert [row["sends"] for row in rows] == ["correction"] * 2 + ["telling"] * 2


async def told_in_all(teller: Teller, count: int) -> bool:
    return len(await teller.said("delivery.planned")) == count


async def test_told_in_error_everybody_who_was_told_gets_a_retraction_to_acknowledge(teller: Teller) -> None:
    shown = await teller.told("caring", CARING)
    parts = await teller.parts(shown["telling_id"])
    care = parts["northmere:adult_social_care:telling"]["delivery_id"]
    await teller.move(care, "acknowledge")
    await teller.move(care, "not_held")
    taken = await teller.post(f"/tellings/{shown['telling_id']}/withdrawal", {"because": "wrong_person"})
    assert taken["status"] == "withdrawn"
    parts = await teller.parts(shown["telling_id"])
    states = {name: each["status"] for name, each in parts.items()}
    assert states == {
        "northmere:adult_social_care:telling": "not_held",
        "northmere:adult_social_care:retraction": "delivered",
        "northmere:council_tax:telling": "suppressed",
        "northmere:council_tax:retraction": "delivered",
    }
    for name in ("adult_social_care", "council_tax"):
        retraction = parts[f"northmere:{name}:retraction"]["delivery_id"]
        item = await teller.move(retraction, "acknowledge")
        assert (item["facts"], item["next_moves"]) == ({}, [])
    again = await teller.client.post(
        f"/tellings/{shown['telling_id']}/withdrawal", json={"because": "x"}, headers=teller.north
    )
    assert again.status_code == 409


async def test_a_registrars_reference_is_good_for_28_days_and_then_leads_back_to_the_registrar(
    teller: Teller, town: Platform
) -> None:
    none = await teller.draft("bereavement", HIS)
    assert (none.status_code, none.json()["type"]) == (422, "/problems/reference-needed")
    town.at("2027-01-06T12:00:00+00:00")
    drafted = (await teller.draft("bereavement", HIS, **REGISTERED)).json()
    town.at("2027-01-07T09:00:00+00:00")
    for answer in (await teller.draft("bereavement", HIS, **REGISTERED), await teller.confirm(drafted)):
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/reference-expired")
        assert "register office" in answer.json()["title"]
    assert await teller.said("telling.confirmed") == []


async def test_the_same_reference_again_is_linked_and_nobody_is_told_twice(teller: Teller) -> None:
    first = await teller.told("bereavement", HIS, **REGISTERED)
    spaced = REGISTERED | {"registrar_reference": "tuo-7k4m-22q "}
    second = await teller.told("bereavement", HIS, teller.south, **spaced)
    assert (second["status"], second["linked_to"], second["parts"]) == ("linked", first["telling_id"], [])
    assert len(await teller.said("delivery.planned")) == 13
    mine = await teller.get("/me/tellings", teller.resident)
    assert [each["status"] for each in mine["items"]] == ["linked", "in_progress"]


async def test_the_same_reference_again_is_linked_after_a_correction_and_free_once_it_was_told_in_error(
    teller: Teller,
) -> None:
    first = await teller.told("bereavement", HIS, **REGISTERED)
    facts = {"facts": {"date_of_death": "2026-12-05"}, "channel": "phone"}
    right = await teller.post(f"/tellings/{first['telling_id']}/corrections", facts)
    planned = len(await teller.said("delivery.planned"))
    again = await teller.told("bereavement", HIS, teller.south, **REGISTERED)
    assert (again["status"], again["linked_to"]) == ("linked", right["telling_id"])
    assert len(await teller.said("delivery.planned")) == planned
    await teller.post(f"/tellings/{right['telling_id']}/withdrawal", {"because": "told_in_error"})
    anew = await teller.told("bereavement", HIS, **REGISTERED)
    assert (await teller.get(f"/tellings/{anew['telling_id']}"))["status"] == "in_progress"


async def test_the_same_reference_brought_to_the_other_council_is_linked_too(teller: Teller) -> None:
    his = {kind: value for kind, value in HIS.items() if kind not in ("property_owned", "services_used")}
    drafts = [
        (await teller.draft("bereavement", his, who, **REGISTERED)).json() for who in (teller.north, teller.south)
    ]
    first = await teller.confirmed(drafts[0])
    planned = len(await teller.said("delivery.planned"))
    await teller.confirmed(drafts[1], teller.south)
    second = await teller.get(f"/tellings/{drafts[1]['telling_id']}", teller.south)
    assert (second["status"], second["linked_to"], second["parts"]) == ("linked", first["telling_id"], [])
    assert (len(await teller.said("delivery.planned")), len(await teller.said("telling.linked"))) == (planned, 1)


async def test_a_reference_is_of_one_person_in_both_councils_until_it_was_told_in_error(teller: Teller) -> None:
    first = await teller.told("bereavement", HIS, **REGISTERED)
    other = Teller(teller.town)
    draft = {"life_event": "bereavement", "person_id": other.person, "channel": "phone", "facts": HIS}
    same = draft | REGISTERED | {"registrar_reference": f"tuo-7k4m-22q-{teller.person}"}
    for who in (teller.north, teller.south):
        refused = await teller.client.post("/tellings", json=same, headers=who)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/reference-of-another")
        assert teller.person not in refused.text
    assert await other.said("telling.drafted") == []
    await teller.post(f"/tellings/{first['telling_id']}/withdrawal", {"because": "wrong_person"})
    anew = await teller.client.post("/tellings", json=same, headers=teller.south)
    assert (await other.confirm(anew.json(), teller.south)).status_code == 200


async def test_of_two_who_confirm_with_one_reference_about_two_people_one_is_refused(teller: Teller) -> None:
    people = [teller, Teller(teller.town)]
    officers = [teller.north, teller.south]
    reference = REGISTERED | {"registrar_reference": f"TUO-{teller.person}"}
    drafts = []
    for each, who in zip(people, officers, strict=True):
        body = {"life_event": "bereavement", "person_id": each.person, "channel": "phone", "facts": HIS} | reference
        drafts.append((await teller.client.post("/tellings", json=body, headers=who)).json())
    answers = await asyncio.gather(*map(teller.confirm, drafts, officers))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    [refused] = [answer for answer in answers if answer.status_code == 409]
    assert refused.json()["type"] == "/problems/reference-of-another"


async def test_nothing_is_told_twice_however_often_it_is_confirmed_or_reconciled(
    teller: Teller, town: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatching, "PAGE", 2)  # they are looked through in several pages
    drafted = (await teller.draft("caring", CARING)).json()
    await teller.confirmed(drafted)
    again = await teller.confirm(drafted)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/telling-cannot-go-there")
    planned = await teller.said("delivery.planned")
    assert await left_out(teller, drafted) == []
    lost = "SELECT id FROM delivery WHERE person_id = $1 AND interest = 'council_tax'"
    await town.sql("case-crm", f"DELETE FROM onedoor.said WHERE aggregate_id IN ({lost})", teller.person)
    await town.sql("case-crm", f"DELETE FROM delivery WHERE id IN ({lost})", teller.person)
    assert await left_out(teller, drafted) == [["council_tax"]]
    town.at("2027-06-02T03:00:01+00:00")  # later than other tests went: the night that they set is over

    async def made_good() -> bool:
        return len(await teller.said("delivery.planned")) == len(planned)

    await town.until(made_good)
    assert await left_out(teller, drafted) == []


async def left_out(teller: Teller, drafted: dict[str, Any]) -> list[Any]:
    """Which parts of this telling nobody has got."""
    return await left_out_at(teller, drafted["telling_id"], teller.north)


async def left_out_at(teller: Teller, telling: str, who: dict[str, str]) -> list[Any]:
    """The same, as an officer of one council reads it, a page at a time."""
    found, cursor = list[Any](), ""
    while True:
        page = await teller.get(f"/reconciliation?limit=2{cursor}", who)
        assert page["checked"] <= 2
        found += [each["missing"] for each in page["left_out"] if each["telling_id"] == telling]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


async def test_a_council_finds_its_own_part_left_out_of_what_was_told_to_the_other(
    teller: Teller, town: Platform
) -> None:
    shown = await teller.told("bereavement", HIS, **REGISTERED)
    lost = "DELETE FROM delivery WHERE person_id = $1 AND interest = 'allotments'"
    await town.sql("case-crm", lost, teller.person)
    assert await left_out_at(teller, shown["telling_id"], teller.south) == [["allotments"]]
    assert await left_out_at(teller, shown["telling_id"], teller.north) == []


async def test_a_draft_that_nobody_confirmed_is_forgotten(teller: Teller, town: Platform) -> None:
    drafted = (await teller.draft("bereavement", HIS, **REGISTERED, other_person_id=str(new_id()))).json()
    no = {"interests": [{"council": "southholt", "interest": "allotments"}]}
    await teller.post(f"/tellings/{drafted['telling_id']}/exclusions", no)
    town.step(days=29)

    async def kept() -> dict[str, Any]:
        [row] = await town.sql("case-crm", "SELECT * FROM telling WHERE person_id = $1", teller.person)
        return dict(row)

    async def expired() -> bool:
        return (await kept())["status"] == "expired"

    await town.until(expired)
    workings = {"version", "correlation_id", "last_said", "trace", "begun_at", "told_by", "visible_to"}
    assert {name: value for name, value in (await kept()).items() if value and name not in workings} == {
        "id": UUID(drafted["telling_id"]),
        "root_id": UUID(drafted["telling_id"]),
        "person_id": UUID(teller.person),
        "told_to": "northmere",
        "reference": ANY,
        "life_event": "bereavement",
        "status": "expired",
        "channel": "phone",
    }
    assert (await teller.confirm(drafted)).status_code == 409


async def test_what_was_put_right_is_over_once_all_who_were_told_first_have_answered(
    teller: Teller, town: Platform
) -> None:
    first = await teller.told("caring", CARING)
    right = await teller.post(f"/tellings/{first['telling_id']}/corrections", {"facts": {}, "channel": "phone"})
    assert (await teller.get(f"/tellings/{right['telling_id']}"))["status"] == "in_progress"
    parts = [each for each in (await teller.parts(first["telling_id"])).values() if each["delivery_id"]]
    assert parts
    for number, part in enumerate(parts, 1):
        who = teller.north if part["council"] == "northmere" else teller.south
        await teller.done(part["delivery_id"], who, effect="noted", on="2026-12-06")
        status = (await teller.get(f"/tellings/{right['telling_id']}"))["status"]
        assert (status == "completed") == (number == len(parts))
    assert len(await teller.said("telling.completed")) == 1
