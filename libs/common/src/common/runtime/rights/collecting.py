"""What a service holds of somebody, read by its `holdings.yaml`: a page at a time, what is sealed opened as far as it can be."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Table

from common.runtime.holdings import Holding, Holdings
from common.runtime.objects import NoShelf, Shelf
from common.runtime.rights.enclosing import Enclosing
from common.runtime.sealed import blind_columns, is_unreadable, sealed_columns, token_of
from common.runtime.store.database import Database, on_behalf_of
from common.runtime.store.ground import Keeps

PAGE = 200
SEALED = "sealed"  # in place of a value that this service has no key for
_NO_SHELF = NoShelf()
WORKINGS = frozenset({"version", "correlation_id", "last_said", "trace", "visible_to"})


class Collecting:
    """Reads what one service holds of people."""

    def __init__(
        self, holdings: Holdings, tables: Iterable[Table], database: Database, keeper: Keeps, shelf: Shelf = _NO_SHELF
    ) -> None:
        self.tables = {table.name: table for table in tables}
        self.holdings = holdings
        self.database = database
        self.keeper = keeper
        self.shelf = shelf

    async def lines(self, person: UUID, *, told: bool, now: datetime, count: list[int]) -> AsyncIterator[bytes]:
        """Everything of a person that they are shown, as lines of JSON: each table, then each of its records, with its file.

        `told` leaves out what they did not tell us themself. `count` has a number appended for each table: how many records.
        """
        files = Enclosing(self.shelf)
        for name, holding in self.holdings.of_people.items():
            if not holding.shown or (told and not holding.told):
                continue
            yield _line({"table": name, "called": holding.called})
            found = 0
            async for record, opened in self._records(self.tables[name], holding, person, now):
                yield _line({"record": record})
                found += 1
                if holding.file:
                    async for line in files.lines(opened, holding.file):
                        yield _line(line)
            count.append(found)

    async def _records(
        self, table: Table, holding: Holding, person: UUID, now: datetime
    ) -> AsyncIterator[tuple[dict[str, Any], Mapping[str, Any]]]:
        """Each as it is shown, and all of it as far as it can be opened."""
        columns = shown_columns(table, holding)
        key = [column.name for column in table.primary_key.columns]
        after: tuple[Any, ...] = ()
        while True:
            sql = page_of(table, holding, begins=not after)
            given = [*([now] if holding.shown_after else []), *after]
            behalf = on_behalf_of(council=None, persons=[person])
            async with self.database.begin("hearer", behalf, reading=True) as connection:
                rows = await connection.fetch(sql, *given)
            for row, opened in zip(rows, await self.keeper.open(sealed_columns(table), rows), strict=True):
                yield {name: _shown(row[name], opened[name]) for name in columns}, opened
            if len(rows) < PAGE:
                return
            after = tuple(rows[-1][name] for name in key)


def shown_columns(table: Table, holding: Holding) -> list[str]:
    """The columns that the person is given: no workings, no digests, and not their own id where a row has nobody else's."""
    own = holding.people if len(holding.people) == 1 else []
    left_out = {*WORKINGS, *holding.hidden, *holding.others, *own, *blind_columns(table)}
    # a name that SQL would have quoted is of a class of its own, which JSON does not take
    return [str(column.name) for column in table.columns if column.name not in left_out]


def page_of(table: Table, holding: Holding, *, begins: bool) -> str:
    """The read of a page of a person's rows, in the order of their key. First theirs, then the order: never the whole table.

    Whose they are is said by the transaction, as where the person reads them: records that were joined with theirs are theirs.
    """
    theirs = " OR ".join(f'"{name}" = ANY (ARRAY(SELECT onedoor.persons()))' for name in holding.people)
    first = 2 if holding.shown_after else 1
    key = [f'"{column.name}"' for column in table.primary_key.columns]
    place = ", ".join(f"${number}" for number in range(first, first + len(key)))
    beyond = "" if begins else f"WHERE ({', '.join(key)}) > ({place}) "
    return (
        f'WITH theirs AS MATERIALIZED (SELECT * FROM public."{table.name}" held WHERE ({theirs}){_given_now(holding)}) '  # noqa: S608 - our own names
        f"SELECT * FROM theirs {beyond}ORDER BY {', '.join(key)} LIMIT {PAGE}"
    )


def _given_now(holding: Holding) -> str:
    """That a row is not kept from its person any more: its moment has passed, or it was disclosed before."""
    if holding.shown_after is None:
        return ""
    passed = f'"{holding.shown_after}" IS NULL OR "{holding.shown_after}" <= $1'
    if holding.disclosed is None:
        return f" AND ({passed})"
    table, by = holding.disclosed.table, holding.disclosed.by
    return f' AND ({passed} OR EXISTS (SELECT FROM public."{table}" WHERE "{table}"."{by}" = held."{by}"))'


def _shown(lies: Any, opened: Any) -> Any:
    """A value as its person reads it; one that could not be opened is named so, and never shown as it lies."""
    closed = token_of(lies) is not None if isinstance(lies, str | dict) else False
    return SEALED if closed and (opened is None or opened == lies or is_unreadable(opened)) else opened


def _line(said: Mapping[str, Any] | Sequence[Any]) -> bytes:
    return orjson.dumps(said, default=str, option=orjson.OPT_APPEND_NEWLINE)
