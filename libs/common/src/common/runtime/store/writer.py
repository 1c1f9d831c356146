"""Group commit: works of one role that arrive while a batch is being written go together in the next, in one statement."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from asyncpg import UniqueViolationError

from common.runtime.store.database import AWAY, HELD, Behalf, Database, on_behalf_of
from common.runtime.store.statement import Written, statement
from common.runtime.store.work import Values, Work

log = logging.getLogger(__name__)
MOST_IN_A_BATCH = 128
PATIENCE = 5.0  # seconds a caller waits for a database that is away before being told


MOST_CONFLICTS = 300  # in a row, each a moment after the last: then no other writer is the reason


class Conflict(Exception):
    """Somebody else wrote first: the version said, the idempotency key or a unique key of a row is taken, or the home row of an
    aggregate is no longer as it was read."""


class NotSaved(Exception):
    """The database is away, and it is not known whether the work was written."""


@dataclass(slots=True, eq=False)
class _Waiting:
    work: Work
    done: asyncio.Future[None] = field(default_factory=asyncio.Future)


async def _as_it_is(work: Work) -> None:
    """Nothing is sealed."""


class Writer:
    """Commits works as one role. `published` gets the said events of every batch right after its commit."""

    def __init__(
        self,
        database: Database,
        role: str,
        *,
        published: Callable[[Sequence[Values]], None],
        seal: Callable[[Work], Awaitable[None]] = _as_it_is,
    ) -> None:
        self.database = database
        self.role = role
        self.published = published
        self.seal = seal
        self._queue: deque[_Waiting] = deque()
        self._wake = asyncio.Event()

    async def commit(self, work: Work) -> None:
        """Write `work` whole or not at all. Raises Conflict, NotSaved, or the database's own refusal."""
        await self.seal(work)
        waiting = _Waiting(work)
        self._queue.append(waiting)
        self._wake.set()
        await waiting.done

    async def run(self) -> None:
        """Write batches until cancelled: at once when idle, together when busy. No timer."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                await self._write(self._take())

    def _take(self) -> list[_Waiting]:
        """The next works that may share a batch: of one council and partner, and one work an aggregate."""
        taken: list[_Waiting] = []
        left: deque[_Waiting] = deque()
        busy: set[Any] = set()
        while self._queue and len(taken) < MOST_IN_A_BATCH:
            waiting = self._queue.popleft()
            touched = waiting.work.touches()
            fits = not taken or _on_whose_behalf(waiting) == _on_whose_behalf(taken[0])
            (left if not fits or touched & busy else taken).append(waiting)
            busy |= touched
        self._queue.extendleft(reversed(left))
        return taken

    async def _write(self, batch: list[_Waiting]) -> None:
        """Write a batch; losers are told, the rest goes again. A fault of one work is found by writing each alone."""
        try:
            lost = await self._attempt_patiently(batch)
        except (*AWAY, *HELD):
            return _fail(batch, NotSaved())
        except Exception as fault:
            if len(batch) == 1:
                return _fail(batch, Conflict() if isinstance(fault, UniqueViolationError) else fault)
            for waiting in batch:
                await self._write([waiting])
            return None
        if lost:
            _fail(lost, Conflict())
            if rest := [waiting for waiting in batch if waiting not in lost]:
                await self._write(rest)
            return None
        self.published([row for waiting in batch for row in waiting.work.said])
        for waiting in batch:
            if not waiting.done.done():
                waiting.done.set_result(None)
        return None

    async def _attempt_patiently(self, batch: list[_Waiting]) -> list[_Waiting]:
        """Try while the database is away. After a lost connection what was said is looked up before it is tried again."""
        give_up = asyncio.get_running_loop().time() + PATIENCE
        cut_off = False
        while True:
            try:
                if cut_off and await self._is_written(batch):
                    return []
                lost = await self._attempt(batch)
                if lost and cut_off and await self._is_written(batch):
                    return []  # the connection broke, and the old one committed only after we had asked
                return lost
            except (*AWAY, *HELD):
                cut_off = True
                if asyncio.get_running_loop().time() > give_up:
                    raise
                await asyncio.sleep(0.1)

    async def _attempt(self, batch: list[_Waiting]) -> list[_Waiting]:
        """One transaction for the batch. Gives the works that lost, in which case nothing was written."""
        works = [waiting.work for waiting in batch]
        sql, arguments = statement(works)
        try:
            async with self.database.begin(self.role, _behalf(works)) as connection:
                written = Written(*await connection.fetchrow(sql, *arguments))
                if lost := [waiting for waiting in batch if not written.whole(waiting.work)]:
                    raise _Lost(lost)
        except _Lost as found:
            return found.works
        return []

    async def _is_written(self, batch: list[_Waiting]) -> bool:
        said = [row for waiting in batch for row in waiting.work.said]
        if not said:
            return False
        async with self.database.begin(self.role, on_behalf_of(council=None), reading=True) as connection:
            found = await connection.fetchval(
                "SELECT count(*) FROM onedoor.said WHERE aggregate_id = ANY($1) AND id = ANY($2)",
                [row["aggregate_id"] for row in said],
                [row["id"] for row in said],
            )
        return bool(found == len(said))


class _Lost(Exception):
    def __init__(self, works: list[_Waiting]) -> None:
        self.works = works


def _on_whose_behalf(waiting: _Waiting) -> tuple[str | None, str | None]:
    return waiting.work.council, waiting.work.partner


def _behalf(works: Sequence[Work]) -> Behalf:
    persons = {work.person for work in works if work.person}
    callers = {work.caller for work in works if work.caller}
    officers = {officer for work in works for officer in work.officers}
    partner = works[0].partner
    return on_behalf_of(council=works[0].council, persons=persons, callers=callers, partner=partner, officers=officers)


def _fail(batch: list[_Waiting], why: Exception) -> None:
    for waiting in batch:
        if not waiting.done.done():
            waiting.done.set_exception(why)
