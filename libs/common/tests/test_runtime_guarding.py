"""Guards: what is written of an aggregate's row counts only while it is as it was read, although nothing is said of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from common.embedded import Nats
from common.runtime.hearing.desk import Desk, Hears
from common.runtime.hearing.ringing import send
from common.runtime.ids import new_id
from common.runtime.principal import Principal
from common.runtime.store.database import on_behalf_of
from common.runtime.store.writer import Conflict
from common.runtime.tables import as_read
from common.runtime.transaction import Transaction
from common.runtime.watching.spans import Recorder
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.toy.contracts import TallyAdded
from common.testing.toy.speaker.alarms import TALLY
from common.testing.toy.speaker.app import service as speaker
from common.testing.toy.speaker.tables import Tally

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ME = Principal(role="officer", id="sam", council="northmere")
Writes = Callable[[Transaction, Tally], Any]


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [speaker]) as running:
        yield running


@pytest.fixture
async def tally(town: Platform) -> UUID:
    made = new_id()
    tx = session(town)
    tx.add(Tally(id=made, council="northmere", total=1, version=1))
    await commit(town, tx)
    return made


def session(town: Platform) -> Transaction:
    behalf = on_behalf_of(council="northmere")
    begin = town["toy-speaker"].inner.database.begin
    return Transaction(ME, now=NOW, opens=partial(begin, "officer", behalf, reading=True))


async def commit(town: Platform, tx: Transaction) -> None:
    await tx.release()
    await town["toy-speaker"].inner.writers["officer"].commit(tx.work)


async def read(tx: Transaction, tally: UUID) -> Tally:
    found = await tx.one(TALLY, tally_id=tally)
    assert found is not None
    return found


async def left(town: Platform, tally: UUID) -> list[tuple[int, int]]:
    rows = await town.sql("toy-speaker", "SELECT version, total FROM tally WHERE id = $1", tally)
    return [(row["version"], row["total"]) for row in rows]


def quietly(tx: Transaction, row: Tally) -> None:
    """Changes and says nothing; that something was changed is told by the version all the same."""
    tx.change(row, version=row.version + 1, total=row.total + 10)


def aloud(tx: Transaction, row: Tally) -> None:
    tx.change(row, total=row.total + 100)
    tx.say(TallyAdded(amount=100), on=row)


def removing(tx: Transaction, row: Tally) -> None:
    tx.remove(row)


AFTER = {quietly: [(2, 11)], aloud: [(2, 101)], removing: []}
PAIRS = [(first, second) for first in AFTER for second in AFTER if (first, second) != (aloud, aloud)]


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=lambda each: each.__name__)
async def test_whoever_writes_what_another_wrote_since_it_was_read_is_in_conflict(
    town: Platform, tally: UUID, first: Writes, second: Writes
) -> None:
    one, other = session(town), session(town)
    rows = [await read(tx, tally) for tx in (one, other)]
    first(one, rows[0])
    second(other, rows[1])
    await commit(town, one)
    with pytest.raises(Conflict):
        await commit(town, other)
    assert await left(town, tally) == AFTER[first]


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=lambda each: each.__name__)
async def test_of_two_who_write_it_at_one_moment_one_is_in_conflict_and_nobody_else(
    town: Platform, tally: UUID, first: Writes, second: Writes
) -> None:
    one, other, third, new = session(town), session(town), session(town), new_id()
    rows = [await read(tx, tally) for tx in (one, other)]
    first(one, rows[0])
    second(other, rows[1])
    third.add(Tally(id=new, council="northmere", total=5))
    ended = await asyncio.gather(*(commit(town, tx) for tx in (one, other, third)), return_exceptions=True)
    won = first if ended[0] is None else second
    assert [type(each) for each in ended if each is not None] == [Conflict]
    assert (await left(town, tally), await left(town, new)) == (AFTER[won], [(0, 5)])


async def test_a_row_that_is_changed_several_times_in_one_work_is_guarded_once_by_what_was_read(
    town: Platform, tally: UUID
) -> None:
    tx = session(town)
    row = await read(tx, tally)
    for writes in (aloud, quietly, aloud):
        writes(tx, row)
    assert [[*each.values()] for each in tx.work.guards.values()] == [[1]]
    await commit(town, tx)
    assert await left(town, tally) == [(4, 211)]


async def test_two_who_change_different_rows_of_one_table_are_in_nobodys_way(town: Platform, tally: UUID) -> None:
    another, one, other = new_id(), session(town), session(town)
    one.add(Tally(id=another, council="northmere", total=1, version=1))
    await commit(town, one)
    one = session(town)
    quietly(one, await read(one, tally))
    aloud(other, await read(other, another))
    await asyncio.gather(commit(town, one), commit(town, other))
    assert (await left(town, tally), await left(town, another)) == (AFTER[quietly], AFTER[aloud])


@pytest.mark.parametrize("second", AFTER, ids=lambda each: each.__name__)
async def test_an_errand_that_writes_what_was_written_since_is_in_conflict(
    town: Platform, tally: UUID, second: Writes
) -> None:
    one, other = session(town), session(town)
    quietly(one, await read(one, tally))
    second(other, await read(other, tally))
    await other.release()
    await commit(town, one)
    async with town["toy-speaker"].inner.database.begin("hearer", on_behalf_of(council=None)) as connection:
        with pytest.raises(Conflict):
            await send(connection, other.work)


class Told:
    """What a handler of the desk was told: something about a tally."""

    def __init__(self, tally: UUID) -> None:
        self.aggregate_id, self.event = tally, None
        self.correlation_id, self.person_id = new_id(), None


async def handled(town: Platform, told: list[Told], writes: Writes, meanwhile: Transaction | None = None) -> None:
    """Handle in one transaction; `meanwhile` is written when they have read."""

    def begin(one: Any) -> Any:
        tx = Hears(ME, now=NOW, opens=lambda: None)  # type: ignore[arg-type,return-value]  # it opens none
        return tx, handle(tx, one), Recorder([]).hear("hear", None, {})

    async def handle(tx: Transaction, one: Told) -> None:
        writes(tx, await read(tx, tally))

    tally = told[0].aggregate_id
    async with town["toy-speaker"].inner.database.begin("hearer", on_behalf_of(council=None)) as connection:
        desk = Desk(connection, begin, may_say=True)
        await desk.handle(told)  # type: ignore[arg-type]  # all that the desk asks of an event is there
        if meanwhile:
            await commit(town, meanwhile)
        await desk.write()


@pytest.mark.parametrize("second", AFTER, ids=lambda each: each.__name__)
async def test_a_handler_that_writes_what_was_written_since_is_in_conflict(
    town: Platform, tally: UUID, second: Writes
) -> None:
    tx = session(town)
    quietly(tx, await read(tx, tally))
    with pytest.raises(Conflict):
        await handled(town, [Told(tally)], second, meanwhile=tx)
    assert await left(town, tally) == AFTER[quietly]


async def test_two_handlers_that_nothing_ties_are_in_conflict_where_they_change_one_row(
    town: Platform, tally: UUID
) -> None:
    apart = [Told(tally), Told(tally)]
    apart[1].aggregate_id = new_id()
    with pytest.raises(Conflict):
        await handled(town, apart, quietly)
    assert await left(town, tally) == [(1, 1)]
    await handled(town, [Told(tally), Told(tally)], quietly)  # tied, each reads what the other wrote
    assert await left(town, tally) == [(3, 21)]


@pytest.mark.parametrize("named", [Tally.model_construct, lambda **key: as_read(Tally, key)], ids=["made", "read"])
async def test_a_row_that_is_named_by_its_key_alone_is_changed_as_it_stands(
    town: Platform, tally: UUID, named: Callable[..., Tally]
) -> None:
    tx = session(town)
    tx.change(named(id=tally), total=7)
    await commit(town, tx)
    assert await left(town, tally) == [(1, 7)]


@pytest.mark.parametrize("before", [quietly, aloud], ids=lambda each: each.__name__)
async def test_what_was_changed_or_said_of_is_not_taken_away_beside_that(
    town: Platform, tally: UUID, before: Writes
) -> None:
    tx = session(town)
    row = await read(tx, tally)
    before(tx, row)
    with pytest.raises(TypeError, match="say_last"):
        removing(tx, row)


async def test_its_end_is_said_and_it_is_gone(town: Platform, tally: UUID) -> None:
    tx = session(town)
    tx.say_last(TallyAdded(amount=1), on=await read(tx, tally))
    await commit(town, tx)
    assert await left(town, tally) == []
    said = await town.sql("toy-speaker", "SELECT version FROM onedoor.said WHERE aggregate_id = $1", tally)
    assert [row["version"] for row in said] == [2]
