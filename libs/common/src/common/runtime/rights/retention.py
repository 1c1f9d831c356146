"""Retention: each night, by the platform's clock, what has been kept for its time goes, a bounded batch at a time."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from nats.errors import Error as NatsError
from sqlalchemy import Table

from common.runtime import people
from common.runtime.envelope import EVENTS_STREAM
from common.runtime.hearing.desk import Desk
from common.runtime.hearing.ringing import Ringer, Rung
from common.runtime.ids import new_id
from common.runtime.reminders import Due, Timer
from common.runtime.rights import traces
from common.runtime.rights.emptying import let_go
from common.runtime.rights.part import our_part
from common.runtime.rights.schedules import Schedule
from common.runtime.saying.stream import Stream
from common.runtime.store import ledger
from common.runtime.store.database import Database, on_behalf_of
from common.runtime.store.work import Work
from common.runtime.subscribers import consumer_of, subscriber_of
from common.runtime.tables import Aggregate, OfMachine
from common.runtime.transaction import Transaction

log = logging.getLogger(__name__)

BATCH = 200
Destroys = Callable[[Transaction, Sequence[Any]], Awaitable[None]]
RETENTION = Timer("retention")

_BEGIN = """
INSERT INTO onedoor.timer (name, aggregate_id, due_at, council, correlation_id)
SELECT $1, id, due_at, council, id FROM unnest($2::uuid[], $3::timestamptz[], $4::text[]) new (id, due_at, council)
ON CONFLICT DO NOTHING
"""


class Destruction(OfMachine):
    """A line of the log of what went."""

    __table__: ClassVar[Table] = ledger.destruction

    id: UUID
    of: str
    council: str
    at: datetime
    records: int
    schedule: str


class _Home(Aggregate):
    """What a schedule's timer is set on. It has no table."""

    council: str


class Retention:
    """The schedules of one service at work. Each has a timer: of two replicas one does it, and one that is killed did nothing.

    `own` does in the same transaction what holdings cannot say, of rows that are destroyed.
    """

    def __init__(self, service: str, schedules: Sequence[Schedule], *, own: Destroys | None = None) -> None:
        self.service = service
        self.own = own
        self.schedules = {schedule.id: schedule for schedule in schedules}

    async def begin(self, database: Database, *, now: datetime) -> None:
        """Set the timers of schedules that have none."""
        new = [(each.id, each.next_run(now), each.council) for each in self.schedules.values()]
        if new:
            ids, moments, councils = map(list, zip(*new, strict=True))
            async with database.begin("hearer", on_behalf_of(council=None)) as connection:
                await connection.execute(_BEGIN, RETENTION.name, ids, moments, councils)

    async def ring(self, tx: Transaction, due: Due) -> None:
        """Let a batch go; the next follows at once, or the next night. Of a schedule that is no more the timer ends here."""
        if (schedule := self.schedules.get(due.aggregate_id)) is None:
            return
        gone = await self._batch(tx, schedule)
        more = gone == BATCH
        at = tx.now if more else schedule.next_run(tx.now)
        tx.remind(RETENTION, about=_Home(id=schedule.id, council=schedule.council), at=at)

    async def _batch(self, tx: Transaction, schedule: Schedule) -> int:
        """What is over, with what follows it. Gives how many rows of the schedule's own table that were."""
        rows = await tx.all(schedule.reads.rows, **schedule.given(tx.now), most=BATCH)
        if not rows:
            return 0
        ids = [row.id for row in rows] if schedule.reads.children else []
        following = [(child, await tx.all(child.rows, ids=ids)) for child in schedule.reads.children]
        if self.own and schedule.says:
            await self.own(tx, rows)
        for row in rows:
            _let_go(tx, row, schedule)
        for child, theirs in following:
            for row in theirs:
                tx.remove(row) if schedule.says else let_go(tx, row, child.holding)
        records = len(rows) + sum(len(theirs) for _, theirs in following)
        tx.add(_line(schedule, at=tx.now, records=records))
        log.info("retention: %s let %s of %s go, of %s", self.service, records, schedule.table.name, schedule.council)
        return len(rows)


class Nightly(Ringer):
    """Rings the timers of retention; not before everything is heard that was said of holds while this service was away,
    and of whose records were joined.

    With a row goes what was said of it: in the said log nothing personal is left, and nobody's name.
    """

    most_at_once = 1

    def __init__(self, retention: Retention, stream: Stream, **ringer: Any) -> None:
        super().__init__({RETENTION.name: retention.ring}, **ringer)
        self.name = f"{self.service}-retention"
        self.stream = stream
        self.said_in = {each.table: each.holding.said_in for each in retention.schedules.values()}
        self.hears = [
            consumer_of(self.service, each)
            for each in (our_part(self.service, ()), subscriber_of(people.keep_who_is_the_same))
        ]

    async def _ring_all(self, due: Sequence[tuple[str, UUID]]) -> None:
        if due and await self._has_heard_all():
            await super()._ring_all(due)

    async def _write(self, desk: Desk, due: Sequence[Due], rung: Rung) -> None:
        gone, removed = _ids(desk.work), {table: [*rows] for table, rows in desk.work.removals.items()}
        await super()._write(desk, due, rung)
        await traces.remove(desk.connection, [], kept=(), gone=gone)
        for table, rows in removed.items():
            if said := self.said_in.get(table):
                await traces.remove_said_in(desk.connection, table, said, rows)

    async def _has_heard_all(self) -> bool:
        """Whether nothing of holds or joined records is on its way here. Where the broker is away, nobody can tell."""
        if not self.stream.up:
            return False
        try:
            found = [await self.stream.client.jsm().consumer_info(EVENTS_STREAM, each) for each in self.hears]
        except (NatsError, OSError):
            return False
        return not any(each.num_pending or each.num_ack_pending for each in found)


def _ids(work: Work) -> set[UUID]:
    """The ids of the rows that this lets go, where they have one."""
    rows = [row for gone in work.removals.values() for row in gone]
    rows += [row for emptied in work.changes.values() for row in emptied.values()]
    return {row["id"] for row in rows if isinstance(row.get("id"), UUID)}


def _let_go(tx: Transaction, row: Any, schedule: Schedule) -> None:
    if schedule.says:
        tx.say_last(schedule.says(), on=row)
    else:
        let_go(tx, row, schedule.holding)


def _line(schedule: Schedule, *, at: datetime, records: int) -> Destruction:
    return Destruction(
        id=new_id(),
        of=schedule.table.name,
        council=schedule.council,
        at=at,
        records=records,
        schedule=schedule.kept.counted(schedule.period),
    )
