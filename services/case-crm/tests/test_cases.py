"""Promises of case-crm over HTTP, on real PostgreSQL and NATS."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from case_crm.app import service
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.platform import Platform, platform
from common.testing.servers import Servers


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [service]) as running:
        yield running


async def test_an_incomplete_story_is_answered_with_the_missing_questions(town: Platform) -> None:
    answer = await town["case-crm"].client.post(
        "/cases",
        json={"service": "missed_bin", "channel": "online"},
        headers={**town.resident(), "Onedoor-Council": "northmere"},
    )
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/still-to-tell"
    assert [q["question"] for q in answer.json()["questions"]] == ["address", "bin"]


async def test_a_case_is_opened_and_found_again(town: Platform) -> None:
    me = {**town.resident(new_id()), "Onedoor-Council": "northmere"}
    client = town["case-crm"].client
    body = {"service": "missed_bin", "channel": "online", "answers": {"address": "14 Weavers Row", "bin": "Rubbish"}}
    answer = await client.post("/cases", json=body, headers=me)
    assert answer.status_code == 201
    mine = await client.get("/me/cases", headers=me)
    assert [c["reference"] for c in mine.json()["items"]] == [answer.json()["reference"]]
    again = await client.get("/councils/northmere/services/missed_bin/form", headers=me)
    assert again.json()["still_to_tell"] == ["bin"]
