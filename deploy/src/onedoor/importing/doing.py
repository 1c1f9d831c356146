"""An import from its first row to its last: several rows at once, those of one id in the file's order."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import tzinfo
from time import monotonic
from uuid import uuid4

from common.contracts.cases import ImportCase

from onedoor.importing.mapping import ImportMapping
from onedoor.importing.progress import Progress
from onedoor.importing.report import Report
from onedoor.importing.rows import Rejects, Row
from onedoor.importing.sending import Door, Refused, key_of
from onedoor.importing.translating import Unusable, translate

DIFFERS = "differs_from_an_earlier_row"


@dataclass
class Import:
    """One run. What it keeps in memory of a row is its id and whether it said the same as the one before."""

    mapping: ImportMapping
    zone: tzinfo
    door: Door
    report: Report
    rejects: Rejects
    progress: Progress
    run: str = field(default_factory=lambda: uuid4().hex)
    _turns: Turns = field(default_factory=lambda: Turns())
    _said: dict[str, int] = field(default_factory=dict)

    async def of(self, rows: Iterable[Row], *, concurrency: int) -> None:
        """Import all rows. Raises CannotGoOn; what was sent until then, or until it is cancelled, is in the report."""
        began, shared = monotonic(), iter(rows)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(concurrency):
                    group.create_task(self._work(shared))
        except BaseExceptionGroup as faults:
            raise faults.exceptions[0] from None
        finally:
            self.report.seconds = monotonic() - began
        self.report.check()

    async def _work(self, rows: Iterator[Row]) -> None:
        for row in rows:
            try:
                await self._import(row)
            except (Unusable, Refused) as fault:
                self.rejects.add(row, str(fault))
                self.report.rejected += 1
            self.progress.advance(self.report.rejected)

    async def _import(self, row: Row) -> None:
        if row.broken:
            raise Unusable(row.broken)
        translated = translate(row.values, self.mapping, zone=self.zone)
        command = translated.command
        also = [DIFFERS] if self._differs(command) else []
        async with self._turns.of(command.source_id):
            view = await self.door.send(command, key=key_of(command, run=self.run, line=row.line))
        self.report.note(row, translated, view, also=also)

    def _differs(self, command: ImportCase) -> bool:
        """Whether an earlier row of this id said something else than how it was reported: only that one was kept."""
        said = hash(command.model_dump_json(exclude={"channel"}))
        return self._said.setdefault(command.source_id, said) != said


class Turns:
    """Lets those of one name in one by one, in the order they asked. Keeps nothing of names that nobody waits for."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._asking: Counter[str] = Counter()

    @asynccontextmanager
    async def of(self, name: str) -> AsyncIterator[None]:
        self._asking[name] += 1
        try:
            async with self._locks.setdefault(name, asyncio.Lock()):
                yield
        finally:
            self._asking[name] -= 1
            if not self._asking[name]:
                del self._asking[name], self._locks[name]
