"""A referral that nobody answers by its day is its owner's again, by the platform's clock and once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import pytest
from common.embedded import Nats
from common.testing.platform import platform, serving
from common.testing.servers import Servers
from partner_gateway.app import service

NAME = "partner-gateway"
SENT, EXPIRED = "referral.sent", "referral.expired"


@pytest.fixture(scope="module")
async def asked(servers: Servers, nats: Nats, at_its_desk: Any) -> AsyncIterator[Any]:
    """Two replicas: one answers, the other is idle but for what the clock brings."""
    async with AsyncExitStack() as stack:
        town = await stack.enter_async_context(platform(servers, nats, [service]))
        await stack.enter_async_context(serving(service, town.told[NAME]))
        yield await at_its_desk(town)


async def sent(desk: Any, **headers: str) -> str:
    return str((await desk.sent({**desk.officer, **headers}))["referral_id"])


async def until(desk: Any, referral: str, status: str) -> dict[str, Any]:
    async def reached() -> Any:
        shown = (await desk.get(f"/referrals/{referral}", desk.officer)).json()
        return shown if shown["status"] == status else None

    found: dict[str, Any] = await desk.town.until(reached)
    return found


async def names(desk: Any, referral: str) -> list[str]:
    return [row["name"] for row in await desk.said(referral, "referral")]


async def waiting(desk: Any) -> set[str]:
    rows = await desk.town.sql(NAME, "SELECT aggregate_id FROM onedoor.timer")
    return {str(row["aggregate_id"]) for row in rows}


async def test_it_goes_back_to_its_owner_after_the_day_it_was_promised_for(asked: Any) -> None:
    asked.town.at("2026-12-14T10:00:00+00:00")
    early = await sent(asked)
    asked.town.at("2026-12-15T10:00:00+00:00")
    late = await sent(asked)
    asked.town.at("2026-12-21T23:59:00+00:00")  # the fifth working day after the first
    assert (await until(asked, early, "sent"))["told_to_resident"] == "Warmth & Debt Advice has been asked to help you."
    asked.town.at("2026-12-22T00:00:01+00:00")
    expired = await until(asked, early, "expired")
    assert expired["told_to_resident"] == "Warmth & Debt Advice did not answer in time. We will look for other help."
    assert [action["transition"] for action in expired["next_actions"]] == ["close", "enter_in_error"]
    assert await names(asked, late) == [SENT]
    received = (await asked.get(f"/referrals/{early}", asked.advice)).json()
    assert (received["status"], received["shared"]) == ("expired", None)
    (_, said) = await asked.said(early, "referral")
    assert (said["actor_kind"], said["actor_id"]) == ("service", NAME)
    await asked.moved(early, asked.officer, "close")


@pytest.mark.parametrize(
    ("transition", "by"),
    [("acknowledge", "advice"), ("accept", "advice"), ("withdraw", "officer")],
)
async def test_an_answer_before_cancels_it(asked: Any, transition: str, by: str) -> None:
    answered, silent = await sent(asked), await sent(asked)
    moved = await asked.moved(answered, getattr(asked, by), transition)
    assert answered not in await waiting(asked)
    asked.town.step(days=12)
    await until(asked, silent, "expired")
    assert (await until(asked, answered, moved["status"]))["status"] == moved["status"]
    assert EXPIRED not in await names(asked, answered)


async def test_a_story_of_more_than_a_year_is_one_story(asked: Any) -> None:
    asked.town.at("2026-12-14T10:00:00+00:00")
    story, referrals = str(uuid4()), []
    for _ in range(5):
        referrals.append(await sent(asked, **{"Onedoor-Correlation": story}))
        asked.town.step(days=80)
        await until(asked, referrals[-1], "expired")
    said = [row for referral in referrals for row in await asked.said(referral, "referral")]
    assert [row["name"] for row in said] == [SENT, EXPIRED] * 5
    assert {str(row["correlation_id"]) for row in said} == {story}
    assert (said[-1]["occurred"] - said[0]["occurred"]).days > 365
    assert [row["causation_id"] for row in said[1::2]] == [row["id"] for row in said[::2]]
