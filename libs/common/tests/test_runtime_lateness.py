"""How far a service's copy is behind: as the stream tells it, also where the last word of it went to another replica."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest
from common.embedded import Nats
from common.runtime.hearing.hearing import Hearing
from common.runtime.hearing.message import Message
from common.runtime.ids import new_id
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.toy.contracts import TallyStarted
from common.testing.toy.hearer.app import service as hearer
from common.testing.toy.speaker.app import service as speaker

CONSUMER = "toy-hearer-keep-copies"
NOUGHT = timedelta()


@pytest.fixture
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [speaker, hearer]) as running:
        yield running


@pytest.fixture
def hearing(town: Platform) -> Hearing:
    return town["toy-hearer"].inner.again.hearings[CONSUMER]


def lag(hearing: Hearing) -> timedelta:
    return hearing.ground.copies.lag(TallyStarted.aggregate, now=hearing.clock.now())


async def tally(town: Platform) -> httpx.Response:
    me = {**town.resident(new_id()), "Onedoor-Council": "northmere"}
    return await town["toy-speaker"].client.post("/tallies", json={"amount": 1}, headers=me)


async def test_a_copy_that_caught_up_is_late_no_longer_though_nothing_more_is_said(
    town: Platform, hearing: Hearing
) -> None:
    hearing.reached = hearing.clock.now() - timedelta(hours=1)
    hearing.stands(more=True)  # as after a batch whose rest went to another replica
    assert lag(hearing) >= timedelta(hours=1)
    await town.until(lambda: _so(lag(hearing) == NOUGHT))


async def test_a_copy_that_cannot_be_written_is_late_for_as_long_as_that_lasts(
    town: Platform, hearing: Hearing, monkeypatch: pytest.MonkeyPatch
) -> None:
    may, hear = asyncio.Event(), hearing.hear

    async def held_up(batch: Sequence[Message]) -> None:
        await may.wait()
        await hear(batch)

    monkeypatch.setattr(hearing, "hear", held_up)
    await tally(town)
    await town.until(lambda: _so(lag(hearing) > timedelta(seconds=1)))
    before = lag(hearing)
    await town.until(lambda: _so(lag(hearing) > before))
    may.set()
    await town.until(lambda: _so(lag(hearing) == NOUGHT))


async def test_what_is_said_again_makes_no_copy_late_however_old_it_is(
    town: Platform, hearing: Hearing, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.heard(await tally(town))
    town.step(days=60)
    reached: list[datetime] = []
    hear = hearing.hear

    async def watched(batch: Sequence[Message]) -> None:
        await hear(batch)
        reached.append(hearing.reached)

    monkeypatch.setattr(hearing, "hear", watched)
    await town["toy-hearer"].inner.again.ask(CONSUMER, [TallyStarted.aggregate], after=UUID(int=0))
    await town.until(lambda: _so(bool(reached)))
    assert hearing.clock.now() - reached[0] < timedelta(minutes=1)


async def _so(found: bool) -> bool:
    return found
