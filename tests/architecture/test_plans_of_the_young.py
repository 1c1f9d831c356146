"""A connection keeps its plans: what was planned while tables were small is right when they are large."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import yaml
from common.runtime.service import Service
from common.runtime.settings import Settings
from common.runtime.store.database import Database, on_behalf_of
from common.runtime.store.statement import statement
from common.runtime.store.work import Work, table_of
from common.testing import filling, plans
from common.testing.databases import dropped, prepared
from common.testing.servers import Servers
from onedoor.contracts import services
from sqlmodel import SQLModel

WHO_READS = yaml.safe_load(Path(__file__).with_name("who_reads.yaml").read_text())
FEW = 50  # rows of every table; the planner knows it
NOWHERE: dict[str, Any] = {"nats_url": "nats://", "councils_file": "", "issuer": "", "issuer_keys": ""}
LISTS = {  # they find no rows by what is given, but give a list
    "queries.named.PEOPLE_COUNTED",  # once, where a release weighs likeness otherwise
    "queries.named.LAST_SEAL",  # one step, from its end
    "queries.named.UNSEALED",  # what came since the last seal, some seconds ago
    "queries.named.CASES_UNDATED",  # what a release left to be reckoned
    "queries.named.EVERY_DEFINITION",  # a row for each service that a council offers
}


@pytest.fixture(params=services(), ids=lambda service: str(service.name))
async def young(request: pytest.FixtureRequest, servers: Servers) -> AsyncIterator[tuple[Service, Database]]:
    """A service whose tables have a few rows, and its pools."""
    service, suffix = request.param, uuid4().hex[:12]
    address = prepared(servers, service, suffix=suffix)
    connection = await asyncpg.connect(address)
    for each in filling.own_tables(service, few={table_of(row).name: FEW for row in service.rows()}):
        await connection.execute(each)
    await connection.execute("ANALYZE")
    await connection.close()
    told = Settings(profile="test", database_url=servers.address() + f"_{suffix}", **NOWHERE)
    database = Database(told, service=service.name)
    await database.open()
    yield service, database
    await database.close()
    dropped(servers, [address])


async def test_a_subscriber_finds_and_changes_rows_by_their_index(young: tuple[Service, Database]) -> None:
    service, database = young
    named = plans.named_queries(service)
    async with database.begin("hearer", on_behalf_of(council=None)) as connection:
        for read in set(WHO_READS[service.name].get("hearer", ())) - LISTS:
            kept = await plans.kept(connection, named[read].sql, parameters=len(plans.parameters(named[read])))
            assert [*plans.faults(kept)] == [], f"{read}\n{plans.drawn(kept)}"
        for row in service.rows():
            table = table_of(row).name
            if await connection.fetchval("SELECT has_table_privilege($1, 'UPDATE')", f'public."{table}"'):
                sql, arguments = statement([changing(row)])
                planned = await plans.planned(connection, sql, *arguments)
                assert [*plans.faults(planned)] == [], f"a change of {table}\n{plans.drawn(planned)}"


def changing(row: type[SQLModel]) -> Work:
    """A work that changes one row."""
    table = table_of(row)
    key = tuple(column.name for column in table.primary_key.columns)
    values: dict[str, Any] = dict.fromkeys(column.name for column in table.columns)
    work = Work(council=None, person=None, caller=None)
    work.changes[table] = {key: values}
    return work
