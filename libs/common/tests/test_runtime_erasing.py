"""What becomes of rows and events of somebody who is erased, and of what comes about them afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from common.embedded import Nats
from common.runtime.ids import new_id
from common.runtime.rights import erasing
from common.runtime.sealed import ERASED
from common.testing.platform import COUNCILS, Platform, platform, serving
from common.testing.servers import Servers
from common.testing.stream import Row, publish, said
from common.testing.toy.contracts import TallyAdded, TallyStarted
from common.testing.toy.hearer.app import service as hearer
from common.testing.toy.keeper.app import service as keeper

# -- what comes afterwards


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    """The hearer, twice: each replica has to know for itself."""
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(platform(servers, nats, [hearer]))
        await stack.enter_async_context(serving(hearer, running.told[hearer.name]))
        yield running


async def heard(town: Platform, nats: Nats, *rows: Row) -> None:
    await publish(nats, rows, speaker="toy-speaker")
    last = rows[-1]
    await town.heard(f"{last['aggregate']}/{last['aggregate_id']}@{last['version']}")


async def copies(town: Platform, tally: UUID) -> list[int]:
    return [row["total"] for row in await town.sql(hearer.name, "SELECT total FROM copy WHERE id = $1", tally)]


async def test_what_comes_about_somebody_who_was_erased_counts_as_heard_and_changes_nothing(
    town: Platform, nats: Nats
) -> None:
    gone, other = new_id(), new_id()
    await town.sql(hearer.name, "INSERT INTO onedoor.erased (person_id) VALUES ($1)", gone)
    erased = town[hearer.name].inner.ground.erased

    async def known() -> bool:
        return gone in erased

    await town.until(known)
    tallies = [new_id() for _ in range(20)]  # enough for both replicas to have some of them, and neither to know less
    await asyncio.sleep(1.5)  # the other replica looks once a second
    for tally in tallies:
        await heard(town, nats, said(TallyStarted(amount=1), tally, 1, person_id=gone))
    assert [await copies(town, tally) for tally in tallies] == [[]] * len(tallies)
    theirs = new_id()
    await heard(town, nats, said(TallyStarted(amount=1), theirs, 1, person_id=other))
    assert await copies(town, theirs) == [1]


async def test_of_what_was_emptied_the_place_is_heard_and_nothing_is_done(town: Platform, nats: Nats) -> None:
    tally = new_id()
    empty = said(TallyStarted(amount=1), tally, 1) | {"data": ERASED}
    await heard(town, nats, empty)
    assert await copies(town, tally) == []
    await heard(town, nats, said(TallyStarted(amount=5), tally, 2))
    assert await copies(town, tally) == [5]


async def test_put_aside_before_it_is_heard_in_its_place_all_the_same(town: Platform, nats: Nats) -> None:
    tally = new_id()
    late = said(TallyAdded(amount=1), tally, 2) | {"data": ERASED}
    await publish(nats, [late], speaker="toy-speaker")

    async def parked() -> Any:
        return await town.sql(hearer.name, "SELECT 1 FROM onedoor.parked WHERE aggregate_id = $1", tally)

    await town.until(parked)
    await heard(town, nats, said(TallyStarted(amount=7), tally, 1))
    await town.heard(f"{late['aggregate']}/{tally}@2")
    assert await copies(town, tally) == [7]


# -- at work


@pytest.fixture
async def kept(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [keeper]) as running:
        yield running


async def ask(town: Platform, *persons: UUID, told: bool = True) -> None:
    """Have the keeper erase these people, each for themself."""
    sql = "INSERT INTO onedoor.to_erase (id, persons, round, done, told, at) VALUES ($1, ARRAY[$2::uuid], 1, 0, $3, now())"
    for person in persons:
        await town.sql(keeper.name, sql, new_id(), person, told)


async def until_done(town: Platform, *persons: UUID) -> None:
    async def done() -> bool:
        sql = "SELECT FROM onedoor.to_erase WHERE persons && $1 AND done = round"
        return len(await town.sql(keeper.name, sql, [*persons])) == len(persons)

    await town.until(done, seconds=20)


async def test_under_a_legal_hold_what_the_runtime_keeps_of_them_stays_too(kept: Platform) -> None:
    held, other = new_id(), new_id()
    await kept.sql(keeper.name, "INSERT INTO onedoor.held (hold_id, person_id) VALUES ($1, $2)", new_id(), held)
    timer = (
        "INSERT INTO onedoor.timer (name, aggregate_id, due_at, council, correlation_id) VALUES ($1, $2, $3, $4, $2)"
    )
    opinion = "INSERT INTO opinion VALUES ('{northmere}', uuidv7(), $1, $2, 4, 'I was not told.')"
    for person in (held, other):
        await kept.sql(keeper.name, timer, "facts_end", person, datetime(2099, 1, 1, tzinfo=UTC), "northmere")
        await kept.sql(keeper.name, opinion, person, date(2099, 1, 1))
    await ask(kept, held, other)
    await until_done(kept, held, other)
    timers = await kept.sql(keeper.name, "SELECT aggregate_id FROM onedoor.timer WHERE name = 'facts_end'")
    opinions = await kept.sql(keeper.name, "SELECT person_id FROM opinion WHERE words IS NOT NULL")
    assert [row["aggregate_id"] for row in timers] == [row["person_id"] for row in opinions] == [held]


async def test_once_all_is_done_keys_that_were_granted_are_gone_though_no_letter_said_so(kept: Platform) -> None:
    gone, other = new_id(), new_id()
    keep = """INSERT INTO onedoor.granted_key (person_id, class, version, wrapped, known_to_owner)
        VALUES ($1, 'special', 1, 'w', true)"""
    for person in (gone, other):
        await kept.sql(keeper.name, keep, person)
    await ask(kept, other)
    await ask(kept, gone, told=False)
    await until_done(kept, gone, other)
    left = await kept.sql(keeper.name, "SELECT person_id FROM onedoor.granted_key")
    noted = await kept.sql(keeper.name, "SELECT person_id FROM onedoor.erased")
    assert ([row["person_id"] for row in left], [row["person_id"] for row in noted]) == ([other], [gone])


async def test_what_a_council_keeps_for_longer_is_not_taken_by_an_erasure(servers: Servers, nats: Nats) -> None:
    person, councils = (
        new_id(),
        COUNCILS.replace(
            "calendar: southholt", f"calendar: southholt, keeps: {{{keeper.name}: {{paper: {{years: 10}}}}}}"
        ),
    )
    paper = "INSERT INTO paper (council, id, version, person_id, status, changed_at) VALUES ($1, uuidv7(), 1, $2, 'closed', $3)"
    async with platform(servers, nats, [keeper], councils=councils) as town:
        seven_years_ago = town.clock.now() - timedelta(days=7 * 365)
        for council in ("northmere", "southholt"):
            await town.sql(keeper.name, paper, council, person, seven_years_ago)
        await ask(town, person)
        await until_done(town, person)
        left = await town.sql(keeper.name, "SELECT council FROM paper")
    assert [row["council"] for row in left] == ["southholt"]


async def test_one_erasure_that_fails_stops_no_other(
    kept: Platform, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    unlucky, other = new_id(), new_id()
    works = erasing.Erasing._found

    async def fails(self: Any, connection: Any, persons: Any) -> Any:
        if unlucky in persons:
            raise RuntimeError("this is too much")
        return await works(self, connection, persons)

    monkeypatch.setattr(erasing.Erasing, "_found", fails)
    monkeypatch.setattr(erasing, "TRY_AGAIN", 1.0)
    await ask(kept, unlucky, other)
    await until_done(kept, other)
    assert "toy-keeper did not erase somebody, and tries again: RuntimeError at test_runtime_erasing.py" in caplog.text
    assert (await kept[keeper.name].client.get("/ready")).status_code == 200
    monkeypatch.undo()
    await until_done(kept, unlucky)
