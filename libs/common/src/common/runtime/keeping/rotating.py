"""Rotating keys: a new version of each, and everything sealed anew under it; a page at a time, whoever is killed meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Table

from common.contracts.base import Event
from common.runtime.keeping.keeper import Keeper
from common.runtime.keeping.key_database import KeyDatabase
from common.runtime.keeping.sealing import KeyName, Swapped, name_of
from common.runtime.saying.stream import Stream
from common.runtime.sealed import SealedColumn, holders, sealed_columns, sealed_fields, token_of
from common.runtime.store.database import Database, on_behalf_of
from common.runtime.store.statement import statement
from common.runtime.store.work import Work, key_of

LOOK_AGAIN = 1.0
PASSES = 5

_BEGIN = "INSERT INTO onedoor.rotation (version) VALUES ($1) ON CONFLICT DO NOTHING"
_UNDER_WAY = "SELECT version FROM onedoor.rotation WHERE NOT finished ORDER BY version LIMIT 1"
_NOT_EVERYWHERE = "SELECT min(version) FROM onedoor.rotation WHERE everywhere_at IS NULL"
_FINISHED = "UPDATE onedoor.rotation SET finished = true WHERE version = $1"
_IS_FINISHED = "SELECT finished FROM onedoor.rotation WHERE version = $1"
_EVERYWHERE = "UPDATE onedoor.rotation SET everywhere_at = coalesce(everywhere_at, now()) WHERE version = $1"
# What the stream may still hold is sealed under the old version: it forgets after 21 days.
_TO_RETIRE = "SELECT max(version) FROM onedoor.rotation WHERE everywhere_at < now() - interval '22 days'"
_SAID = """
SELECT aggregate_id, aggregate, version, id, name, person_id, data FROM onedoor.said
WHERE id > $1 AND aggregate = ANY($2::text[]) ORDER BY id LIMIT 500 FOR UPDATE
"""
_SEALED = """
UPDATE onedoor.said SET data = new.data FROM unnest($1::uuid[], $2::text[], $3::int[], $4::jsonb[])
    new (aggregate_id, aggregate, version, data)
WHERE (said.aggregate_id, said.aggregate, said.version) = (new.aggregate_id, new.aggregate, new.version)
"""


class Rotating:
    """One service's part. A rotation is a row: begun, it goes on after every start until it is finished."""

    def __init__(
        self, service: str, *, stream: Stream, database: Database, keeper: Keeper, tables: Sequence[Table]
    ) -> None:
        self.service = service
        self.stream = stream
        self.database = database
        self.keeper = keeper
        self.tables = [table for table in tables if sealed_columns(table)]
        self.says = sorted({event.aggregate for event in Event.catalogue.values() if sealed_fields(event)})
        self.keys: KeyDatabase | None = None  # of the owner
        self.done = 0
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Do what was asked for, until cancelled."""
        await self.stream.ready()
        await self.stream.client.subscribe(f"ask.rotate.{self.service}", queue=self.service, cb=self._asked)
        while True:
            if (version := await self._value(_UNDER_WAY)) is not None:
                await self.rotate(version)
            elif self.keys and (old := await self._value(_TO_RETIRE)):
                await self.keys.retire(old)
            self._wake.clear()
            try:
                async with asyncio.timeout(LOOK_AGAIN if version else 600):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _asked(self, message: Any) -> None:
        """An operator begins a rotation, or asks how one goes. At the owner one that is not done everywhere goes on instead."""
        ask = orjson.loads(message.data)
        version = (await self._value(_NOT_EVERYWHERE) if self.keys else None) or ask["version"]
        async with self._begin() as connection:
            await connection.execute(_BEGIN, version)
            if ask.get("everywhere"):
                await connection.execute(_EVERYWHERE, version)
        self._wake.set()
        finished = await self._value(_IS_FINISHED, version)
        await message.respond(orjson.dumps({"version": version, "done": self.done, "finished": finished}))

    async def rotate(self, version: int) -> None:
        """Make the new version of every key, seal all that lies under an older one anew, and note that it is done."""
        self.done = 0
        if self.keys:
            while await self.keys.wrap_anew():
                pass
            while renewed := await self.keys.renew(version):
                for person, _ in renewed:
                    self.keeper.ring.forget(person)
        for _ in range(PASSES):
            for table in self.tables:
                await self._table(table, version)
            await self._log(version)
            if not await self._left(version):
                break
            await asyncio.sleep(LOOK_AGAIN)
        async with self._begin() as connection:
            await connection.execute(_FINISHED, version)

    async def _left(self, version: int) -> bool:
        """Whether something lies under an older key still: its new one was not granted yet, or it can be read by nobody."""
        async with self._begin(reading=True) as connection:
            return any([await connection.fetchrow(_older_rows(table, lock=""), version) for table in self.tables])

    async def _table(self, table: Table, version: int) -> None:
        after: tuple[Any, ...] = ()
        while True:
            async with self._begin() as connection:
                rows = await connection.fetch(_older_rows(table, after=bool(after)), version, *after)
                if rows:
                    await self._seal_rows(connection, table, rows, version)
            if not rows:
                return
            after = key_of(table, rows[-1])
            self.done += len(rows)

    async def _seal_rows(self, connection: Any, table: Table, rows: Sequence[Any], version: int) -> None:
        columns = sealed_columns(table)
        names = (name for column in columns for name in (column.name, *column.mark.beside))
        wanted = dict.fromkeys((*(column.name for column in table.primary_key.columns), *names))
        await self._have_keys(
            {(row[c.mark.person], name.under) for row in rows for c, name in _names(columns, row)}, version
        )
        opened = await self.keeper.open(columns, [{name: row[name] for name in wanted} for row in rows])
        work = Work(council=None, person=None, caller=None)
        work.changes[table] = {key_of(table, values): values for values in opened}
        await self.keeper.seal(work)
        sql, arguments = statement([work])
        await connection.execute(sql, *arguments)

    async def _log(self, version: int) -> None:
        last = UUID(int=0)
        while True:
            async with self._begin() as connection:
                rows = [dict(row) for row in await connection.fetch(_SAID, last, self.says)]
                if old := [row for row in rows if row["person_id"] and _is_older(row, version)]:
                    await self._seal_said(connection, old, version)
            if not rows:
                return
            last = rows[-1]["id"]
            self.done += len(old)

    async def _seal_said(self, connection: Any, rows: list[dict[str, Any]], version: int) -> None:
        await self._have_keys({(row["person_id"], name.under) for row in rows for name in _named(row)}, version)
        for row in rows:
            await self.keeper.open_event(row["name"], UUID(int=row["person_id"].int), row["data"])
        await self.keeper.seal(Work(council=None, person=None, caller=None, said=rows))
        columns = ([row[each] for row in rows] for each in ("aggregate_id", "aggregate", "version", "data"))
        await connection.execute(_SEALED, *columns)

    async def _have_keys(self, wanted: set[tuple[Any, Any]], version: int) -> None:
        """Have the new version of these keys here: granted already, or asked for."""
        found = await self.keeper.ring.of({person for person, _ in wanted})
        missing = {
            (person, KeyName(under, version))
            for person, under in wanted
            if (key := found[person].current(under)) is None or key.name.version < version
        }
        if missing:
            await self.keeper.ring.seek(missing)

    async def _value(self, sql: str, *arguments: Any) -> Any:
        async with self._begin(reading=True) as connection:
            return await connection.fetchval(sql, *arguments)

    def _begin(self, *, reading: bool = False) -> Any:
        return self.database.begin("hearer", on_behalf_of(council=None), reading=reading)


def _older_rows(table: Table, *, after: bool = False, lock: str = "FOR UPDATE") -> str:
    keys = [f'"{column.name}"' for column in table.primary_key.columns]
    older = " OR ".join(_is_under_older(column) for column in sealed_columns(table))
    place = ", ".join(f"${n}" for n in range(2, len(keys) + 2))
    beyond = f"({', '.join(keys)}) > ({place}) AND " if after else ""
    return f'SELECT * FROM public."{table.name}" WHERE {beyond}({older}) ORDER BY {", ".join(keys)} LIMIT 500 {lock}'  # noqa: S608 - our own names


def _is_under_older(column: SealedColumn) -> str:
    token = column.name if column.text else f"{column.name} ->> 'sealed'"
    return f"CASE WHEN {token} LIKE 'v1.%' THEN split_part({token}, '.', 3)::bigint < $1 END"


def _names(columns: Sequence[SealedColumn], row: Mapping[str, Any]) -> Iterator[tuple[SealedColumn, KeyName]]:
    for column in columns:
        for name in _key_of(row[column.name]):
            yield column, name


def _named(said: Mapping[str, Any]) -> Iterator[KeyName]:
    event = Event.catalogue.get(said["name"])
    for path, _ in sealed_fields(event) if event else ():
        for holder in holders(said["data"], path):
            yield from _key_of(holder[path[-1]])


def _key_of(kept: Any) -> Iterator[KeyName]:
    if token := token_of(kept):
        try:
            yield name_of(token)
        except Swapped:
            return


def _is_older(said: Mapping[str, Any], version: int) -> bool:
    return any(name.version < version for name in _named(said))
