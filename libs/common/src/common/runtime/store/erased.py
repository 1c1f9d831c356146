"""Who is to be erased here, or was: known to every process, so that nothing is done any more of what comes about them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from common.runtime.store.database import Database, on_behalf_of

_MARGIN = timedelta(minutes=5)  # how far clocks may differ, and how long somebody may take to write down what was asked
_SINCE = """
SELECT unnest(persons) AS person_id FROM onedoor.to_erase WHERE at > $1 UNION ALL SELECT person_id FROM onedoor.erased WHERE at > $1
"""


class Erased:
    """Their ids, as of when they were last looked for. Nobody is ever taken off the lists."""

    def __init__(self) -> None:
        self._persons: set[str] = set()
        self._as_of = datetime.fromtimestamp(0, UTC)

    def __contains__(self, person: UUID | str | None) -> bool:
        return bool(self._persons) and str(person) in self._persons

    async def read(self, database: Database) -> None:
        """Learn who was added."""
        async with database.begin("hearer", on_behalf_of(council=None), reading=True) as connection:
            now = await connection.fetchval("SELECT now()")
            rows = await connection.fetch(_SINCE, self._as_of)
        self._persons.update(str(row["person_id"]) for row in rows)
        self._as_of = now - _MARGIN
