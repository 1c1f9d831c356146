"""The desk: events that nothing ties are handled side by side, with their reads in one statement; others in their order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from common.embedded import Nats
from common.runtime.envelope import Heard
from common.runtime.hearing.desk import Desk, Hears, SaidWhileRebuilding
from common.runtime.ids import new_id
from common.runtime.principal import Principal
from common.runtime.store.database import on_behalf_of
from common.runtime.transaction import ReadAfterWrite, Transaction
from common.runtime.watching.spans import Recorder
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.toy.contracts import TallyAdded, TallyStarted
from common.testing.toy.hearer.app import service as hearer
from common.testing.toy.hearer.subscribers import COPY
from common.testing.toy.hearer.tables import Copy

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
Handler = Callable[[Transaction, Heard], Any]


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [hearer]) as running:
        yield running


def heard(tally: UUID, version: int = 1, *, person: UUID | None = None, story: UUID | None = None) -> Heard:
    return Heard(
        event=TallyStarted(amount=1) if version == 1 else TallyAdded(amount=1),
        id=new_id(),
        name="tally.started",
        speaker="toy-speaker",
        aggregate="tally",
        aggregate_id=tally,
        version=version,
        era=0,
        council="northmere",
        person_id=person or new_id(),
        actor_kind="resident",
        actor_id="somebody",
        correlation_id=story or new_id(),
        causation_id=None,
        trace=None,
        occurred=NOW,
        recorded=NOW,
    )


class Listened:
    """A connection that keeps what it was asked."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.asked: list[str] = []

    async def fetch(self, sql: str, *arguments: Any) -> Any:
        self.asked.append(sql)
        return await self.connection.fetch(sql, *arguments)

    async def fetchrow(self, sql: str, *arguments: Any) -> Any:
        return await self.connection.fetchrow(sql, *arguments)


async def handled(
    town: Platform, events: Sequence[Heard], handle: Handler, *, may_say: bool = True
) -> tuple[list[str], dict[UUID, int]]:
    """Handle events in one transaction. Gives the reads that were made, and the copies as they then were, by id."""

    def begin(one: Heard) -> Any:
        me = Principal(role="service", id="toy-hearer", council=one.council)
        tx = Hears(me, now=NOW, opens=lambda: None, story=one.correlation_id)  # type: ignore[arg-type,return-value]  # it opens none
        return tx, handle(tx, one), Recorder([]).hear("hear", None, {})

    database = town["toy-hearer"].inner.database
    async with database.begin("hearer", on_behalf_of(council=None)) as connection:
        listened = Listened(connection)
        desk = Desk(listened, begin, may_say=may_say)
        await desk.handle(events)
        await desk.write()
    rows = await town.sql("toy-hearer", "SELECT id, total FROM copy")
    return listened.asked, {row["id"]: row["total"] for row in rows}


async def count(tx: Transaction, one: Heard) -> None:
    """Add one to the copy, which is made where there is none."""
    row = await tx.one(COPY, copy_id=one.aggregate_id)
    if row is None:
        tx.add(Copy(id=one.aggregate_id, council=one.council, person_id=one.person_id, total=1, versions=[]))
    else:
        tx.change(row, total=row.total + 1)


async def test_what_many_read_at_once_is_read_in_one_statement(town: Platform) -> None:
    tallies = [new_id() for _ in range(40)]
    asked, copies = await handled(town, [heard(each) for each in tallies], count)
    assert asked == [COPY.for_many]
    assert [copies[each] for each in tallies] == [1] * 40
    asked, copies = await handled(town, [heard(each, 2) for each in tallies], count)
    assert (len(asked), [copies[each] for each in tallies]) == (1, [2] * 40)


async def test_each_finds_its_own_rows_and_nobody_elses(town: Platform) -> None:
    tallies = [new_id() for _ in range(5)]
    await handled(town, [heard(each) for each in tallies[:3]], count)
    found: dict[UUID, UUID | None] = {}

    async def look(tx: Transaction, one: Heard) -> None:
        row = await tx.one(COPY, copy_id=one.aggregate_id)
        found[one.aggregate_id] = row.id if row else None

    await handled(town, [heard(each) for each in tallies], look)
    assert found == {each: each for each in tallies[:3]} | dict.fromkeys(tallies[3:])


@pytest.mark.parametrize("tie", ["aggregate", "person", "story"])
async def test_what_is_tied_is_handled_in_order_and_sees_what_came_before_it(town: Platform, tie: str) -> None:
    shared, others = new_id(), [new_id() for _ in range(4)]
    events = [
        heard(
            shared if tie == "aggregate" else each,
            number,
            person=shared if tie == "person" else None,
            story=shared if tie == "story" else None,
        )
        for number, each in enumerate(others, 1)
    ]
    order: list[int] = []

    async def together(tx: Transaction, one: Heard) -> None:
        """Everybody counts in the same row."""
        row = await tx.one(COPY, copy_id=others[0])
        order.append(one.version)
        if row is None:
            tx.add(Copy(id=others[0], council=one.council, person_id=one.person_id, total=1, versions=[]))
        else:
            tx.change(row, total=row.total + 1)

    asked, copies = await handled(town, events, together)
    assert (order, copies[others[0]]) == ([1, 2, 3, 4], 4)
    assert asked == [COPY.sql] * 4


@pytest.mark.parametrize(
    "done", ["put remove", "add remove", "remove put", "put remove put", "remove add", "put remove add"]
)
@pytest.mark.parametrize("there", [True, False])
async def test_of_what_events_of_one_batch_do_with_a_row_unread_the_last_stays(
    town: Platform, done: str, there: bool
) -> None:
    tally, steps = new_id(), done.split()
    if there and "add" in steps[:1]:
        steps[0] = "put"
    first = [] if not there else [heard(tally)]
    await handled(town, first, lambda tx, one: written(tx, one, "put"))

    async def handle(tx: Transaction, one: Heard) -> None:
        await written(tx, one, steps[one.version - 2])

    events = [heard(tally, version) for version in range(2, len(steps) + 2)]
    _, copies = await handled(town, events, handle)
    assert copies.get(tally) == (None if steps[-1] == "remove" else len(steps) + 1)


async def written(tx: Transaction, one: Heard, step: str) -> None:
    """Put, add or remove the copy, of which nothing was read; its total is the version heard."""
    row = Copy(id=one.aggregate_id, council="northmere", person_id=None, total=one.version, versions=[])
    getattr(tx, step)(row)


async def test_what_an_event_names_by_its_id_ties_it_too(town: Platform) -> None:
    friend = SimpleNamespace(friend=new_id())
    named = [replace(heard(new_id()), event=friend) for _ in range(2)]  # type: ignore[arg-type]  # any event with such a field
    asked, _ = await handled(town, named, count)
    assert asked == [COPY.sql] * 2


async def test_a_read_behind_a_write_of_somebody_tied_waits_for_it(town: Platform) -> None:
    """The first only writes, so nothing waits for it; the second reads what it wrote, and is put off until it is there."""
    tally, story = new_id(), new_id()

    async def write_then_read(tx: Transaction, one: Heard) -> None:
        if one.version == 1:
            tx.add(Copy(id=tally, council=one.council, person_id=one.person_id, total=10, versions=[]))
        else:
            row = await tx.one(COPY, copy_id=tally)
            assert row is not None
            tx.change(row, total=row.total + one.version)

    events = [heard(tally, 1, story=story), heard(tally, 2, story=story), heard(tally, 3, story=story)]
    _, copies = await handled(town, events, write_then_read)
    assert copies[tally] == 15


async def test_a_handler_loads_before_it_writes(town: Platform) -> None:
    async def wrongly(tx: Transaction, one: Heard) -> None:
        tx.add(Copy(id=one.aggregate_id, council=one.council, person_id=None, total=1, versions=[]))
        await tx.one(COPY, copy_id=one.aggregate_id)

    with pytest.raises(ReadAfterWrite):
        await handled(town, [heard(new_id())], wrongly)


async def test_a_handler_awaits_nothing_but_its_session(town: Platform) -> None:
    async def elsewhere(tx: Transaction, one: Heard) -> None:
        await asyncio.sleep(0.01)

    with pytest.raises(TypeError, match="nothing but the reads"):
        await handled(town, [heard(new_id())], elsewhere)


async def test_what_is_rebuilt_says_nothing(town: Platform) -> None:
    tally = new_id()

    async def speak(tx: Transaction, one: Heard) -> None:
        home = Copy(id=tally, council=one.council, person_id=None, total=1, versions=[])
        tx.work.said.append({"id": home.id})

    with pytest.raises(SaidWhileRebuilding):
        await handled(town, [heard(tally)], speak, may_say=False)
