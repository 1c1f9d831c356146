"""Timers that fail, or are in their own way: put aside with the reason, and rung again when asked or set anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import pytest
from common.embedded import Nats
from common.runtime.hearing import ringing
from common.runtime.reminders import Due
from common.runtime.transaction import Transaction
from common.testing.platform import Platform, platform, serving
from common.testing.servers import Servers
from common.testing.toy.contracts import TallyAdded
from common.testing.toy.speaker import timers
from common.testing.toy.speaker.app import service as speaker
from common.testing.toy.speaker.tables import Tally
from common.testing.toy.tallies import Tallies

NAME = "toy-speaker"


@pytest.fixture
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    """Two replicas on one database."""
    async with platform(servers, nats, [speaker]) as running, serving(speaker, running.told[NAME]):
        yield running


@pytest.fixture(autouse=True)
def no_mishaps() -> Iterator[None]:
    yield
    timers.mishaps.clear()


async def test_one_that_fails_is_put_aside_with_its_reason_and_tried_again_when_asked(town: Platform) -> None:
    tallies = Tallies(town)
    broken, whole = await tallies.with_alarm(days=1), await tallies.with_alarm(days=2)
    tried = Counter[UUID]()

    def fail(tx: Transaction, due: Due) -> None:
        tried[due.aggregate_id] += 1
        if due.aggregate_id == broken:
            raise ValueError("Priya Nair, 07700 900031")

    timers.mishaps.append(fail)
    town.step(days=3)
    await tallies.until_rung(left=1)
    assert await tallies.totals() == {broken: 0, whole: 1}

    async def put_aside() -> list[Any]:
        return await town.sql(NAME, "SELECT failed FROM onedoor.timer WHERE failed IS NOT NULL")

    ((reason,),) = await town.until(put_aside)
    assert reason.startswith("failed: ValueError at test_runtime_timers_aside.py:")
    assert "Priya" not in reason
    assert (await town[NAME].client.get("/ready")).status_code == 200
    assert tried[broken] >= 3
    timers.mishaps.clear()
    assert await town[NAME].inner.ringer.retry() == 1
    await tallies.until_rung()
    assert await tallies.totals() == {broken: 1, whole: 1}


async def test_one_that_is_in_its_own_way_is_put_aside_and_holds_up_nobody(
    town: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ringing, "MOST_CONFLICTS", 20)
    tallies = Tallies(town)
    broken, whole = await tallies.with_alarm(days=1), await tallies.with_alarm(days=2)

    def say_twice_of_one(tx: Transaction, due: Due) -> None:
        if due.aggregate_id == broken:
            twice = Tally.model_construct(id=broken, version=1, council="northmere", person_id=None)
            tx.say(TallyAdded(amount=1), on=twice)

    timers.mishaps.append(say_twice_of_one)
    town.step(days=3)
    await tallies.until_rung(left=1)
    assert await tallies.totals() == {broken: 0, whole: 1}
    [timer] = await town.until(lambda: town.sql(NAME, "SELECT failed FROM onedoor.timer WHERE failed IS NOT NULL"))
    assert timer["failed"].startswith("failed: Conflict at ")


async def test_one_put_aside_that_is_set_anew_rings_again(town: Platform) -> None:
    tallies = Tallies(town)

    def fail(tx: Transaction, due: Due) -> None:
        raise LookupError

    timers.mishaps.append(fail)
    tally = await tallies.with_alarm(days=1)
    town.step(days=2)
    await town.until(lambda: town.sql(NAME, "SELECT 1 FROM onedoor.timer WHERE failed IS NOT NULL"))
    timers.mishaps.clear()
    await tallies.move(tally, days=1)
    town.step(days=2)
    await tallies.until_rung()
    assert await tallies.totals() == {tally: 1}
