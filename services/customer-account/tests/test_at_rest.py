"""What is sensitive lies sealed in the tables, is shown to whom it is for, and is gone with its key."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from common.contracts.keys import SEALED_KINDS
from common.contracts.people import Sensitivity
from common.embedded import Nats
from common.runtime.ids import new_id
from common.runtime.sealed import token_of
from common.testing.databases import prepared
from common.testing.platform import Platform, serving, settings
from common.testing.servers import Servers
from customer_account.app import service
from customer_account.queries.kinds import fact_kinds

Registers = Callable[..., Awaitable[dict[str, Any]]]
NAME = "customer-account"
PROTECTED = {"role": "protected", "lines": ["9 Hidden Steps"], "postcode": "ZZ99 7QQ", "uprn": "100090000009"}


def telling(kind: str, value: Any) -> dict[str, Any]:
    return {"kind": kind, "value": value, "channel": "phone"}


async def told(town: Platform, client: httpx.AsyncClient, person: str, kind: str, value: Any) -> dict[str, Any]:
    answer = await client.post(f"/persons/{person}/facts", json=telling(kind, value), headers=town.officer())
    assert answer.status_code == 200, answer.text
    fact: dict[str, Any] = answer.json()
    return fact


async def held(town: Platform, client: httpx.AsyncClient, person: str, kind: str) -> Any:
    answer = await client.get(f"/persons/{person}/facts", headers=town.officer())
    return next(fact["value"] for fact in answer.json()["items"] if fact["kind"] == kind)


@pytest.mark.parametrize(
    ("kind", "value", "under"),
    [
        ("disability", "a long illness of the lungs", "special"),
        ("disability", False, "special"),
        ("medical_equipment", "oxygen", "special"),
        ("national_insurance_number", "QQ123456C", "special"),
        ("nhs_number", "999 000 0018", "special"),
        ("home_address", "14 Weavers Row", "address"),
        ("phone", "07700 900312", "contact"),
    ],
)
async def test_a_sensitive_fact_lies_sealed_and_is_shown_as_it_was_told(
    town: Platform, client: httpx.AsyncClient, register: Registers, kind: str, value: Any, under: str
) -> None:
    person = (await register())["person_id"]
    fact = await told(town, client, person, kind, value)
    [row] = await town.sql(NAME, "SELECT value FROM fact WHERE fact_id = $1", UUID(fact["id"]))
    assert (token_of(row["value"]) or "").startswith(f"v1.{under}.1.")
    assert await held(town, client, person, kind) == fact["value"] == value


async def test_what_is_not_sensitive_lies_as_it_is(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    fact = await told(town, client, person, "household_size", 3)
    [row] = await town.sql(NAME, "SELECT value FROM fact WHERE fact_id = $1", UUID(fact["id"]))
    assert row["value"] == 3


async def test_a_value_put_with_another_fact_is_shown_to_nobody(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    one = await told(town, client, person, "disability", "a long illness")
    other = await told(town, client, person, "medical_equipment", "oxygen")
    swap = "UPDATE fact SET value = (SELECT value FROM fact WHERE fact_id = $1) WHERE fact_id = $2"
    await town.sql(NAME, swap, UUID(one["id"]), UUID(other["id"]))
    shown = await held(town, client, person, "medical_equipment")
    assert token_of(shown) is not None
    assert await held(town, client, person, "disability") == "a long illness"


async def test_how_and_where_a_person_is_reached_lies_sealed(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register(postcode="ZZ99 7QQ", phone="07700 900313"))["person_id"]
    me = {**town.resident(person), "Onedoor-Council": "northmere"}
    point = {"kind": "mobile", "value": "07700 900314"}
    for path, body in (("/me/contact-points", point), ("/me/addresses", PROTECTED)):
        answer = await client.post(path, json=body, headers=me)
        assert answer.status_code == 201, answer.text
    for table, whose in (("contact_of_person", "id"), ("protected_address", "person_id"), ("find_by", "person_id")):
        rows = await town.sql(NAME, f"SELECT to_jsonb(t) AS row FROM {table} t WHERE {whose}::text = $1", person)
        assert rows
        for plain in ("900313", "900314", "Hidden", "7QQ", "100090000009"):
            assert plain not in json.dumps([row["row"] for row in rows])
    shown = (await client.get("/me/contact-points", headers=me)).json()["items"]
    assert [each["value"] for each in shown] == ["+447700900314"]
    [mine] = (await client.get("/me/addresses", headers=me)).json()["items"]
    assert (mine["lines"], mine["postcode"], mine["uprn"]) == (["9 Hidden Steps"], "ZZ99 7QQ", "100090000009")


async def test_an_answer_kept_for_its_key_lies_sealed_and_is_given_again(
    town: Platform, client: httpx.AsyncClient
) -> None:
    body = {"full_name": "Priya Nair", "phone": "07700 900315", "channel": "phone"}
    headers = {**town.officer(id="one-officer"), "Idempotency-Key": "at-rest"}
    first = await client.post("/persons", json=body, headers=headers)
    again = await client.post("/persons", json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    [row] = await town.sql(NAME, "SELECT body FROM onedoor.answer WHERE key = 'at-rest'")
    assert "Nair" not in row["body"]
    assert "900315" not in row["body"]


async def test_with_its_key_a_value_is_gone_from_every_row_and_the_rest_is_shown(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register(phone="07700 900316", postcode="ZZ99 7QQ"))["person_id"]
    await told(town, client, person, "disability", "a long illness")
    await told(town, client, person, "household_size", 3)
    me = {**town.resident(person), "Onedoor-Council": "northmere"}
    await client.post("/me/contact-points", json={"kind": "mobile", "value": "07700 900317"}, headers=me)
    running = town[NAME].inner
    await running.keeping.erasures.note([UUID(person)])
    await running.keeping.erasures.replay()
    record = (await client.get(f"/persons/{person}", headers=town.officer())).json()
    shown = {fact["kind"]: fact["value"] for fact in record["facts"]}
    assert shown["disability"] == shown["phone"] == {"erased": True}
    assert (shown["household_size"], record["contact_points"]) == (3, [])
    kept = await client.post(f"/persons/{person}/facts", json=telling("disability", "again"), headers=town.officer())
    assert kept.status_code == 200
    assert await held(town, client, person, "disability") == {"erased": True}  # nothing of theirs is kept any more


async def test_the_keys_of_a_person_at_hand_are_fetched_once(
    town: Platform, client: httpx.AsyncClient, register: Registers, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = (await register())["person_id"]
    me = town.resident(person)
    keys, fetched = town[NAME].inner.keeping.keys, []
    town[NAME].inner.ground.keeper.ring.forget(UUID(person))
    fetch = type(keys).fetch

    async def counting(self: Any, persons: Any) -> Any:
        fetched.extend(persons)
        return await fetch(self, persons)

    monkeypatch.setattr(type(keys), "fetch", counting)
    for _ in range(5):
        assert (await client.get("/me", headers=me)).status_code == 200
    assert fetched == [UUID(person)]


async def test_what_an_earlier_release_left_open_is_sealed_and_found_as_before(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register(phone="07700 900318", postcode="ZZ99 7QQ"))["person_id"]
    await told(town, client, person, "disability", False)
    for open_again in (
        "UPDATE fact SET value = '\"07700 900318\"' WHERE person_id = $1 AND kind = 'phone'",
        "UPDATE fact SET value = 'false' WHERE person_id = $1 AND kind = 'disability'",
        "UPDATE find_by SET phone = '+447700900318', postcode_shown = 'ZZ99 7QQ' WHERE person_id = $1",
    ):
        await town.sql(NAME, open_again, UUID(person))
    assert await town[NAME].inner.keeping.resealing.seal_all() == 3
    assert await town[NAME].inner.keeping.resealing.seal_all() == 0
    rows = await town.sql(NAME, "SELECT value FROM fact WHERE person_id = $1 AND kind = 'phone'", UUID(person))
    assert token_of(rows[0]["value"]) is not None
    assert (await held(town, client, person, "phone"), await held(town, client, person, "disability")) == (
        "07700 900318",
        False,
    )
    found = await client.post("/person-searches", json={"phone": "07700 900318"}, headers=town.officer())
    assert [(each["person_id"], each["postcode"]) for each in found.json()["items"]] == [(person, "ZZ99 7QQ")]


def test_every_kind_that_is_special_or_tells_where_somebody_is_is_sealed() -> None:
    sensitive = {Sensitivity.SPECIAL, Sensitivity.PROTECTED}
    wanted = {code for code, kind in fact_kinds().items() if kind.locates or kind.sensitivity in sensitive}
    assert set(SEALED_KINDS) == wanted


async def test_what_an_earlier_release_said_is_sealed_in_its_log(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register(phone="07700 900319"))["person_id"]
    theirs = "WHERE person_id = $1 AND name = 'fact.recorded' AND data ->> 'kind' = 'phone'"
    said = f"SELECT data FROM onedoor.said {theirs}"
    plain = f"UPDATE onedoor.said SET data = jsonb_set(data, '{{value}}', '\"07700 900319\"') {theirs}"
    await town.sql(NAME, plain, UUID(person))
    await town.sql(NAME, "UPDATE onedoor.sealed_up_to SET said = '00000000-0000-0000-0000-000000000000'")
    assert (await town.sql(NAME, said, UUID(person)))[0]["data"]["value"] == "07700 900319"
    await town[NAME].inner.keeping.resealing.seal_all()
    assert token_of((await town.sql(NAME, said, UUID(person)))[0]["data"]["value"]) is not None


async def test_what_was_erased_since_the_backup_is_erased_before_the_first_request(
    servers: Servers, nats: Nats, town: Platform
) -> None:
    """The keys of a person came back with a backup; that they are erased is in the service's own database."""
    prepared(servers, service, suffix=(suffix := new_id().hex[-12:]))
    told = settings(servers, nats, town.home, town.issuer, suffix=suffix, service=NAME)
    body = {"full_name": "Priya Nair", "phone": "07700 900320", "channel": "phone"}
    async with serving(service, told) as before:
        person = (await before.client.post("/persons", json=body, headers=town.officer())).json()["person_id"]
        shown = (await before.client.get(f"/persons/{person}/facts", headers=town.officer())).json()["items"]
        assert {fact["kind"]: fact["value"] for fact in shown}["phone"] == "07700 900320"
    connection = await asyncpg.connect(servers.database(f"customer_account_{suffix}"))
    await connection.execute("INSERT INTO onedoor.erased (person_id) VALUES ($1)", UUID(person))
    await connection.close()
    async with serving(service, told) as after:
        for path in (f"/persons/{person}", f"/persons/{person}/facts"):
            assert (await after.client.get(path, headers=town.officer())).status_code == 404
