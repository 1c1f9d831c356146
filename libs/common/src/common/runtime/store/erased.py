"""Who is to be erased here, or was: known to every process, so that nothing is done any more of what comes about them."""

from __future__ import annotations

from uuid import UUID

from common.runtime.store.database import Database, on_behalf_of

_HOW_MANY = "SELECT (SELECT count(*) FROM onedoor.erased), (SELECT sum(round) FROM onedoor.to_erase)"
_WHO = "SELECT unnest(persons) FROM onedoor.to_erase UNION SELECT person_id FROM onedoor.erased"


class Erased:
    """Their ids, as often as somebody reads them."""

    def __init__(self) -> None:
        self._persons: frozenset[str] = frozenset()
        self._as_of: tuple[object, ...] = ()

    def __contains__(self, person: UUID | str | None) -> bool:
        return bool(self._persons) and str(person) in self._persons

    async def read(self, database: Database) -> None:
        """Learn who they are, where that changed. Nobody is ever taken off the lists."""
        async with database.begin("hearer", on_behalf_of(council=None), reading=True) as connection:
            as_of = tuple(await connection.fetchrow(_HOW_MANY))
            if as_of != self._as_of:
                self._persons = frozenset(str(row[0]) for row in await connection.fetch(_WHO))
                self._as_of = as_of
