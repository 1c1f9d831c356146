"""Putting right what is held, through all services, each of which says when it holds what is right."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from common.contracts.people.rights import HOLDERS
from common.embedded import Nats
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from onedoor.contracts import services


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, services()) as running:
        yield running


async def post(town: Platform, service: str, path: str, body: Any, who: dict[str, str]) -> Any:
    answer = await town[service].client.post(path, json=body, headers=who)
    assert answer.is_success, answer.text
    await town.heard(answer)
    return answer.json()


async def known(town: Platform, name: str) -> str:
    told = {"full_name": name, "channel": "phone"}
    return str((await post(town, "customer-account", "/persons", told, town.officer()))["person_id"])


async def request(town: Platform, person: str, request_id: str) -> dict[str, Any]:
    path = f"/me/rights-requests/{request_id}"
    answer = await town["customer-account"].client.get(path, headers=town.resident(person))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def done(town: Platform, person: str, request_id: str) -> dict[str, Any]:
    async def is_done() -> Any:
        found = await request(town, person, request_id)
        return found if found["status"] == "done" else None

    found: dict[str, Any] = await town.until(is_done, seconds=30)
    return found


async def test_every_service_that_keeps_a_copy_confirms_that_it_holds_what_was_put_right(town: Platform) -> None:
    person = await known(town, "Margaret Hartley")
    told = {"kind": "weekly_rent", "value": 960, "channel": "phone"}
    fact = (await post(town, "customer-account", f"/persons/{person}/facts", told, town.officer()))["id"]
    me = town.resident(person, councils=["northmere"])
    wrong = {"right": "rectification", "fact_id": fact, "says": "A nought too many"}
    request_id = (await post(town, "customer-account", "/me/rights-requests", wrong, me))["id"]
    right = {"outcome": "corrected", "value": 96, "evidence": "The tenancy agreement"}
    await post(town, "customer-account", f"/persons/{person}/facts/{fact}/settlement", right, town.officer())
    found = await done(town, person, request_id)
    assert [each["service"] for each in found["holders"]] == list(HOLDERS)
    assert all(each["answered_at"] for each in found["holders"])
    keep = [each["service"] for each in found["holders"] if each["keeps"]]
    assert keep == ["customer-account", "case-crm", "review-engine"]
    [copy] = await town.sql(
        "case-crm", "SELECT value FROM known_fact WHERE person_id = $1 AND kind = 'weekly_rent'", UUID(person)
    )
    assert copy["value"] == 96
    assert await town.sql("review-engine", "SELECT event FROM evidence") == []  # what people ask of us is no journey


async def test_a_service_that_cannot_take_it_in_is_named_and_confirms_when_it_can(town: Platform) -> None:
    person = await known(town, "Priya Nair")
    told = {"kind": "weekly_rent", "value": 80, "channel": "phone"}
    fact = (await post(town, "customer-account", f"/persons/{person}/facts", told, town.officer()))["id"]
    holds = await asyncpg.connect(town.databases["case-crm"])
    try:
        await holds.execute("BEGIN; LOCK TABLE known_fact IN EXCLUSIVE MODE")
        wrong = {"right": "rectification", "fact_id": fact, "value": 88}
        me = town.resident(person, councils=["northmere"])
        answer = await town["customer-account"].client.post("/me/rights-requests", json=wrong, headers=me)
        request_id = answer.json()["id"]

        async def others_answered() -> Any:
            found = await request(town, person, request_id)
            return [each["service"] for each in found["holders"] if not each["answered_at"]] == ["case-crm"]

        await town.until(others_answered, seconds=30)
    finally:
        await holds.close()
    await done(town, person, request_id)
