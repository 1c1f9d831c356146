"""Timers: each once, in its story, whatever is moved, forgotten, failing, killed or away; on real servers."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from common.embedded import Nats
from common.runtime.hearing.desk import Desk
from common.runtime.hearing.ringing import Ringer
from common.runtime.reminders import Due
from common.runtime.store.database import ROLES
from common.runtime.transaction import Transaction
from common.testing.platform import Platform, platform, serving
from common.testing.servers import Servers
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


async def test_hundreds_of_timers_ring_once_each_with_two_replicas(town: Platform) -> None:
    tallies, rung = Tallies(town), Counter[UUID]()

    def count(tx: Transaction, due: Due) -> None:
        rung[due.aggregate_id] += 1

    timers.mishaps.append(count)
    made = [
        tally
        for _ in range(20)
        for tally in await asyncio.gather(*(tallies.with_alarm(days=number + 1) for number in range(20)))
    ]
    assert await tallies.set() == set(made)
    town.step(days=365)
    await tallies.until_rung()
    assert await tallies.totals() == dict.fromkeys(made, 1)
    counted = await town.sql(NAME, "SELECT count(*) AS n FROM onedoor.said WHERE name = 'tally.added'")
    assert counted[0]["n"] == 400
    assert sum(rung.values()) < 420  # replicas leave each other's alone: hardly any was begun twice, and given up


async def test_replicas_share_the_work(town: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    tallies, both, at_once, write = Tallies(town), asyncio.Barrier(2), list[UUID](), Ringer._write

    async def wait_for_another(ringer: Ringer, desk: Desk, due: list[Due], rung: Any) -> None:
        at_once.extend(each.aggregate_id for each in due)
        async with asyncio.timeout(10), both:
            await write(ringer, desk, due, rung)

    monkeypatch.setattr(Ringer, "_write", wait_for_another)
    monkeypatch.setattr(Ringer, "most_at_once", 1)
    made = {await tallies.with_alarm(days=1), await tallies.with_alarm(days=2)}
    town.step(days=3)
    await tallies.until_rung()
    assert (set(at_once), len(at_once)) == (made, 2)


async def test_what_is_due_together_is_rung_together(town: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    tallies, batches, write = Tallies(town), list[int](), Ringer._write

    async def count(ringer: Ringer, desk: Desk, due: list[Due], rung: Any) -> None:
        batches.append(len(due))
        await write(ringer, desk, due, rung)

    monkeypatch.setattr(Ringer, "_write", count)
    made = [await tallies.with_alarm(days=1) for _ in range(30)]
    town.step(days=2)
    await tallies.until_rung()
    assert await tallies.totals() == dict.fromkeys(made, 1)
    assert max(batches) > 10


async def test_those_that_change_the_same_row_ring_one_after_the_other(
    town: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    tallies, batches, write = Tallies(town), list[int](), Ringer._write
    shared = await tallies.with_alarm(days=300)

    def change_it_too(tx: Transaction, due: Due) -> None:
        tx.change(Tally.model_construct(id=shared, version=1), total=7)

    async def count(ringer: Ringer, desk: Desk, due: list[Due], rung: Any) -> None:
        batches.append(len(due))
        await write(ringer, desk, due, rung)

    monkeypatch.setattr(Ringer, "_write", count)
    timers.mishaps.append(change_it_too)
    made = [await tallies.with_alarm(days=1) for _ in range(5)]
    town.step(days=2)
    await tallies.until_rung(left=1)
    assert await tallies.totals() == {shared: 7} | dict.fromkeys(made, 1)
    assert set(batches) == {1}


async def test_a_timer_rings_after_its_moment_and_not_before(town: Platform) -> None:
    tallies = Tallies(town)
    soon, late = await tallies.with_alarm(days=9), await tallies.with_alarm(days=11)
    town.step(days=10)
    await tallies.until_rung(left=1)
    assert await tallies.set() == {late}
    assert await tallies.totals() == {soon: 1, late: 0}


async def test_set_again_it_is_moved_and_forgotten_it_does_not_ring(town: Platform) -> None:
    tallies = Tallies(town)
    moved, forgotten, other = [await tallies.with_alarm(days=5) for _ in range(3)]
    await tallies.move(moved, days=20)
    await tallies.move(forgotten)
    await tallies.move(forgotten)  # what is not set is forgotten all the same
    town.step(days=10)
    await tallies.until_rung(left=1)
    assert await tallies.totals() == {moved: 0, forgotten: 0, other: 1}
    town.step(days=11)
    await tallies.until_rung()
    assert await tallies.totals() == {moved: 1, forgotten: 0, other: 1}


async def test_what_it_brings_about_belongs_to_the_story_and_names_its_cause(town: Platform) -> None:
    tallies, story = Tallies(town), str(uuid4())
    body = {"amount": 0, "alarm": tallies.later(days=300)}
    answer = await tallies.post("/tallies", body, **{"Onedoor-Correlation": story})
    tally = UUID(answer.json()["id"])
    town.step(days=301)
    await tallies.until_rung()
    started, added = await tallies.said(tally)
    assert (str(started["correlation_id"]), str(added["correlation_id"])) == (story, story)
    assert added["causation_id"] == started["id"]
    assert (added["actor_kind"], added["actor_id"], added["council"]) == ("service", NAME, "northmere")
    assert added["occurred"] - started["occurred"] > timedelta(days=300)
    assert added["trace"].split("-")[1] != started["trace"].split("-")[1]
    town[NAME].inner.traces.force_flush()
    assert started["trace"].split("-")[1] in await span_of_timer(town, added["trace"].split("-")[1])


async def span_of_timer(town: Platform, trace: str) -> str:
    """The links of a timer's span, once one of the replicas has written it down."""

    async def written() -> list[Any]:
        store = sqlite3.connect(town.home / "traces" / f"{NAME}.db")
        try:
            found = store.execute("SELECT name, parent_id, links FROM span WHERE trace_id = ?", [trace]).fetchall()
        finally:
            store.close()
        return found

    ((name, parent, links),) = await town.until(written)
    assert (name, parent) == ("timer alarm", None)
    return str(links)


async def test_what_rings_may_set_itself_again(town: Platform) -> None:
    tallies = Tallies(town)
    tally = await tallies.with_alarm(amount=-5, days=1)
    town.step(days=3, hours=1)
    await tallies.until(tally, -2)
    assert await tallies.set() == {tally}
    town.step(days=365)
    await tallies.until_rung()
    assert await tallies.totals() == {tally: 0}
    started, *added = await tallies.said(tally)
    assert [each["causation_id"] for each in added] == [each["id"] for each in [started, *added[:-1]]]


async def test_a_command_that_comes_while_timers_ring_is_heeded_and_neither_waits(
    town: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    tallies, ringing, go_on, write = Tallies(town), asyncio.Event(), asyncio.Event(), Ringer._write

    async def pause(*step: Any) -> None:
        ringing.set()
        await go_on.wait()
        await write(*step)

    monkeypatch.setattr(Ringer, "_write", pause)
    forgotten, beside = await tallies.with_alarm(days=1), await tallies.with_alarm(days=1)
    town.step(days=2)
    await asyncio.wait_for(ringing.wait(), 10)
    await asyncio.wait_for(tallies.post(f"/tallies/{forgotten}/additions", {"amount": 5}), 0.9)
    await asyncio.wait_for(tallies.move(forgotten), 0.9)  # a deadlock is found by PostgreSQL after a second
    go_on.set()
    later = await tallies.with_alarm(days=1)
    town.step(days=2)
    await tallies.until_rung()
    assert await tallies.totals() == {forgotten: 5, beside: 1, later: 1}


async def test_a_timer_of_another_release_is_left_to_it(town: Platform) -> None:
    tallies = Tallies(town)
    strange, known = await tallies.with_alarm(days=1), await tallies.with_alarm(days=1)
    await town.sql(NAME, "UPDATE onedoor.timer SET name = 'tomorrow' WHERE aggregate_id = $1", strange)
    town.step(days=2)
    await tallies.until_rung(left=1)
    assert await tallies.totals() == {strange: 0, known: 1}


async def test_a_look_costs_the_same_with_a_million_timers_to_come(town: Platform) -> None:
    ringer = town[NAME].inner.ringer
    await town.sql(
        NAME,
        "INSERT INTO onedoor.timer (name, aggregate_id, due_at, council, correlation_id) SELECT 'alarm', "
        "gen_random_uuid(), now() + (g + 60) * interval '1 minute', 'northmere', gen_random_uuid() "
        "FROM generate_series(1, 1000000) g",
    )
    await town.sql(NAME, "ANALYZE onedoor.timer")
    assert await ringer._look() == []
    before = time.perf_counter()
    for _ in range(20):
        await ringer._look()
    assert (time.perf_counter() - before) / 20 < 0.05
    tallies = Tallies(town)
    tally = await tallies.with_alarm(minutes=1)
    town.step(minutes=2)
    await tallies.until_rung(left=1_000_000)
    assert await tallies.totals() == {tally: 1}


@pytest.mark.parametrize("role", [role for role in ROLES if role != "hearer"])
async def test_whoever_sets_timers_cannot_read_what_others_set(town: Platform, role: str) -> None:
    await Tallies(town).with_alarm(days=1)
    database = town[NAME].inner.database
    for column in ("due_at", "council", "correlation_id", "causation_id", "trace", "failed"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.pools[role].acquire() as connection:
                await connection.fetch(f"SELECT {column} FROM onedoor.timer")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.pools[role].acquire() as connection:
            await connection.execute("UPDATE onedoor.timer SET due_at = now()")
