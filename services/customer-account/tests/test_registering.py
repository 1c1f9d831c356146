"""Becoming known: with or without an e-mail address, and only once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from common.runtime.ids import new_id
from common.testing.platform import Platform

Registers = Callable[..., Awaitable[dict[str, Any]]]


async def test_somebody_without_an_email_address_becomes_known_by_phone(
    town: Platform, client: httpx.AsyncClient
) -> None:
    body = {"full_name": " Priya Nair ", "date_of_birth": "1996-02-01", "phone": "07700 900031", "channel": "phone"}
    answer = await client.post("/persons", json={**body, "postcode": "zz99 1ln"}, headers=town.officer())
    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"4"'
    person = answer.json()
    assert (person["full_name"], person["assisted"], person["visible_to"]) == ("Priya Nair", True, ["northmere"])
    assert {fact["kind"]: fact["value"] for fact in person["facts"]} == {
        "full_name": "Priya Nair",
        "date_of_birth": "1996-02-01",
        "phone": "07700 900031",
        "postcode": "ZZ99 1LN",
    }
    fact = person["facts"][0]
    del fact["id"], fact["told_at"]
    assert fact == {
        "kind": "date_of_birth",
        "label": "Date of birth",
        "value": "1996-02-01",
        "asserted_by": "officer",
        "channel": "phone",
        "told_to": "northmere",
        "told_to_service": "customer-account",
        "effective_from": None,
        "effective_to": None,
        "evidence": None,
        "fresh_until": None,
        "verification": "asserted",
        "sensitivity": "personal",
    }


ALBERT = {
    "full_name": "Albert Hartley",
    "phone": "07700 900014",
    "date_of_birth": "1941-03-17",
    "email": "albert@example.org",
}


@pytest.fixture
async def albert(town: Platform, client: httpx.AsyncClient, register: Registers) -> str:
    """The one Albert these tests know."""
    found = await client.post("/person-searches", json={"email": ALBERT["email"]}, headers=town.officer())
    known = found.json()["items"] or [await register(**ALBERT)]
    return str(known[0]["person_id"])


@pytest.mark.parametrize(
    "again",
    [
        {"full_name": "Somebody Else", "email": "ALBERT@example.org"},
        {"full_name": "albert  hártley", "phone": "+44 7700 900014"},
        {"full_name": "Albert-Hartley", "date_of_birth": "1941-03-17"},
    ],
)
async def test_who_is_known_already_is_not_registered_twice(
    town: Platform, client: httpx.AsyncClient, albert: str, again: dict[str, Any]
) -> None:
    refused = await client.post("/persons", json={**again, "channel": "phone"}, headers=town.officer())
    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/perhaps-the-same-person"
    assert refused.json()["candidates"] == [albert]
    assert "Hartley" not in refused.text
    other = {**again, "channel": "phone", "not_the_same_as": [str(new_id())]}
    assert (await client.post("/persons", json=other, headers=town.officer())).status_code == 409


@pytest.mark.parametrize(
    "other",
    [
        {"full_name": "Margaret Hartley", "phone": "07700 900014"},
        {"full_name": "Albert Hartley", "date_of_birth": "1971-03-17"},
        {"full_name": "Albert Hartley"},
    ],
)
async def test_a_shared_phone_or_a_shared_name_alone_is_somebody_else(
    town: Platform, client: httpx.AsyncClient, albert: str, other: dict[str, Any]
) -> None:
    answer = await client.post("/persons", json={**other, "channel": "phone"}, headers=town.officer())
    assert answer.status_code == 201


async def test_a_namesake_born_on_the_same_day_is_registered_once_somebody_looked(
    town: Platform, client: httpx.AsyncClient, albert: str
) -> None:
    twin = {"full_name": "Albert Hartley", "date_of_birth": "1941-03-17", "channel": "phone"}
    answer = await client.post("/persons", json={**twin, "not_the_same_as": [albert]}, headers=town.officer())
    assert answer.status_code == 201
    third = await client.post("/persons", json=twin, headers=town.officer())
    assert third.json()["candidates"] == sorted([albert, answer.json()["person_id"]])


async def test_people_of_another_council_are_neither_found_nor_taken_for_the_same(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    joanne = {"full_name": "Joanne Hartley-Price", "email": "joanne@example.org"}
    await register(council="southholt", **joanne)
    found = await client.post("/person-searches", json={"email": "joanne@example.org"}, headers=town.officer())
    assert found.json() == {"items": [], "more": False}
    answer = await client.post("/persons", json={**joanne, "channel": "phone"}, headers=town.officer())
    assert answer.status_code == 201


async def test_the_same_request_again_registers_nobody_twice(town: Platform, client: httpx.AsyncClient) -> None:
    officer = {**town.officer(), "Idempotency-Key": "one call"}
    body = {"full_name": "Dee Okoro", "channel": "phone", "phone": "07700 900456"}
    first = await client.post("/persons", json=body, headers=officer)
    second = await client.post("/persons", json=body, headers=officer)
    assert (first.status_code, second.status_code, second.json()) == (201, 201, first.json())
    other = await client.post("/persons", json={**body, "full_name": "Dee Other"}, headers=officer)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/another-request")


async def test_the_ledger_of_a_registration_names_its_story(town: Platform, client: httpx.AsyncClient) -> None:
    story = str(new_id())
    body = {"full_name": "Sam Agent", "channel": "phone", "email": "sam@example.org"}
    answer = await client.post("/persons", json=body, headers={**town.officer(), "Onedoor-Correlation": story})
    person = answer.json()["person_id"]
    said = await town.sql(
        "customer-account",
        "SELECT aggregate, version, name, person_id::text, correlation_id::text FROM onedoor.said "
        "WHERE aggregate_id::text = $1 ORDER BY aggregate, version",
        person,
    )
    assert [tuple(row) for row in said] == [
        ("facts", 1, "fact.recorded", person, story),
        ("facts", 2, "fact.recorded", person, story),
        ("person", 1, "person.registered", person, story),
    ]
    assert answer.headers["Onedoor-After"] == f"person/{person}@1, facts/{person}@1, facts/{person}@2"


async def test_who_was_registered_a_moment_ago_is_found_alike_at_once(
    town: Platform, client: httpx.AsyncClient
) -> None:
    nora = {"full_name": "Nora Bell", "date_of_birth": "1979-02-28", "postcode": "ZZ99 1AB", "channel": "phone"}
    first = await client.post("/persons", json=nora, headers=town.officer())
    assert first.status_code == 201, first.text
    again = await client.post("/persons", json=nora | {"full_name": "Norah Bell"}, headers=town.officer())
    assert again.status_code == 409
    assert again.json()["candidates"] == [first.json()["person_id"]]
