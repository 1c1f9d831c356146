"""What people say of themselves for equality's sake: theirs to read and change, written by officers and read by none."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from common.contracts.base import May
from common.contracts.people.equality import BANDS, EQUALITY_BANDS
from common.runtime.ids import new_id
from common.runtime.keeping import sealing
from common.runtime.sealed import token_of
from common.runtime.store.database import on_behalf_of
from common.testing.platform import Platform

Registers = Callable[..., Awaitable[dict[str, Any]]]
NAME, MINE = "customer-account", "/me/equality-profile"
ANSWERS = {
    "sex": "female",
    "ethnic_group": "white",
    "white_background": "gypsy_or_irish_traveller",
    "religion": "prefer_not_to_say",
    "disability": "condition",
    "disability_impact": "a_little",
}


def taking_down(person: str) -> str:
    return f"/persons/{person}/equality-answers"


async def said(town: Platform, person: UUID | str) -> list[Any]:
    statement = "SELECT * FROM onedoor.said WHERE aggregate = 'equality_profile' AND person_id = $1 ORDER BY version"
    return await town.sql(NAME, statement, UUID(str(person)))


async def bands_said(town: Platform, row: Any) -> Any:
    """What review-engine opens of an event."""
    token = token_of(row["data"]["bands"])
    assert token
    assert sealing.name_of(token).under == "equality"
    keys = (await town[NAME].inner.keeping.keys.fetch([row["person_id"]]))[row["person_id"]]
    return sealing.opened(keys.by_name[sealing.name_of(token)], token, place=EQUALITY_BANDS.place(row["data"]))


async def taken_in(town: Platform) -> None:
    """Wait until what officers took down is with the rest."""

    async def done() -> bool:
        return not await town.sql(NAME, "SELECT FROM equality_note")

    await town.until(done)


async def test_anybody_reads_the_questions(client: httpx.AsyncClient) -> None:
    items = (await client.get("/equality-questions")).json()["items"]
    assert items[0]["text"] == {"en": "What is your sex?"}
    assert [answer["answer"] for answer in items[0]["answers"]] == ["female", "male", "prefer_not_to_say"]
    assert items[3]["asked_if"] == {"question": "disability", "answer": "condition"}


async def test_a_resident_answers_what_they_like_reads_it_changes_it_and_takes_it_back(
    town: Platform, client: httpx.AsyncClient
) -> None:
    person = new_id()
    me = town.resident(person)
    assert (await client.get(MINE, headers=me)).json() == {"version": 0, "changed_at": None, "answers": {}}
    first = await client.put(MINE, json={"answers": ANSWERS}, headers=me)
    assert (first.status_code, first.headers["ETag"], first.json()["answers"]) == (200, '"1"', ANSWERS)
    read = await client.get(MINE, headers=me)
    assert read.json() == first.json()
    other = {"answers": {"sex": "prefer_not_to_say"}}
    stale = await client.put(MINE, json=other, headers=me | {"If-Match": '"0"'})
    assert stale.status_code == 412
    changed = await client.put(MINE, json=other, headers=me | {"If-Match": '"1"'})
    assert (changed.json()["version"], changed.json()["answers"]) == (2, {"sex": "prefer_not_to_say"})
    again = await client.put(MINE, json=other, headers=me)
    assert again.json() == changed.json()
    stale = await client.delete(MINE, headers=me | {"If-Match": '"1"'})
    assert stale.status_code == 412
    gone = await client.delete(MINE, headers=me | {"If-Match": '"2"'})
    assert (gone.status_code, gone.json()["version"], gone.json()["answers"]) == (200, 3, {})
    assert (await client.delete(MINE, headers=me)).json()["version"] == 3
    assert [row["name"] for row in await said(town, person)] == [
        "equality.profile_recorded",
        "equality.profile_recorded",
        "equality.profile_withdrawn",
    ]


async def test_a_resident_who_takes_back_what_they_never_said_leaves_nothing(
    town: Platform, client: httpx.AsyncClient
) -> None:
    person = new_id()
    answer = await client.delete(MINE, headers=town.resident(person))
    assert answer.json() == {"version": 0, "changed_at": None, "answers": {}}
    assert await town.sql(NAME, "SELECT FROM equality_profile WHERE person_id = $1", person) == []
    assert await said(town, person) == []


async def test_what_is_said_is_bands_sealed_for_review_engine_and_names_no_council(
    town: Platform, client: httpx.AsyncClient
) -> None:
    person = new_id()
    me = {**town.resident(person), "Onedoor-Council": "northmere"}
    await client.put(MINE, json={"answers": ANSWERS}, headers=me)
    [row] = await said(town, person)
    assert row["data"].keys() == {"profile_id", "bands"}
    assert (row["council"], row["aggregate_id"]) == ("partnership", UUID(row["data"]["profile_id"]))
    bands = {
        "sex": "female",
        "ethnic_group": "white",
        "religion": "prefer_not_to_say",
        "disability": "limited_a_little",
    }
    assert await bands_said(town, row) == bands


async def test_what_was_answered_lies_sealed_under_a_key_that_no_other_service_may_have(
    town: Platform, client: httpx.AsyncClient
) -> None:
    person = new_id()
    await client.put(MINE, json={"answers": ANSWERS}, headers=town.resident(person))
    [row] = await town.sql(NAME, "SELECT * FROM equality_profile WHERE person_id = $1", person)
    assert (token_of(row["answers"]) or "").startswith("v1.equality_answers.")
    assert row["visible_to"] == []
    shown = json.dumps([dict(row), *map(dict, await said(town, person))], default=str)
    assert [code for code in (*ANSWERS.values(), *BANDS) if code in shown] == []


async def test_an_officer_takes_answers_down_and_the_person_reads_them_with_their_own(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    me, officer = town.resident(person), town.officer()
    await client.put(MINE, json={"answers": ANSWERS}, headers=me)
    told = {"answers": {"disability": "no_condition", "sexual_orientation": "bisexual"}}
    answer = await client.post(taking_down(person), json=told, headers=officer)
    assert answer.status_code == 201, answer.text
    assert answer.json().keys() == {"noted_at"}
    await taken_in(town)
    mine = (await client.get(MINE, headers=me)).json()
    kept = {name: each for name, each in ANSWERS.items() if name != "disability_impact"}
    assert mine["answers"] == kept | told["answers"]
    assert await bands_said(town, (await said(town, person))[-1]) == {
        "sex": "female",
        "ethnic_group": "white",
        "religion": "prefer_not_to_say",
        "disability": "not_disabled",
        "sexual_orientation": "bisexual",
    }

    async def seen() -> bool:
        items = (await client.get("/me/access-entries", headers=me)).json()["items"]
        return any("took down what a person said about equality" in each["reason"] for each in items)

    await town.until(seen)


async def test_what_an_officer_took_down_before_does_not_undo_what_the_person_said_since(
    town: Platform, client: httpx.AsyncClient, register: Registers, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = (await register())["person_id"]
    me = town.resident(person)
    ringer = town[NAME].inner.again.ringer
    monkeypatch.setattr(ringer, "rings", {name: ring for name, ring in ringer.rings.items() if name != "equality_note"})
    await client.post(taking_down(person), json={"answers": {"religion": "sikh"}}, headers=town.officer())
    await client.put(MINE, json={"answers": {"religion": "hindu"}}, headers=me)
    assert (await client.delete(MINE, headers=me)).json()["answers"] == {}
    assert len(await town.sql(NAME, "SELECT FROM equality_note WHERE person_id = $1", UUID(person))) == 1
    monkeypatch.undo()
    await taken_in(town)
    assert (await client.get(MINE, headers=me)).json()["answers"] == {}


async def test_an_officer_takes_nothing_down_of_whom_they_may_not_see(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    told = {"answers": {"sex": "male"}}
    stranger = await client.post(taking_down(person), json=told, headers=town.officer("southholt"))
    assert stranger.status_code == 404
    assert (await client.post(taking_down(str(new_id())), json=told, headers=town.officer())).status_code == 404
    assert (await client.post(taking_down(person), json={"answers": {}}, headers=town.officer())).status_code == 422


@pytest.mark.parametrize("path", [MINE, "/persons/{person}/equality-profile", "/persons/{person}/equality-answers"])
async def test_no_officer_finds_a_way_to_read_an_answer(
    town: Platform, client: httpx.AsyncClient, register: Registers, path: str
) -> None:
    person = (await register())["person_id"]
    await client.put(MINE, json={"answers": ANSWERS}, headers=town.resident(person))
    answer = await client.get(path.format(person=person), headers=town.officer())
    assert answer.status_code in {403, 404, 405}


async def test_nothing_else_that_is_shown_of_a_person_says_that_they_answered(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    me, officer = town.resident(person), town.officer()
    pages = ["/me", "/me/facts", "/me/timeline", "/me/preferences"]
    theirs = [f"/persons/{person}{what}" for what in ("", "/facts", "/timeline", "/preferences", "/account")]
    before = [(await client.get(page, headers=me)).json() for page in pages]
    before += [(await client.get(page, headers=officer)).json() for page in theirs]
    answered = await client.put(MINE, json={"answers": ANSWERS}, headers=me)
    await town.heard(answered)
    after = [(await client.get(page, headers=me)).json() for page in pages]
    assert after + [(await client.get(page, headers=officer)).json() for page in theirs] == before


async def test_whoever_acts_for_a_person_does_not_read_it(town: Platform, client: httpx.AsyncClient) -> None:
    person = new_id()
    await client.put(MINE, json={"answers": ANSWERS}, headers=town.resident(person))
    acting = town.representative(person, new_id(), may=tuple(May))
    assert (await client.get(MINE, headers=acting)).status_code == 403


@pytest.mark.parametrize("role", ["officer", "partner", "public", "resident"])
@pytest.mark.parametrize("table", ["equality_profile", "equality_note"])
async def test_the_database_shows_a_row_to_its_person_and_to_no_other_role(
    town: Platform, client: httpx.AsyncClient, role: str, table: str
) -> None:
    person = new_id()
    await client.put(MINE, json={"answers": ANSWERS}, headers=town.resident(person))
    note = "INSERT INTO equality_note (id, version, person_id, answers, noted_at) VALUES (gen_random_uuid(), 0, $1, '{}', now())"
    database = town[NAME].inner.database
    if table == "equality_note":
        await town.sql(NAME, note, person)
    for behalf in (on_behalf_of(council="northmere"), on_behalf_of(council="northmere", persons=[person])):
        async with database.begin(role, behalf, reading=True) as connection:
            try:
                rows = await connection.fetch(f"SELECT * FROM {table} WHERE person_id = $1", person)
            except asyncpg.InsufficientPrivilegeError:
                break
        own = role == "resident" and behalf == on_behalf_of(council="northmere", persons=[person])
        assert len(rows) == own
    await town.sql(NAME, "DELETE FROM equality_note")


async def test_of_somebody_who_was_erased_nothing_is_kept_or_counted(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    me = town.resident(person)
    await client.put(MINE, json={"answers": ANSWERS}, headers=me)
    running = town[NAME].inner
    await running.keeping.erasures.note([UUID(person)])
    await running.keeping.erasures.replay()
    assert (await client.get(MINE, headers=me)).json()["answers"] == {}
    assert (await client.put(MINE, json={"answers": {"sex": "male"}}, headers=me)).status_code == 200
    assert (await client.get(MINE, headers=me)).json()["answers"] == {}
    assert (await said(town, person))[-1]["data"]["bands"] == {"erased": True}
