"""A referral is sent for a case that was opened a moment ago: what its officer wrote is waited for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from case_crm.app import service as case_crm
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.partnering import join
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from partner_gateway.app import service as partner_gateway

ASK = {
    "service": "missed_bin",
    "channel": "phone",
    "answers": {"address": "3 Quay Cottages, ZZ99 2BD", "bin": "Rubbish"},
}
HELPER = "warmth-debt-advice"


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [case_crm, partner_gateway]) as running:
        await join(running, HELPER, "Warmth & Debt Advice")
        yield running


async def opened(town: Platform, person: str, council: str = "northmere") -> httpx.Response:
    body = ASK | {"person_id": person}
    answer = await town["case-crm"].client.post("/cases", json=body, headers=town.officer(council))
    assert answer.status_code == 201, answer.text
    return answer


async def referred(town: Platform, person: str, case: Any, **headers: str) -> httpx.Response:
    body = {"to_partner": HELPER, "person_id": person, "reason": "debt_advice", "case_id": case.json()["case_id"]}
    return await town["partner-gateway"].client.post("/referrals", json=body, headers=town.officer() | headers)


async def test_whoever_says_what_they_wrote_is_never_told_that_there_is_no_such_case(town: Platform) -> None:
    for _ in range(20):
        person = str(new_id())
        case = await opened(town, person)
        sent = await referred(town, person, case, **{"Onedoor-After": case.headers["Onedoor-After"]})
        assert sent.status_code == 201, sent.text


async def test_whoever_does_not_is_at_most_asked_to_try_again(town: Platform) -> None:
    person = str(new_id())
    case = await opened(town, person)

    async def accepted() -> bool:
        answer = await referred(town, person, case)
        assert answer.status_code == 201 or answer.json()["type"] == "/problems/not-that-case"
        return answer.status_code == 201

    await town.until(accepted)


async def test_a_case_of_another_council_is_refused_however_long_ago_it_was_opened(town: Platform) -> None:
    person = str(new_id())
    case = await opened(town, person, "southholt")
    await town.heard(case)
    refused = await referred(town, person, case)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/not-that-case")
