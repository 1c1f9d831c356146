"""Telling once: recording facts over HTTP, on real PostgreSQL and NATS."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from common.runtime.ids import new_id
from common.testing.platform import Platform

Registers = Callable[..., Awaitable[dict[str, Any]]]


def telling(kind: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "value": value, "channel": "online", **more}


async def test_a_resident_tells_once_and_sees_whom_they_told(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = await register()
    me = {**town.resident(person["person_id"]), "Onedoor-Council": "northmere"}
    told = await client.post("/me/facts", json=telling("home_address", " 14 Weavers Row "), headers=me)
    assert (told.status_code, told.headers["ETag"]) == (200, '"3"')
    assert told.json()["value"] == "14 Weavers Row"
    mine = (await client.get("/me/facts", headers=me)).json()
    assert mine["version"] == 3
    [address] = [fact for fact in mine["items"] if fact["kind"] == "home_address"]
    assert address == {name: value for name, value in told.json().items() if name != "version"}
    assert (address["asserted_by"], address["channel"], address["told_to"]) == ("resident", "online", "northmere")
    seen = await client.get(f"/persons/{person['person_id']}/facts", headers=town.officer())
    assert seen.json() == mine


async def test_a_new_value_takes_the_place_of_the_old_one_and_says_so(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    path = f"/persons/{person}/facts"
    old = (await client.post(path, json=telling("weekly_income", 310), headers=town.officer())).json()
    day = {"effective_from": "2027-02-15"}
    new = (await client.post(path, json=telling("weekly_income", 184.5, **day), headers=town.officer())).json()
    held = (await client.get(path, headers=town.officer())).json()["items"]
    assert [(f["id"], f["value"], f["effective_from"]) for f in held if f["kind"] == "weekly_income"] == [
        (new["id"], 184.5, "2027-02-15")
    ]
    [said] = await town.sql(
        "customer-account", "SELECT data FROM onedoor.said WHERE aggregate_id::text = $1 AND version = 4", person
    )
    told_at, fresh_until = said["data"].pop("told_at"), said["data"].pop("fresh_until")
    assert told_at < fresh_until
    assert said["data"] == {
        "fact_id": new["id"],
        "kind": "weekly_income",
        "value": 184.5,
        "asserted_by": "officer",
        "channel": "online",
        "told_to": "northmere",
        "told_to_service": "customer-account",
        "effective_from": "2027-02-15",
        "effective_to": None,
        "corrects": False,
        "verification": "asserted",
        "sensitivity": "personal",
        "supersedes": old["id"],
        "visible_to": ["northmere"],
    }


@pytest.mark.parametrize(
    ("kind", "first", "again"),
    [
        ("home_address", "14 Weavers Row", "14 Weavers Row "),
        ("postcode", "ZZ99 1AB", "zz991ab"),
        ("phone", "07700 900200", "+44 7700900200"),
        ("email", "margaret@example.org", "Margaret@Example.org"),
        ("household_size", 3, 3.0),
        ("lives_alone", True, True),
    ],
)
async def test_the_same_again_is_confirmed_and_nothing_is_written(
    town: Platform, client: httpx.AsyncClient, register: Registers, kind: str, first: Any, again: Any
) -> None:
    person = (await register(phone=None))["person_id"]
    path = f"/persons/{person}/facts"
    kept = await client.post(path, json=telling(kind, first), headers=town.officer())
    confirmed = await client.post(path, json=telling(kind, again), headers=town.officer())
    assert confirmed.status_code == 200
    assert confirmed.json() == kept.json()
    assert "Onedoor-After" not in confirmed.headers


@pytest.mark.parametrize(
    ("kind", "first", "other"), [("full_name", "Jose Ruiz", "José Ruiz"), ("disability", True, "Yes")]
)
async def test_a_correction_is_a_new_fact(
    town: Platform, client: httpx.AsyncClient, register: Registers, kind: str, first: Any, other: Any
) -> None:
    path = f"/persons/{(await register())['person_id']}/facts"
    before = await client.post(path, json=telling(kind, first), headers=town.officer())
    after = await client.post(path, json=telling(kind, other), headers=town.officer())
    assert after.json()["version"] == before.json()["version"] + 1
    assert after.json()["value"] == other


async def test_a_person_is_found_by_what_they_told_last(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = await register(phone="07700 900301")
    path = f"/persons/{person['person_id']}/facts"
    await client.post(path, json=telling("phone", "07700 900302"), headers=town.officer())
    old = await client.post("/person-searches", json={"phone": "07700900301"}, headers=town.officer())
    new = await client.post("/person-searches", json={"phone": "07700900302"}, headers=town.officer())
    assert old.json()["items"] == []
    assert [found["person_id"] for found in new.json()["items"]] == [person["person_id"]]


async def test_a_change_on_an_old_reading_is_refused(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    path = f"/persons/{(await register())['person_id']}"
    tag = (await client.get(path, headers=town.officer())).headers["ETag"]
    first = await client.post(
        f"{path}/facts", json=telling("savings", 1200), headers={**town.officer(), "If-Match": tag}
    )
    assert first.status_code == 200
    late = {**town.officer(), "If-Match": tag}
    second = await client.post(f"{path}/facts", json=telling("savings", 900), headers=late)
    assert (second.status_code, second.json()["type"]) == (412, "/problems/changed-meanwhile")
    sharing = await client.post(f"{path}/councils", json={"council": "southholt", "wording": "v4"}, headers=late)
    assert sharing.status_code == 412
    read_again = {**town.officer(), "If-Match": first.headers["ETag"]}
    third = await client.post(f"{path}/facts", json=telling("savings", 900), headers=read_again)
    assert (third.status_code, third.headers["ETag"]) == (200, '"4"')


async def test_many_tellings_at_once_are_all_kept_in_one_order(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    kinds = ["savings", "weekly_rent", "weekly_income"]
    answers = await asyncio.gather(
        *(client.post(f"/persons/{person}/facts", json=telling(kind, 10), headers=town.officer()) for kind in kinds)
    )
    assert [answer.status_code for answer in answers] == [200] * 3
    assert sorted(answer.json()["version"] for answer in answers) == [3, 4, 5]


async def test_the_same_key_again_gives_the_same_answer(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    path = f"/persons/{(await register())['person_id']}/facts"
    officer = {**town.officer(), "Idempotency-Key": "told at ten"}
    first = await client.post(path, json=telling("savings", 5), headers=officer)
    await client.post(path, json=telling("savings", 6), headers=town.officer())
    again = await client.post(path, json=telling("savings", 5), headers=officer)
    assert (again.status_code, again.json()) == (200, first.json())
    other = await client.post(path, json=telling("savings", 7), headers=officer)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/another-request")


async def test_somebody_who_signs_in_before_we_know_them_becomes_known_when_they_tell_something(
    town: Platform, client: httpx.AsyncClient
) -> None:
    person = new_id()
    me = town.resident(person)
    told = await client.post("/me/facts", json=telling("full_name", "Ada Newcomer"), headers=me)
    assert told.status_code == 200
    assert (told.json()["told_to"], told.json()["version"]) == ("partnership", 1)
    record = (await client.get("/me", headers=me)).json()
    assert (record["full_name"], record["assisted"], record["visible_to"]) == ("Ada Newcomer", False, [])
    assert (await client.get(f"/persons/{person}", headers=town.officer())).status_code == 404


async def test_two_first_tellings_at_once_make_one_person(town: Platform, client: httpx.AsyncClient) -> None:
    me = town.resident()
    kinds = ("savings", "weekly_rent", "weekly_income", "lives_alone")
    values = (1, 2, 3, True)
    answers = await asyncio.gather(
        *(
            client.post("/me/facts", json=telling(kind, value), headers=me)
            for kind, value in zip(kinds, values, strict=True)
        )
    )
    assert [answer.status_code for answer in answers] == [200] * 4
    mine = (await client.get("/me/facts", headers=me)).json()
    assert (mine["version"], [fact["kind"] for fact in mine["items"]]) == (4, sorted(kinds))


async def test_a_fact_of_an_unknown_kind_is_refused(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    path = f"/persons/{(await register())['person_id']}/facts"
    answer = await client.post(path, json=telling("shoe_size", 9), headers=town.officer())
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/unknown-fact-kind")


NINO = "A National Insurance number is two letters, six digits and a letter, like QQ123456C."
NHS = "An NHS number is ten digits, like 943 476 5919, and the last one fits the others."
PHONE = "A phone number is written like 07700 900014, or with a country code like +44 7700 900014."
WRONG = [
    ("date_of_birth", "17 March 1941", "A date is written year-month-day, like 1941-03-17, and has come already."),
    ("date_of_birth", "1941-02-30", "this is not a date of the calendar"),
    ("date_of_birth", "20410317--", "this is not a date of the calendar"),
    ("date_of_birth", "2999-01-01", "this date is still to come"),
    ("moving_date", 5, "this must be text"),
    ("postcode", "AAAA 1AA", "A postcode is written like ZZ99 1AB."),
    ("phone", "0000000000", PHONE),
    ("email", "joanne@localhost..uk", "An e-mail address is written like joanne@example.org."),
    ("property_number", "0", "A property's unique number is up to twelve digits."),
    ("national_insurance_number", "BG123456A", NINO),
    ("national_insurance_number", "DF123456A", NINO),
    ("nhs_number", "943 476 5918", NHS),
    ("nhs_number", "943476591", NHS),
    ("postcode", "Weavers", "A postcode is written like ZZ99 1AB."),
    ("household_size", "three", "this must be a whole number"),
    ("household_size", 0, "this must be 1 or more"),
    ("household_size", 10**30, "this must be 50 or less"),
    ("lives_alone", "perhaps", "this must be yes or no (true or false)"),
    ("full_name", "  ", "A name is written in full, as the person says it."),
    ("full_name", "Jo\x07anne", "this has characters that are no text"),
    ("full_name", {"first": "Joanne"}, "this must be text"),
    ("benefits_received", ["Pension", 7], "this must be text"),
    ("national_insurance_number", "QQ99", NINO),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "why"), WRONG)
async def test_a_fact_of_the_wrong_shape_is_refused_with_where_and_why_and_not_repeated(
    town: Platform, client: httpx.AsyncClient, register: Registers, kind: str, value: Any, why: str
) -> None:
    person = (await register())["person_id"]
    answer = await client.post(f"/persons/{person}/facts", json=telling(kind, value), headers=town.officer())
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/wrong-shape")
    pointer = "/value/1" if isinstance(value, list) else "/value"
    assert answer.json()["errors"] == [{"pointer": pointer, "detail": why}]
    assert not isinstance(value, str) or not value.strip() or value not in answer.text
    held = await client.get(f"/persons/{person}/facts", headers=town.officer())
    assert held.json()["version"] == 2


@pytest.mark.parametrize("value", [b"NaN", b"Infinity", b"-Infinity", b'"\\ud800"', b'"a\\u0000b"', b"null"])
async def test_what_json_can_carry_and_no_database_can_keep_is_refused(
    town: Platform, client: httpx.AsyncClient, register: Registers, value: bytes
) -> None:
    person = (await register())["person_id"]
    for kind in (b"weekly_income", b"full_name"):
        answer = await client.post(
            f"/persons/{person}/facts",
            content=b'{"kind": "' + kind + b'", "channel": "phone", "value": ' + value + b"}",
            headers={**town.officer(), "Content-Type": "application/json"},
        )
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/wrong-shape")


async def test_every_kind_says_how_it_is_written(town: Platform, client: httpx.AsyncClient) -> None:
    answer = await client.get("/fact-kinds")
    kinds = {kind["kind"]: kind for kind in answer.json()["items"]}
    assert len(kinds) >= 40
    assert kinds["postcode"] == {
        "kind": "postcode",
        "label": "Postcode",
        "written": "A postcode is written like ZZ99 1AB.",
        "sensitivity": "personal",
        "changes": True,
        "fresh_for_days": None,
        "shape": {
            "type": "string",
            "maxLength": 8,
            "pattern": "^[A-Za-z]{1,2}[0-9A-Za-z]{1,2} ?[0-9][A-Za-z]{2}$",
        },
    }
    assert kinds["disability"]["sensitivity"] == "special"
    assert kinds["national_insurance_number"]["sensitivity"] == "protected"
