"""Timers at work: a look each second for what is due, a batch in one transaction with its effects, each timer once."""

from __future__ import annotations

import asyncio
import logging
import zlib
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from opentelemetry.context import Context

from common.runtime.hearing.desk import Desk, Hears, reads_together
from common.runtime.principal import Principal
from common.runtime.reminders import Due
from common.runtime.saying.said import link_to
from common.runtime.store.clock import Clock
from common.runtime.store.database import AWAY, HELD, Database, on_behalf_of
from common.runtime.store.ground import Ground
from common.runtime.store.statement import Written, statement
from common.runtime.store.work import Values, Work
from common.runtime.store.writer import MOST_CONFLICTS, Conflict
from common.runtime.timers import Ring
from common.runtime.watching.faults import kind_and_place
from common.runtime.watching.spans import Recorder, Span

log = logging.getLogger(__name__)

LOOK_AGAIN = 1.0  # seconds of real time between looks
PAGE = 200
TRIES = 3

# Names that this release does not know are left to the release that does: both may serve while one replaces the other.
_LOOK = """
SELECT name, aggregate_id FROM onedoor.timer
WHERE due_at < $1 AND failed IS NULL AND name = ANY($2) ORDER BY due_at, aggregate_id LIMIT 200
"""
# The locks only share the work out: what another replica rings at this moment is left to it.
_TAKE = """
SELECT name, aggregate_id, due_at, council, correlation_id, causation_id, trace, details FROM onedoor.timer
JOIN unnest($1::text[], $2::uuid[], $3::int[]) asked (name, aggregate_id, lock) USING (name, aggregate_id)
WHERE due_at < $4 AND failed IS NULL AND pg_try_advisory_xact_lock($5, lock) ORDER BY due_at, aggregate_id
"""
# That the rows are still there, as they were taken, is what makes it once.
_DONE = """
DELETE FROM onedoor.timer t USING unnest($1::text[], $2::uuid[], $3::timestamptz[]) rung (name, aggregate_id, due_at)
WHERE (t.name, t.aggregate_id, t.due_at) = (rung.name, rung.aggregate_id, rung.due_at) RETURNING 1
"""
_PUT_ASIDE = """
UPDATE onedoor.timer SET failed = $3, failed_at = now() WHERE name = $1 AND aggregate_id = $2 AND (due_at < $4 OR $5)
"""
_TRY_AGAIN = "UPDATE onedoor.timer SET failed = NULL, failed_at = NULL WHERE failed_at <= now() AND failed IS NOT NULL RETURNING 1"
_LOCKS = zlib.crc32(b"onedoor.timer") - 2**31  # a class of advisory locks of our own

Key = tuple[str, UUID]


@dataclass(slots=True)
class Rung:
    """What came of the timers of one transaction: those that were set again, and which rows were changed."""

    again: dict[Key, Values | None] = field(default_factory=dict)
    rows: set[tuple[str, Any]] = field(default_factory=set)


class Ringer:
    """Rings the timers of one service."""

    most_at_once = 64

    def __init__(
        self,
        rings: Mapping[str, Ring],
        *,
        service: str,
        database: Database,
        clock: Clock,
        published: Callable[[Sequence[Values]], None],
        recorder: Recorder,
        ground: Ground,
    ) -> None:
        self.rings = rings
        self.service = service
        self.name = f"{service}-timers"
        self.database = database
        self.clock = clock
        self.published = published
        self.recorder = recorder
        self.ground = ground

    async def run(self) -> None:
        """Look and ring until cancelled. Away, the database is waited for by whoever runs the parts."""
        while True:
            due = await self._look()
            await self._ring_all(due)
            if len(due) < PAGE:
                await asyncio.sleep(LOOK_AGAIN)

    async def retry(self) -> int:
        """Let what was put aside ring once more, at the next look. Gives how many there are."""
        async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
            return len(await connection.fetch(_TRY_AGAIN))

    async def _look(self) -> list[Key]:
        async with self.database.begin("hearer", on_behalf_of(council=None), reading=True) as connection:
            rows = await connection.fetch(_LOOK, self.clock.now(), list(self.rings))
        return [(row["name"], row["aggregate_id"]) for row in rows]

    async def _ring_all(self, due: Sequence[Key]) -> None:
        for first in range(0, len(due), self.most_at_once):
            await self._ring(due[first : first + self.most_at_once])

    async def _ring(self, keys: Sequence[Key]) -> None:
        """Ring timers together, or each by itself. One that then fails three times by its own fault is put aside."""
        tries = conflicts = 0
        while True:
            try:
                return self.published(await self._in_one_transaction(keys))
            except AWAY:
                raise
            except Exception as fault:  # of ours, whatever it is: its timer is put aside, and no other waits for it
                if len(keys) > 1:
                    return await self._ring_each(keys)
                if isinstance(fault, HELD):
                    return None  # it rings at another look: others need not wait for what holds this one
                if isinstance(fault, Conflict) and (conflicts := conflicts + 1) < MOST_CONFLICTS:
                    await asyncio.sleep(0.01)  # a command was first: what it wrote is loaded
                    continue
                tries += 1
                if tries == TRIES:
                    return await self._put_aside(*keys[0], fault)

    async def _ring_each(self, keys: Sequence[Key]) -> None:
        for key in keys:
            await self._ring([key])

    async def _in_one_transaction(self, keys: Sequence[Key]) -> list[Values]:
        """Take timers, ring them, write what they bring about and end them. Gives what was said.

        Their rows are not locked while the functions run: a command that moves the same case, and forgets its timer, locks
        the two in the order in which we write them, so neither can wait for the other while the other waits for it.
        """
        now = self.clock.now()
        names, ids = [name for name, _ in keys], [aggregate_id for _, aggregate_id in keys]
        locks = [zlib.crc32(name.encode() + aggregate_id.bytes) - 2**31 for name, aggregate_id in keys]
        async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
            rows = await connection.fetch(_TAKE, names, ids, locks, now, _LOCKS)
            if not rows:  # all were rung, moved or forgotten meanwhile; or another replica is at it
                return []
            due = [Due(**row) for row in rows]
            rung = Rung()
            desk = Desk(connection, partial(self._begin, now=now, rung=rung), may_say=True, keeper=self.ground.keeper)
            await desk.handle(due)
            await self._write(desk, due, rung)
        return desk.said

    def _begin(self, due: Due, *, now: datetime, rung: Rung) -> tuple[Hears, Coroutine[Any, Any, None], Span]:
        """The function of one timer, its session, and its span: in a trace of its own, linked to the one that set it."""
        attributes = {
            "onedoor.consumer": self.name,
            "onedoor.correlation_id": str(due.correlation_id),
            "onedoor.aggregate_id": str(due.aggregate_id),
        }
        span = self.recorder.start_span(f"timer {due.name}", Context(), attributes=attributes, links=link_to(due.trace))
        tx = Hears(**self._session(due, now=now), opens=reads_together)
        return tx, self._hand_over(tx, due, rung), span

    def _session(self, due: Due, *, now: datetime) -> dict[str, Any]:
        return {
            "me": Principal(role="service", id=self.service, council=due.council),
            "now": now,
            "ground": self.ground,
            "story": due.correlation_id,
            "cause": due.causation_id,
        }

    async def _hand_over(self, tx: Hears, due: Due, rung: Rung) -> None:
        """Call the function. Raises Conflict where another of this transaction, which it knows nothing of, changes the same row."""
        await self.rings[due.name](tx, due)
        if again := tx.work.timers.pop((due.name, due.aggregate_id), None):
            rung.again[due.name, due.aggregate_id] = again
        rows = tx.work.rows()
        if rows & rung.rows:
            raise Conflict
        rung.rows |= rows

    async def _write(self, desk: Desk, due: Sequence[Due], rung: Rung) -> None:
        """Write the effects, then end the timers; those that were set again, set. Raises Conflict."""
        await desk.write()
        ended = [[each.name for each in due], [each.aggregate_id for each in due], [each.due_at for each in due]]
        if len(await desk.connection.fetch(_DONE, *ended)) < len(due):
            raise Conflict
        await send(desk.connection, Work(council=None, person=None, caller=None, timers=rung.again))

    async def _put_aside(self, name: str, aggregate_id: UUID, fault: Exception, *, taken: bool = False) -> None:
        """Keep the timer with the kind of its fault and where it arose; never its values. `taken`: it is set for later."""
        reason = f"failed: {kind_and_place(fault)}"
        log.error("%s put the timer %s aside: %s", self.name, name, reason)
        async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
            await connection.execute(_PUT_ASIDE, name, aggregate_id, reason, self.clock.now(), taken)


async def send(connection: Any, work: Work) -> None:
    """Write what was buffered. Raises Conflict where somebody else said what this says, or wrote what this read."""
    if work.empty():
        return
    sql, arguments = statement([work])
    if not Written(*await connection.fetchrow(sql, *arguments)).whole(work):
        raise Conflict
