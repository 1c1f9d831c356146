"""Timers at work: a look each second for what is due, each timer in one transaction with its effects, once."""

from __future__ import annotations

import asyncio
import logging
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any
from uuid import UUID

from opentelemetry.context import Context
from opentelemetry.trace import SpanKind, TracerProvider

from common.runtime.principal import Principal
from common.runtime.reminders import Due
from common.runtime.saying.said import link_to
from common.runtime.store.clock import Clock
from common.runtime.store.database import AWAY, HELD, Database, on_behalf_of
from common.runtime.store.ground import Ground
from common.runtime.store.statement import statement
from common.runtime.store.work import Values, Work
from common.runtime.store.writer import Conflict
from common.runtime.timers import Ring
from common.runtime.transaction import Transaction
from common.runtime.watching.faults import kind_and_place

log = logging.getLogger(__name__)

LOOK_AGAIN = 1.0  # seconds of real time between looks
PAGE = 200
TRIES = 3

# Names that this release does not know are left to the release that does: both may serve while one replaces the other.
_LOOK = """
SELECT name, aggregate_id FROM onedoor.timer
WHERE due_at < $1 AND failed IS NULL AND name = ANY($2) ORDER BY due_at, aggregate_id LIMIT 200
"""
# The lock only shares the work out: what another replica rings at this moment is left to it.
_TAKE = """
SELECT name, aggregate_id, due_at, council, correlation_id, causation_id, trace, details FROM onedoor.timer
WHERE name = $1 AND aggregate_id = $2 AND due_at < $3 AND failed IS NULL AND pg_try_advisory_xact_lock($4, $5)
"""
# That the row is still there, as it was taken, is what makes it once.
_DONE = "DELETE FROM onedoor.timer WHERE name = $1 AND aggregate_id = $2 AND due_at = $3 RETURNING true"
_PUT_ASIDE = (
    "UPDATE onedoor.timer SET failed = $3, failed_at = now() WHERE name = $1 AND aggregate_id = $2 AND due_at < $4"
)
_TRY_AGAIN = "UPDATE onedoor.timer SET failed = NULL, failed_at = NULL WHERE failed_at <= now() AND failed IS NOT NULL RETURNING 1"
_LOCKS = zlib.crc32(b"onedoor.timer") - 2**31  # a class of advisory locks of our own


class Ringer:
    """Rings the timers of one service."""

    def __init__(
        self,
        rings: Mapping[str, Ring],
        *,
        service: str,
        database: Database,
        clock: Clock,
        published: Callable[[Sequence[Values]], None],
        tracing: TracerProvider,
        ground: Ground,
    ) -> None:
        self.rings = rings
        self.service = service
        self.name = f"{service}-timers"
        self.database = database
        self.clock = clock
        self.published = published
        self.tracer = tracing.get_tracer("onedoor")
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

    async def _look(self) -> list[tuple[str, UUID]]:
        async with self.database.begin("hearer", on_behalf_of(council=None), reading=True) as connection:
            rows = await connection.fetch(_LOOK, self.clock.now(), list(self.rings))
        return [(row["name"], row["aggregate_id"]) for row in rows]

    async def _ring_all(self, due: Sequence[tuple[str, UUID]]) -> None:
        for name, aggregate_id in due:
            await self._ring(name, aggregate_id)

    async def _ring(self, name: str, aggregate_id: UUID) -> None:
        """Ring one timer. One that fails three times by its own fault is put aside, and the others go on."""
        tries = 0
        while True:
            try:
                return self.published(await self._in_one_transaction(name, aggregate_id))
            except AWAY:
                raise
            except (Conflict, *HELD):
                await asyncio.sleep(0.01)  # a command was first: what it wrote is loaded, if the timer is still there
            except Exception as fault:
                tries += 1
                if tries == TRIES:
                    return await self._put_aside(name, aggregate_id, fault)

    async def _in_one_transaction(self, name: str, aggregate_id: UUID) -> list[Values]:
        """Take the timer, ring it, write what it brings about and end it. Gives what was said.

        Its row is not locked while the function runs: a command that moves the same case, and forgets its timer, locks the
        two in the order in which we write them, so neither can wait for the other while the other waits for it.
        """
        now = self.clock.now()
        async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
            lock = zlib.crc32(name.encode() + aggregate_id.bytes) - 2**31
            row = await connection.fetchrow(_TAKE, name, aggregate_id, now, _LOCKS, lock)
            if row is None:  # rung, moved or forgotten meanwhile; or another replica is at it
                return []
            due = Due(**row)
            tx = self._transaction(connection, due, now=now)
            await self._hand_over(tx, due)
            await self._write(connection, tx.work, due)
        return tx.work.said

    def _transaction(self, connection: Any, due: Due, *, now: Any) -> Transaction:
        return Transaction(
            Principal(role="service", id=self.service, council=due.council),
            now=now,
            opens=lambda: nullcontext(connection),
            ground=self.ground,
            story=due.correlation_id,
            cause=due.causation_id,
        )

    async def _hand_over(self, tx: Transaction, due: Due) -> None:
        """Call the function, in a trace of its own that is linked to the one in which the timer was set."""
        attributes = {
            "onedoor.consumer": self.name,
            "onedoor.correlation_id": str(due.correlation_id),
            "onedoor.aggregate_id": str(due.aggregate_id),
        }
        with self.tracer.start_as_current_span(
            f"timer {due.name}", Context(), kind=SpanKind.INTERNAL, attributes=attributes, links=link_to(due.trace)
        ):
            await self.rings[due.name](tx, due)

    async def _write(self, connection: Any, work: Work, due: Due) -> None:
        """Write the effects, then end the timer; where the function set it again, set it. Raises Conflict."""
        key = (due.name, due.aggregate_id)
        await self.ground.keeper.seal(work)
        again = work.timers.pop(key, None)
        await send(connection, work)
        if not await connection.fetchval(_DONE, *key, due.due_at):
            raise Conflict
        if again:
            await send(connection, Work(council=due.council, person=None, caller=None, timers={key: again}))

    async def _put_aside(self, name: str, aggregate_id: UUID, fault: Exception) -> None:
        """Keep the timer with the kind of its fault and where it arose; never its values."""
        reason = f"failed: {kind_and_place(fault)}"
        log.error("%s put the timer %s aside: %s", self.name, name, reason)
        async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
            await connection.execute(_PUT_ASIDE, name, aggregate_id, reason, self.clock.now())


async def send(connection: Any, work: Work) -> None:
    """Write what was buffered. Raises Conflict where somebody else said what this says."""
    if work.empty():
        return
    sql, arguments = statement([work])
    said, *_ = await connection.fetchrow(sql, *arguments)
    if len(said or ()) < len(work.said):
        raise Conflict
