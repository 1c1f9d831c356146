"""Sealing what lies open from before it was kept sealed: a page at a time, whatever is stopped meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table

from common.contracts.keys import SEALED_KINDS
from common.runtime.keeping.fields import SealedColumn, blind_columns, sealed_columns
from common.runtime.keeping.secrets import DIGEST
from common.runtime.store.database import Database, on_behalf_of
from common.runtime.store.ground import Keeps
from common.runtime.store.statement import statement
from common.runtime.store.work import Work, key_of

EVERY = 600.0  # seconds: an earlier release that still ran beside this one may have left something open
PAGE = 500


class Resealing:
    """Does it for the tables of one service. A row is sealed, or not yet: what is done needs no note."""

    def __init__(self, database: Database, keeper: Keeps, tables: Iterable[Table]) -> None:
        self.database = database
        self.keeper = keeper
        self.tables = [table for table in tables if sealed_columns(table) or blind_columns(table)]

    async def run(self) -> None:
        """Look now and then, until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            await self.seal_all()

    async def seal_all(self) -> int:
        """Seal everything that lies open. Gives how many rows there were."""
        done = 0
        for table in self.tables:
            while found := await self._page(table):
                done += found
        return done

    async def _page(self, table: Table) -> int:
        async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
            rows = await connection.fetch(_open_rows(table))
            if rows:
                work = Work(council=None, person=None, caller=None)
                changed = (_changes(table, row) for row in rows)
                work.changes[table] = {key_of(table, values): values for values in changed}
                await self.keeper.seal(work)
                sql, arguments = statement([work])
                await connection.execute(sql, *arguments)
        return len(rows)


def _changes(table: Table, row: Any) -> dict[str, Any]:
    """The key of a row, and what is sealed or digested in it with what it is sealed by."""
    beside = (name for column in sealed_columns(table) for name in (column.name, *column.mark.beside))
    return {name: row[name] for name in (*(c.name for c in table.primary_key.columns), *beside, *blind_columns(table))}


def _open_rows(table: Table) -> str:
    tests = [
        *map(_lies_open, sealed_columns(table)),
        *(f"({name} <> '' AND {name} NOT LIKE '{DIGEST}%')" for name in blind_columns(table)),
    ]
    return f'SELECT * FROM public."{table.name}" WHERE {" OR ".join(tests)} LIMIT {PAGE} FOR UPDATE SKIP LOCKED'  # noqa: S608 - our own names


def _lies_open(column: SealedColumn) -> str:
    if column.text:
        return f"({column.name} <> '' AND {column.name} NOT LIKE 'v1.%')"
    kinds = ", ".join(f"'{kind}'" for kind in sorted(SEALED_KINDS))
    only = "" if column.mark.under else f" AND kind IN ({kinds})"
    done = "jsonb_typeof({0}) = 'object' AND ({0} ? 'sealed' OR {0} ? 'erased')".format(column.name)  # noqa: UP032 - said three times
    return f"({column.name} NOT IN ('[]', '{{}}', 'null', '\"\"') AND NOT ({done}){only})"
