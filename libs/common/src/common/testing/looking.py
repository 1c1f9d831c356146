"""What tests see of services' databases as their administrator: rows, and what was heard of what was said."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

import asyncpg
import psycopg
from psycopg import sql

AS_WHO = "looking"
Mark = tuple[str, UUID, int]  # an aggregate, its id, the version of it


def mark_of(told: str) -> Mark:
    """One of the marks of an `Onedoor-After`: `case/019a…@3`."""
    place, _, version = told.strip().partition("@")
    aggregate, _, key = place.partition("/")
    return aggregate, UUID(key), int(version)


class Looking:
    """Connections to services' databases by their names, opened where one is needed and kept until the end."""

    def __init__(self, databases: Mapping[str, str]) -> None:
        self._databases = databases
        self._pools: dict[str, asyncpg.Pool] = {}

    async def sql(self, service: str, statement: str, *arguments: Any) -> list[Any]:
        """The rows of a statement, also where the server was restarted since the last one."""
        address = self._databases[service]
        try:
            return list(await (await self._pool(address)).fetch(statement, *arguments))
        except (asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError):
            self._pools.pop(address).terminate()
            return list(await (await self._pool(address)).fetch(statement, *arguments))

    async def _pool(self, address: str) -> asyncpg.Pool:
        if address not in self._pools:
            self._pools[address] = await asyncpg.create_pool(
                address,
                min_size=0,
                max_size=4,
                statement_cache_size=0,
                init=_reads_json,
                server_settings={"application_name": AS_WHO},
            )
        return self._pools[address]

    async def heard(
        self, service: str, hearers: Mapping[str, Collection[str]], marks: Iterable[Mark], give_up: float
    ) -> None:
        """Wait until the hearers of a service have heard these; `hearers` names what aggregates each of them hears.

        Raises AssertionError when the monotonic clock is at `give_up`.
        """
        wanted = {(hearer, *mark) for mark in marks for hearer, heard in hearers.items() if mark[0] in heard}
        while wanted:
            rows = await self.sql(
                service,
                "SELECT consumer, aggregate, aggregate_id, version FROM onedoor.mark"
                " WHERE (aggregate, aggregate_id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))",
                [aggregate for _, aggregate, _, _ in wanted],
                [key for _, _, key, _ in wanted],
            )
            heard = {tuple(row)[:3]: row["version"] for row in rows}
            wanted = {each for each in wanted if heard.get(each[:3], -1) < each[3]}
            if wanted and time.monotonic() > give_up:
                raise AssertionError(f"{service} never heard, among others: {sorted(map(str, wanted))[:5]}")
            await asyncio.sleep(0.01 if wanted else 0)

    async def latest_said(self, service: str) -> list[str]:
        """The mark of the latest event about each thing that a service spoke of."""
        rows = await self.sql(
            service, "SELECT aggregate, aggregate_id, max(version) AS version FROM onedoor.said GROUP BY 1, 2"
        )
        return [f"{row['aggregate']}/{row['aggregate_id']}@{row['version']}" for row in rows]

    def close(self) -> None:
        while self._pools:
            self._pools.popitem()[1].terminate()


def copied(admin: str, old: str, new: str) -> None:
    """A database as it is now, under another name, in place of what was there. Nobody but tests who look may be in it."""
    leave = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND application_name = %s"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(new)))
        connection.execute(leave, [old, AS_WHO])
        names = sql.Identifier(new), sql.Identifier(old)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))


async def _reads_json(connection: Any) -> None:
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
