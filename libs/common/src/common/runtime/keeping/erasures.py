"""Two lists of who was erased, made one: no restored backup brings back what either knows to be gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from uuid import UUID

from common.runtime.keeping.key_database import KeyDatabase
from common.runtime.store.database import Database, on_behalf_of

LOOK_AGAIN = 1.0

_ALL = "SELECT person_id FROM onedoor.erased"
_LATELY = "SELECT person_id FROM onedoor.erased WHERE at > now() - interval '1 hour'"
_NOTE = "INSERT INTO onedoor.erased (person_id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING"


class Erasures:
    """What one service notes of erasures, and the keys that go with them. `erased` hears of each that was new here."""

    def __init__(self, database: Database, keys: KeyDatabase, *, erased: Callable[[Iterable[UUID]], None]) -> None:
        self.database = database
        self.keys = keys
        self.erased = erased

    async def note(self, persons: Iterable[UUID]) -> None:
        """These people are erased: within a second nobody can make a key for them, and those there were are destroyed."""
        async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
            await connection.execute(_NOTE, list(persons))

    async def replay(self) -> None:
        """Destroy the keys of everybody on either list, and complete each list from the other."""
        here = await self._noted(_ALL)
        there = await self.keys.erased()
        if here - there:
            await self.keys.erase(here - there)
            self.erased(here - there)
        if there - here:
            await self.note(there - here)

    async def run(self) -> None:
        """Destroy what is to be, until cancelled: first all that was noted, however long the keys were out of reach."""
        await self.replay()
        done: set[UUID] = set()
        while True:
            noted = await self._noted(_LATELY)
            if new := noted - done:
                await self.keys.erase(new)
                self.erased(new)
            done = noted
            await asyncio.sleep(LOOK_AGAIN)

    async def _noted(self, statement: str) -> set[UUID]:
        async with self.database.begin("hearer", on_behalf_of(council=None), reading=True) as connection:
            return {UUID(int=row["person_id"].int) for row in await connection.fetch(statement)}
