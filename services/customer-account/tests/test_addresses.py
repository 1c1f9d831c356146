"""Where people live: one home at a time, days that can be, and an address that nobody but its person is shown."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from common.runtime.ids import new_id
from common.testing.platform import Platform

Registers = Callable[..., Awaitable[dict[str, Any]]]
MILL_LANE = {"role": "home", "lines": ["27 Mill Lane"], "postcode": "zz991ln", "effective_from": "2019-04-01"}
QUAY = {"role": "home", "uprn": "000100023336", "effective_from": "2026-11-20"}
REFUGE = {"role": "protected", "lines": ["9 Larkspur Row"], "postcode": "ZZ99 7QX", "effective_from": "2026-12-01"}


@pytest.fixture(autouse=True)
def december(town: Platform) -> None:
    town.at("2026-12-14T09:30:00+00:00")


async def link(client: httpx.AsyncClient, path: str, headers: dict[str, str], told: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(f"{path}/addresses", json=told, headers=headers)
    assert answer.status_code == 201, answer.text
    kept: dict[str, Any] = answer.json()
    return kept


async def kept(client: httpx.AsyncClient, path: str, headers: dict[str, str]) -> list[tuple[Any, ...]]:
    """Role, whether it is current, first and last day of each address."""
    items = (await client.get(f"{path}/addresses", headers=headers)).json()["items"]
    return [(each["role"], each["current"], each["effective_from"], each["effective_to"]) for each in items]


async def test_a_new_home_ends_the_old_one_the_day_before_and_keeps_it(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    path = f"/persons/{(await register())['person_id']}"
    first = await link(client, path, town.officer(), MILL_LANE)
    assert (first["postcode"], first["current"], first["version"]) == ("ZZ99 1LN", True, 1)
    second = await link(client, path, town.officer(), QUAY)
    assert (second["uprn"], second["lines"], second["version"]) == ("100023336", [], 3)
    assert await kept(client, path, town.officer()) == [
        ("home", True, "2026-11-20", None),
        ("previous", False, "2019-04-01", "2026-11-19"),
    ]


async def test_a_home_somebody_moves_to_later_leaves_them_at_home_until_then(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    me = town.resident((await register())["person_id"])
    await link(client, "/me", me, MILL_LANE)
    await link(client, "/me", me, {**QUAY, "effective_from": "2027-01-04"})
    assert await kept(client, "/me", me) == [
        ("home", False, "2027-01-04", None),
        ("home", True, "2019-04-01", "2027-01-03"),
    ]
    town.step(days=21)
    assert await kept(client, "/me", me) == [
        ("home", True, "2027-01-04", None),
        ("previous", False, "2019-04-01", "2027-01-03"),
    ]


async def test_letters_go_to_one_address_at_a_time_beside_the_home(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    me = town.resident((await register())["person_id"])
    await link(client, "/me", me, MILL_LANE)
    letters = {"role": "correspondence", "lines": ["PO Box 9"]}
    await link(client, "/me", me, {**letters, "effective_from": "2026-12-01"})
    await link(client, "/me", me, letters)
    assert await kept(client, "/me", me) == [
        ("correspondence", True, "2026-12-14", None),
        ("correspondence", False, "2026-12-01", "2026-12-13"),
        ("home", True, "2019-04-01", None),
    ]


@pytest.mark.parametrize(
    ("told", "status", "problem"),
    [
        ({"effective_from": "2019-04-01"}, 409, "dates-contradict"),
        ({"effective_from": "2018-04-01"}, 409, "dates-contradict"),
        ({"effective_from": "2020-04-01", "effective_to": "2021-04-01"}, 409, "dates-contradict"),
        ({"effective_from": "2018-04-01", "effective_to": "2019-04-01"}, 409, "dates-contradict"),
        ({"effective_from": "2026-12-02", "effective_to": "2026-12-01"}, 422, "impossible-dates"),
        ({"effective_from": "1899-12-31"}, 422, "impossible-dates"),
        ({"effective_from": "2029-01-01"}, 422, "impossible-dates"),
        ({"role": "previous", "effective_from": "2010-01-01"}, 422, "impossible-dates"),
        ({"role": "previous", "effective_to": "2026-12-15"}, 422, "impossible-dates"),
        ({"lines": []}, 422, "address-needed"),
        ({"uprn": "0000"}, 422, "not-a-uprn"),
        ({"postcode": "QQ1 1AA"}, 422, "not-a-postcode"),
        ({"effective_from": "2026-02-30"}, 422, "not-understood"),
    ],
)
async def test_what_cannot_be_is_refused_and_the_home_stays(
    town: Platform, client: httpx.AsyncClient, register: Registers, told: dict[str, Any], status: int, problem: str
) -> None:
    path = f"/persons/{(await register())['person_id']}"
    await link(client, path, town.officer(), MILL_LANE)
    body = {"role": "home", "lines": ["Flat 6", "3 Quay St"], **told}
    refused = await client.post(f"{path}/addresses", json=body, headers=town.officer())
    assert (refused.status_code, refused.json()["type"]) == (status, f"/problems/{problem}")
    assert "Quay" not in refused.text
    assert await kept(client, path, town.officer()) == [("home", True, "2019-04-01", None)]


async def test_an_address_before_the_home_of_now_is_told_later(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    me = town.resident((await register())["person_id"])
    await link(client, "/me", me, MILL_LANE)
    await link(client, "/me", me, {**QUAY, "effective_from": "2015-01-01", "effective_to": "2019-03-31"})
    await link(client, "/me", me, {"role": "previous", "lines": ["1 High St"], "effective_to": "2014-12-31"})
    assert await kept(client, "/me", me) == [
        ("home", True, "2019-04-01", None),
        ("previous", False, "2015-01-01", "2019-03-31"),
        ("previous", False, None, "2014-12-31"),
    ]


async def test_an_address_is_put_right_ended_or_taken_away(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    path = f"/persons/{(await register())['person_id']}"
    home = await link(client, path, town.officer(), MILL_LANE)
    one = f"{path}/addresses/{home['id']}"
    stale = await client.put(one, json=MILL_LANE, headers={**town.officer(), "If-Match": '"0"'})
    assert stale.status_code == 412
    same = await client.put(one, json=MILL_LANE, headers=town.officer())
    assert (same.status_code, same.headers["ETag"]) == (200, '"1"')
    ended = await client.put(one, json={**MILL_LANE, "effective_to": "2026-12-01"}, headers=town.officer())
    assert (ended.json()["role"], ended.json()["version"]) == ("previous", 2)
    gone = await client.post(f"{one}/removal", headers=town.officer())
    assert gone.json() == {"version": 3, "has_protected_address": False, "items": []}
    assert (await client.post(f"{one}/removal", headers=town.officer())).status_code == 404


# -- protected


async def everything_officers_see(town: Platform, client: httpx.AsyncClient, path: str) -> str:
    pages = [await client.get(path + end, headers=town.officer()) for end in ("", "/addresses", "/facts", "/timeline")]
    return " ".join(page.text for page in pages)


async def test_a_protected_address_is_shown_to_its_person_and_nobody_else(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    path, me = f"/persons/{person}", town.resident(person)
    secret = await link(client, "/me", me, REFUGE)
    assert (secret["lines"], secret["postcode"]) == (["9 Larkspur Row"], "ZZ99 7QX")
    assert await kept(client, "/me", me) == [("protected", True, "2026-12-01", None)]
    seen = await client.get(f"{path}/addresses", headers=town.officer())
    assert seen.json() == {"version": 1, "has_protected_address": True, "items": []}
    assert (await client.get(path, headers=town.officer())).json()["has_protected_address"] is True
    shown = await everything_officers_see(town, client, path)
    assert not any(word in shown for word in ("Larkspur", "7QX", secret["id"]))
    one = f"{path}/addresses/{secret['id']}"
    assert (await client.put(one, json=MILL_LANE, headers=town.officer())).status_code == 404
    assert (await client.post(f"{one}/removal", headers=town.officer())).status_code == 404
    row = await town.sql(
        "customer-account", "SELECT visible_to FROM protected_address WHERE id::text = $1", secret["id"]
    )
    assert [each["visible_to"] for each in row] == [[]]


async def test_an_officer_notes_a_protected_address_and_is_not_shown_it_again(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    path = f"/persons/{person}"
    noted = await client.post(f"{path}/addresses", json=REFUGE, headers=town.officer())
    assert noted.status_code == 201
    assert "Larkspur" not in noted.text
    assert "Larkspur" not in await everything_officers_see(town, client, path)
    await client.post(f"{path}/councils", json={"council": "southholt", "wording": "v4"}, headers=town.officer())
    there = await client.get(f"{path}/addresses", headers=town.officer("southholt"))
    assert there.json() == {"version": 1, "has_protected_address": True, "items": []}
    assert await kept(client, "/me", town.resident(person)) == [("protected", True, "2026-12-01", None)]


async def test_a_home_becomes_protected_and_others_hear_that_it_is_gone_and_that_there_is_one(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    path, me = f"/persons/{person}", town.resident(person)
    home = await link(client, path, town.officer(), MILL_LANE)
    hidden = await client.put(
        f"{path}/addresses/{home['id']}", json={**MILL_LANE, "role": "protected"}, headers=town.officer()
    )
    assert (hidden.status_code, hidden.json()["lines"]) == (200, [])
    assert await kept(client, path, town.officer()) == []
    assert await kept(client, "/me", me) == [("protected", True, "2019-04-01", None)]
    moved = await client.put(f"/me/addresses/{home['id']}", json={**REFUGE, "lines": ["10 Larkspur Row"]}, headers=me)
    assert moved.json()["lines"] == ["10 Larkspur Row"]
    shown = await client.put(f"/me/addresses/{home['id']}", json=MILL_LANE, headers=me)
    assert shown.json()["role"] == "home"
    seen = (await client.get(f"{path}/addresses", headers=town.officer())).json()
    assert (seen["has_protected_address"], [each["id"] for each in seen["items"]]) == (False, [home["id"]])
    said = await town.sql(
        "customer-account",
        "SELECT name, data FROM onedoor.said WHERE aggregate = 'contact' AND aggregate_id::text = $1 ORDER BY version",
        person,
    )
    here = {"visible_to": ["northmere"]}
    known = {"address_id": home["id"], "role": "home", **here}
    unknown = {"address_id": None, "role": "protected", **here}
    no_days = {"effective_from": None, "effective_to": None}
    days = {"effective_from": "2019-04-01", "effective_to": None}
    assert [tuple(row) for row in said] == [
        ("address.linked", {**known, **days}),
        ("address.removed", known),
        ("address.linked", {**unknown, **no_days}),
        ("address.changed", {**unknown, **no_days}),
        ("address.removed", unknown),
        ("address.linked", {**known, **days}),
    ]
    assert not any(word in json.dumps([row["data"] for row in said]) for word in ("Mill", "Larkspur", "ZZ99"))


async def test_a_person_takes_a_protected_address_away(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    me = town.resident(person)
    noted = await link(client, f"/persons/{person}", town.officer(), REFUGE)
    gone = await client.post(f"/me/addresses/{noted['id']}/removal", headers=me)
    assert gone.json() == {"version": 2, "has_protected_address": False, "items": []}
    assert await town.sql("customer-account", "SELECT FROM protected_address WHERE id::text = $1", noted["id"]) == []


async def test_nobody_else_sees_or_changes_where_a_person_lives(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    path = f"/persons/{(await register())['person_id']}"
    home = await link(client, path, town.officer(), MILL_LANE)
    one, there = f"{path}/addresses/{home['id']}", town.officer("southholt")
    answers = [
        await client.get(f"{path}/addresses", headers=there),
        await client.post(f"{path}/addresses", json=QUAY, headers=there),
        await client.put(one, json=MILL_LANE, headers=there),
        await client.post(f"{one}/removal", headers=there),
        await client.put(f"/me/addresses/{home['id']}", json=MILL_LANE, headers=town.resident()),
        await client.post(f"/me/addresses/{home['id']}/removal", headers=town.resident()),
        await client.post(f"{path}/addresses/{new_id()}/removal", headers=town.officer()),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)
