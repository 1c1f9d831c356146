"""Eras of a said log. One begins when a service's database was restored: what it had said since the backup, it never said.

Whoever heard that must not take what is said next for something it knows. So places in an aggregate's order are compared
by era first, and by version within one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from uuid import UUID

from common.runtime.store.database import Database, on_behalf_of


class Eras:
    """Those of one service: era 0, then one for each id in `began`, from which on it is."""

    def __init__(self, began: Sequence[UUID] = ()) -> None:
        self.began = list(began)

    @property
    def current(self) -> int:
        return len(self.began)

    def of(self, said: UUID | None) -> int:
        """The era in which the event with this id was said; 0 for None, what there is before a first event."""
        return bisect_right(self.began, said) if said and self.began else 0

    async def read(self, database: Database) -> None:
        """Learn them. They change only while the service does not run."""
        async with database.begin("hearer", on_behalf_of(council=None), reading=True) as connection:
            self.began = [row["began"] for row in await connection.fetch("SELECT * FROM onedoor.era ORDER BY number")]
