"""Who sees a record: its person, the councils that may, and another one once the person agreed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from common.testing.platform import Platform

Registers = Callable[..., Awaitable[dict[str, Any]]]


async def test_an_officer_sees_a_record_and_so_does_its_person(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = await register()
    seen = await client.get(f"/persons/{person['person_id']}", headers=town.officer())
    mine = await client.get("/me", headers=town.resident(person["person_id"]))
    assert seen.json() == mine.json() == person
    assert seen.headers["ETag"] == '"2"'


async def test_the_other_council_finds_nothing_until_the_person_agreed(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    path = f"/persons/{(await register())['person_id']}"
    there = town.officer("southholt")
    for place in ("", "/facts", "/timeline"):
        assert (await client.get(path + place, headers=there)).status_code == 404
    told = {"kind": "savings", "value": 10, "channel": "phone"}
    assert (await client.post(f"{path}/facts", json=told, headers=there)).status_code == 404
    agreed = {"council": "southholt", "wording": "v4"}
    assert (await client.post(f"{path}/councils", json=agreed, headers=there)).status_code == 404
    shared = await client.post(f"{path}/councils", json=agreed, headers=town.officer())
    assert shared.json()["visible_to"] == ["northmere", "southholt"]
    assert shared.headers["ETag"] == '"3"'
    await town.heard(shared)
    seen = await client.get(path, headers=there)
    assert [fact["kind"] for fact in seen.json()["facts"]] == ["full_name", "phone"]
    entries = (await client.get(f"{path}/timeline", headers=there)).json()["items"]
    assert [entry["event"] for entry in entries] == ["person.shared"]
    found = await client.post("/person-searches", json={"phone": seen.json()["facts"][1]["value"]}, headers=there)
    assert [p["person_id"] for p in found.json()["items"]] == [seen.json()["person_id"]]


async def test_sharing_says_who_may_see_what_from_now_on_once(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    agreed = {"council": "southholt", "wording": "v4"}
    for _ in range(2):
        answer = await client.post(f"/persons/{person}/councils", json=agreed, headers=town.officer())
        assert answer.status_code == 200
    said = await town.sql(
        "customer-account",
        "SELECT name, version, data, council FROM onedoor.said WHERE aggregate_id::text = $1 ORDER BY id DESC LIMIT 2",
        person,
    )
    both = ["northmere", "southholt"]
    assert [tuple(row) for row in said] == [
        ("facts.shared", 3, {"visible_to": both}, "northmere"),
        ("person.shared", 2, {"visible_to": both, "because": "agreed", "wording": "v4"}, "northmere"),
    ]


@pytest.mark.parametrize("council", ["westport", "partnership"])
async def test_nobody_is_shared_with_a_council_that_does_not_exist(
    town: Platform, client: httpx.AsyncClient, register: Registers, council: str
) -> None:
    person = await register()
    path, agreed = f"/persons/{person['person_id']}", {"council": council, "wording": "v4"}
    refused = await client.post(f"{path}/councils", json=agreed, headers=town.officer())
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/no-such-council")
    assert refused.json()["title"] == "There is no council of that name here."
    assert (await client.get(path, headers=town.officer())).json() == person
    there = await client.post(f"{path}/councils", json=agreed, headers=town.officer("southholt"))
    assert there.status_code == 404


async def test_what_was_superseded_before_is_not_shared(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    for name in ("Peggy", "Meg"):
        told = {"kind": "known_as", "value": name, "channel": "phone"}
        await client.post(f"/persons/{person}/facts", json=told, headers=town.officer())
    agreed = {"council": "southholt", "wording": "v4"}
    await client.post(f"/persons/{person}/councils", json=agreed, headers=town.officer())
    rows = await town.sql(
        "customer-account",
        "SELECT value, current, known_until IS NULL, visible_to FROM fact "
        "WHERE person_id::text = $1 AND kind = 'known_as' ORDER BY known_from, told_at",
        person,
    )
    assert [tuple(row) for row in rows] == [
        ("Peggy", False, False, ["northmere"]),
        ("Peggy", False, True, ["northmere"]),
        ("Meg", True, True, ["northmere", "southholt"]),
    ]


async def test_a_resident_sees_nobody_elses_record(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    stranger = town.resident()
    assert (await client.get("/me", headers=stranger)).status_code == 404
    assert (await client.get("/me/facts", headers=stranger)).json() == {"version": 0, "items": []}
    assert (await client.get(f"/persons/{person}", headers=stranger)).status_code == 403
    assert (await client.get(f"/persons/{person}", headers=town.resident(person))).status_code == 403


async def test_an_officer_of_two_councils_says_for_which(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = await register()
    both = town.officer("northmere", "southholt")
    unsaid = await client.get(f"/persons/{person['person_id']}", headers=both)
    assert (unsaid.status_code, unsaid.json()["type"]) == (400, "/problems/say-which-council")
    for council, status in (("northmere", 200), ("southholt", 404), ("westport", 403)):
        answer = await client.get(f"/persons/{person['person_id']}", headers={**both, "Onedoor-Council": council})
        assert answer.status_code == status
