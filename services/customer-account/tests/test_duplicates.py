"""Two records that may be of one person are found, shown to officers who may see both, and decided about once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from common.embedded.issuer import PERMISSIONS
from common.testing.platform import Platform

Registers = Callable[..., Awaitable[dict[str, Any]]]
TWICE = iter([("Hartley", 1947), ("Okonkwo", 1951), ("Fielding", 1938), ("Dalworth", 1964)])
PAIR = """
SELECT visible_to FROM possible_duplicate
WHERE $1::uuid IN (one_person, other_person) AND $2::uuid IN (one_person, other_person)
"""
CLEARED = [*PERMISSIONS["officer"].split(), "protection:read", "protection:write"]


async def queue(town: Platform, *councils: str, **officer: Any) -> list[dict[str, Any]]:
    answer = await town["customer-account"].client.get("/duplicates", headers=town.officer(*councils, **officer))
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def of(pairs: list[dict[str, Any]], *people: dict[str, Any]) -> list[dict[str, Any]]:
    """The pairs in which all of these are."""
    asked = {person["person_id"] for person in people}
    return [pair for pair in pairs if asked <= {side["person_id"] for side in pair["sides"]}]


async def suspected(town: Platform, *people: dict[str, Any], councils: tuple[str, ...] = (), **officer: Any) -> Any:
    """The pair of these people, once it is in the queue."""

    async def there() -> list[dict[str, Any]]:
        town.step(seconds=3)
        return of(await queue(town, *councils, **officer), *people)

    (pair,) = await town.until(there)
    return pair


@pytest.fixture
async def twice(register: Registers) -> tuple[dict[str, Any], dict[str, Any]]:
    """Somebody who was written down twice, the second time by an officer who said that it is somebody else."""
    family, born = next(TWICE)
    known = {
        "date_of_birth": f"{born}-03-09",
        "postcode": f"ZZ99 {born % 10}{chr(ord('A') + born // 10 % 10)}B",
        "phone": f"07700 90{born}",
    }
    one = await register(full_name=f"Margaret {family}", **known)
    again = await register(full_name=f"Mrs Maggie {family}", not_the_same_as=[one["person_id"]], **known)
    return one, again


async def test_who_is_written_down_twice_is_asked_about(
    town: Platform, twice: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    pair = await suspected(town, *twice)
    assert pair["sure"]
    assert {side["full_name"] for side in pair["sides"]} == {person["full_name"] for person in twice}
    compared = {each["what"]: each["how"] for each in pair["compared"]}
    assert compared == {"given": "short_form", "family": "same", "born": "same", "place": "same", "phone": "same"}
    shown = await town["customer-account"].client.get(f"/duplicates/{pair['duplicate_id']}", headers=town.officer())
    assert shown.json() == pair
    for person in twice:
        entries = (
            "SELECT data->>'reason' AS why FROM onedoor.said WHERE name = 'access.recorded' AND data->'persons' ? $1"
        )
        reasons = {row["why"] for row in await town.sql("customer-account", entries, person["person_id"])}
        assert {
            "went through records that may be of one person",
            "compared two records that may be of one person",
        } <= reasons


async def test_what_an_officer_decides_stands(
    town: Platform, client: httpx.AsyncClient, twice: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    one, _ = twice
    pair = await suspected(town, *twice)
    decided = f"/duplicates/{pair['duplicate_id']}/decision"
    headers = town.officer() | {"If-Match": f'"{pair["version"]}"'}
    answer = await client.post(decided, json={"why": "Two cousins; both have called"}, headers=headers)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "different")
    assert of(await queue(town), *twice) == []
    again = await client.post(
        decided, json={"why": "Again"}, headers=town.officer() | {"If-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.json()["type"]) == (409, "/problems/decided-already")
    # What changes of one of them does not bring it up again.
    told = {"kind": "email", "value": "margaret@example.org", "channel": "phone"}
    told_answer = await client.post(f"/persons/{one['person_id']}/facts", json=told, headers=town.officer())
    assert told_answer.is_success
    await compared_again(town, one)
    assert of(await queue(town), *twice) == []


async def test_joining_two_records_settles_what_was_suspected(
    town: Platform, client: httpx.AsyncClient, twice: Any
) -> None:
    one, again = twice
    pair = await suspected(town, *twice)
    joins = {"into": one["person_id"]}
    joined = await client.post(f"/persons/{again['person_id']}/merge", json=joins, headers=town.officer())
    assert joined.status_code == 200, joined.text
    assert of(await queue(town), *twice) == []
    shown = (await client.get(f"/duplicates/{pair['duplicate_id']}", headers=town.officer())).json()
    assert shown["outcome"] == "same"
    await client.delete(f"/persons/{again['person_id']}/merge", headers=town.officer())
    await compared_again(town, one)
    assert of(await queue(town), *twice) == []
    shown = (await client.get(f"/duplicates/{pair['duplicate_id']}", headers=town.officer())).json()
    assert shown["outcome"] == "different"


async def test_two_who_are_alike_no_longer_leave_the_queue(
    town: Platform, client: httpx.AsyncClient, twice: Any
) -> None:
    one, _ = twice
    await suspected(town, *twice)
    for kind, value in (("full_name", "Joan Fielding"), ("postcode", "ZZ99 8QQ"), ("phone", "07700 900777")):
        told = {"kind": kind, "value": value, "channel": "phone"}
        assert (await client.post(f"/persons/{one['person_id']}/facts", json=told, headers=town.officer())).is_success
    await compared_again(town, one)
    assert of(await queue(town), *twice) == []
    found = (
        "SELECT outcome FROM possible_duplicate WHERE $1::uuid IN (one_person, other_person) AND outcome IS NOT NULL"
    )
    outcomes = [row["outcome"] for row in await town.sql("customer-account", found, one["person_id"])]
    assert "no_longer_alike" in outcomes


async def test_a_slip_of_the_pen_is_noticed_before_somebody_is_registered_again(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = await register(full_name="Katarzyna Nowak", date_of_birth="1988-05-04", postcode="ZZ99 7KN", phone=None)
    await compared_again(town, person)
    said = {"full_name": "Kasia Nowack", "date_of_birth": "1988-04-05", "postcode": "ZZ99 7KN", "channel": "phone"}
    answer = await client.post("/persons", json=said, headers=town.officer())
    assert (answer.status_code, answer.json()["candidates"]) == (409, [person["person_id"]])
    # The other council may not see her, and is not told that she is there.
    elsewhere = await client.post("/persons", json=said, headers=town.officer("southholt"))
    assert elsewhere.status_code == 201


async def test_of_a_protected_person_no_address_is_confirmed_by_registering(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = await register(
        full_name="Priya Nair", date_of_birth="1996-02-01", postcode="ZZ99 2QS", phone="07700 900031"
    )
    in_spring = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    protecting = {"reason": "domestic_abuse", "review_on": in_spring, "asked_by": "person"}
    path, headers = f"/persons/{person['person_id']}/protections", town.officer(permissions=CLEARED)
    assert (await client.post(path, json=protecting, headers=headers)).status_code == 201
    await compared_again(town, person)
    guess = {"full_name": "Priya Nayr", "postcode": "ZZ99 2QS", "phone": "07700 900031", "channel": "phone"}
    answer = await client.post("/persons", json=guess, headers=town.officer())
    assert answer.status_code == 201, answer.text
    pair = await suspected(town, person, answer.json(), permissions=CLEARED)
    assert of(await queue(town), person) == []  # not for who is not cleared
    refused = await client.get(f"/duplicates/{pair['duplicate_id']}", headers=town.officer())
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/record-restricted")


async def test_a_pair_is_for_officers_who_may_see_both(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    said = {"full_name": "Ravi Sharma", "date_of_birth": "1979-11-23", "postcode": "ZZ99 5RS", "phone": "07700 900555"}
    one = await register(**said)
    other = await register(council="southholt", **said)

    async def noted() -> list[Any]:
        town.step(seconds=3)
        return await town.sql("customer-account", PAIR, one["person_id"], other["person_id"])

    (row,) = await town.until(noted)
    assert row["visible_to"] == []
    assert of(await queue(town), one, other) == of(await queue(town, "southholt"), one, other) == []
    shared = await client.post(
        f"/persons/{one['person_id']}/councils",
        json={"council": "southholt", "wording": "v4"},
        headers=town.officer() | {"If-Match": "*"},
    )
    assert shared.status_code == 200, shared.text
    pair = await suspected(town, one, other, councils=("southholt",))
    assert of(await queue(town), one, other) == []
    foreign = await client.get(f"/duplicates/{pair['duplicate_id']}", headers=town.officer())
    assert foreign.status_code == 404


async def test_two_written_down_at_one_moment_do_not_miss_each_other(town: Platform, client: httpx.AsyncClient) -> None:
    people = []
    for council in ("northmere", "southholt"):
        said = {
            "full_name": "Joanne Hartley-Price",
            "phone": "07700 900042",
            "postcode": "ZZ99 2BD",
            "channel": "phone",
        }
        people.append((await client.post("/persons", json=said, headers=town.officer(council))).json()["person_id"])

    async def noted() -> list[Any]:
        town.step(seconds=3)
        return await town.sql("customer-account", PAIR, *people)

    assert len(await town.until(noted)) == 1


async def compared_again(town: Platform, person: dict[str, Any]) -> None:
    """Wait until no comparison of a person is due any more."""
    due = "SELECT 1 FROM onedoor.timer WHERE name = 'look_for_duplicates' AND aggregate_id = $1::uuid"

    async def done() -> bool:
        town.step(seconds=3)
        return not await town.sql("customer-account", due, person["person_id"])

    await town.until(done)
