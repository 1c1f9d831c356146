"""Sealing what lies open from before it was kept sealed: a page at a time, whatever is stopped meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table

from common.contracts.base import Event
from common.contracts.keys import SEALED_KINDS
from common.runtime.keeping.secrets import DIGEST
from common.runtime.sealed import SealedColumn, blind_columns, sealed_columns, sealed_fields
from common.runtime.store.database import Database, on_behalf_of
from common.runtime.store.ground import Keeps
from common.runtime.store.statement import statement
from common.runtime.store.work import Work, key_of

EVERY = 600.0  # seconds: an earlier release that still ran beside this one may have left something open
PAGE = 500

_SAID = """
SELECT aggregate_id, aggregate, version, id, name, person_id, data FROM onedoor.said
WHERE name = ANY($1) AND id > (SELECT said FROM onedoor.sealed_up_to FOR UPDATE) ORDER BY id LIMIT 500
"""
_SEALED = """
UPDATE onedoor.said SET data = new.data FROM unnest($1::uuid[], $2::text[], $3::int[], $4::jsonb[])
    new (aggregate_id, aggregate, version, data)
WHERE (said.aggregate_id, said.aggregate, said.version) = (new.aggregate_id, new.aggregate, new.version)
      AND said.data <> new.data
"""


class Resealing:
    """Does it for the tables of one service, where a row is sealed or not yet, and for what it said, up to a noted event."""

    def __init__(self, database: Database, keeper: Keeps, tables: Iterable[Table]) -> None:
        self.database = database
        self.keeper = keeper
        self.tables = [table for table in tables if sealed_columns(table) or blind_columns(table)]
        self.says = [name for name, event in Event.catalogue.items() if sealed_fields(event)]

    async def run(self) -> None:
        """Look now and then, until cancelled."""
        while True:
            await self.seal_all()
            await asyncio.sleep(EVERY)

    async def seal_all(self) -> int:
        """Seal everything that lies open. Gives how many rows of tables there were."""
        done = 0
        for table in self.tables:
            while found := await self._page(table):
                done += found
        while await self._said():
            pass
        return done

    async def _said(self) -> int:
        """Seal a page of what was said. Gives how many events it had."""
        async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
            rows = [dict(row) for row in await connection.fetch(_SAID, self.says)]
            if rows:
                work = Work(council=None, person=None, caller=None, said=rows)
                await self.keeper.seal(work)
                keys = ([row[name] for row in rows] for name in ("aggregate_id", "aggregate", "version", "data"))
                await connection.execute(_SEALED, *keys)
                await connection.execute("UPDATE onedoor.sealed_up_to SET said = $1", rows[-1]["id"])
        return len(rows)

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
    return f"({column.mark.person} IS NOT NULL AND {column.name} NOT IN ('[]', '{{}}', 'null', '\"\"') AND NOT ({done}){only})"
