"""Every statement finds its rows by an index among a hundred thousand, as each login role that runs it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import yaml
from common import runtime
from common.runtime.holds import HELD
from common.runtime.limits import LIMITS_OF, RESTRICTED_AMONG
from common.runtime.pages import place
from common.runtime.query import Query
from common.runtime.reminders import Timer, reminder
from common.runtime.rights.collecting import page_of
from common.runtime.rights.erasing import _ERASED_BEFORE, _whose
from common.runtime.rights.retention import BATCH
from common.runtime.rights.schedules import Schedule
from common.runtime.rights.traces import said_in
from common.runtime.serving.serving import ONE_STATEMENT
from common.runtime.settings import Council
from common.runtime.store.database import ROLES, alone, on_behalf_of
from common.runtime.store.statement import statement
from common.runtime.store.work import Work, table_of
from common.runtime.tables import Aggregate
from common.testing import plans
from common.testing.servers import Servers
from onedoor.contracts import services
from sqlalchemy import Table
from sqlmodel import SQLModel

from tests.architecture.crowd import (
    LEDGER_OF,
    SERVICES,
    SOMEBODY,
    Crowd,
    crowded,
    refuse,
    sample,
    the_first,
)

COUNCIL = {"northmere": Council(id="northmere", name="Northmere", code="NBC", calendar="northmere")}
WHO_READS = yaml.safe_load(Path(__file__).with_name("who_reads.yaml").read_text())
READS = [(name, role, read) for name, roles in WHO_READS.items() for role, reads in roles.items() for read in reads]


@pytest.fixture(scope="module")
async def crowd(servers: Servers) -> AsyncIterator[Crowd]:
    async with crowded(servers) as made:
        yield made


# -- the reads of the services

# A search by the other keys alone. What else was said would only narrow it.
NOT_SAID: Mapping[str, tuple[str, ...]] = {
    "BY_EMAIL": ("name_key", "postcode", "date_of_birth", "phone"),
    "BY_PHONE": ("name_key", "postcode", "date_of_birth", "email"),
    "BY_NAME_AND_BIRTH": ("postcode", "phone", "email"),
    "BY_NAME_AND_PLACE": ("date_of_birth", "phone", "email"),
}


@pytest.mark.parametrize("service", SERVICES)
def test_every_named_read_is_run_by_somebody(service: str) -> None:
    listed = {read for reads in WHO_READS[service].values() for read in reads}
    assert listed == set(plans.named_queries(SERVICES[service]))


@pytest.mark.parametrize(("service", "role", "read"), READS, ids=lambda part: str(part).rpartition(".")[2])
async def test_a_named_read_uses_an_index(crowd: Crowd, service: str, role: str, read: str) -> None:
    query = plans.named_queries(SERVICES[service])[read]
    name, told = read.rpartition(".")[2], plans.parameters(query)
    async with crowd.as_role(service, role) as connection:
        kinds = await plans.kinds(connection, query.sql)
        for page in range(2 if "at" in told else 1):
            asked = {each: kind for each, kind in zip(told, kinds, strict=True) if told[each] is None}
            given = told | {each: sample(each, kind, page=page) for each, kind in asked.items()}
            given |= dict.fromkeys(NOT_SAID.get(name, ()))
            refuse(await plans.ran(connection, query.sql, *given.values()), f"{service} {name} as {role}, page {page}")
            rows = await connection.fetch(query.sql, *given.values())
            if role == "hearer" and query.for_many and query.given:
                await for_many(connection, query, given, rows, f"{service} {name}")
        refuse(await plans.kept(connection, query.sql, parameters=len(told)), f"{service} {name} as {role}, kept")
    if role in ONE_STATEMENT:
        await by_itself(crowd, service, role, query.sql, [*given.values()], rows, name)


async def by_itself(
    crowd: Crowd, service: str, role: str, sql: str, arguments: list[Any], rows: list[Any], name: str
) -> None:
    """Made as one statement, without settings made before it, a read is as well planned and finds the same rows."""
    assert await crowd.databases[service].read(role, SOMEBODY, sql, arguments) == rows
    async with crowd.databases[service].begin(role, on_behalf_of(council=None)) as connection:
        whole, all_arguments = alone(sql, len(arguments)), [*arguments, *SOMEBODY.values()]
        refuse(await plans.ran(connection, whole, *all_arguments), f"{service} {name} as {role}, alone")
        refuse(await plans.kept(connection, whole, parameters=len(all_arguments)), f"{service} {name} as {role}, alone")


async def for_many(connection: Any, query: Query[Any], given: Mapping[str, Any], rows: list[Any], name: str) -> None:
    """Made for several events at once, it finds each its rows by the same index. How many those are is shown above."""
    arguments = query.arguments_for_many([given, given, given])
    refuse(await plans.planned(connection, str(query.for_many), *arguments), f"{name} for many")
    found = await connection.fetch(query.for_many, *arguments)
    assert len(found) == 3 * len(rows)
    if len(rows) < plans.MOST:  # of more, a limit may take others of the same rank
        assert Counter(str(tuple(row)[1:]) for row in found if row["ordinal"] == 2) == Counter(
            str(tuple(r)) for r in rows
        )


async def test_a_list_that_has_lost_its_index_is_noticed(crowd: Crowd) -> None:
    queue = plans.named_queries(SERVICES["case-crm"])["queries.named.QUEUE"]
    given = ["northmere", *place(None), 51]
    connection = await asyncpg.connect(crowd.addresses["case-crm"])
    assert [*plans.faults(await plans.ran(connection, queue.sql, *given))] == []
    await connection.execute("BEGIN; DROP INDEX case_queue")
    found = [*plans.faults(await plans.ran(connection, queue.sql, *given))]
    await connection.close()  # nothing was committed: the index is there again
    assert {fault.split()[0] for fault in found} == {"reads", "sorts"}


# -- what goes by itself

SCHEDULES = [(service.name, each) for service in services() for each in service.schedules(COUNCIL)]


@pytest.mark.parametrize(("service", "schedule"), SCHEDULES, ids=lambda part: getattr(part, "table", part))
async def test_what_goes_by_itself_is_found_by_an_index(crowd: Crowd, service: str, schedule: Schedule) -> None:
    """At a moment at which half of what is there would be over."""
    given = schedule.given(datetime.now(UTC) + timedelta(days=365 * schedule.period.years - 500))
    ids = [the_first(str(number)) for number in range(BATCH)]
    async with crowd.as_role(service, "hearer") as connection:
        reads = {schedule.reads.rows: "", **{child.rows: "what follows " for child in schedule.reads.children}}
        for read, follows in reads.items():
            arguments = read.arguments(given | {"most": BATCH, "ids": ids})
            refuse(await plans.ran(connection, read.sql, *arguments), f"{service} {follows}{schedule.table.name}")


# -- what is held of somebody

# Tables with no index that is led by whose a row is, and why.
SKIPPED: Mapping[str, str] = {
    "access_question": "its key begins with the council: of few councils each is looked up, and no list takes that way",
}
HOLDINGS = [(service.name, table) for service in services() for table in service.holdings().of_people]


@pytest.mark.parametrize(("service", "table"), HOLDINGS)
async def test_what_is_held_of_somebody_is_found_by_an_index(crowd: Crowd, service: str, table: str) -> None:
    """As it is erased, under all hearing locks; and as a package is made of it, page by page."""
    holding = SERVICES[service].holdings().of_people[table]
    rows = {table_of(row).name: table_of(row) for row in SERVICES[service].rows()}
    assert table in SKIPPED or {*holding.concerns} <= {*leading(rows[table])}, (
        "by a second column an index is walked whole"
    )
    locked = "" if holding.erased == "stays" else "FOR UPDATE"
    reads = [f'SELECT * FROM public."{table}" WHERE {_whose(holding)} {locked}']
    reads += [page_of(rows[table], holding, begins=begins) for begins in (True, False) if holding.shown]
    reads += [said_in(rows[table], holding.said_in)] if holding.said_in else []
    async with crowd.as_role(service, "hearer") as connection:
        for sql in reads:
            parameters = len(await plans.kinds(connection, sql))
            refuse(await plans.kept(connection, sql, parameters=parameters), f"{service} holds {table}")


def leading(table: Table) -> Iterator[str]:
    """The columns by which a table has an index."""
    for index in (table.primary_key, *table.indexes, *table.constraints):
        if columns := [*getattr(index, "columns", ())]:
            partly = str(getattr(index, "dialect_options", {}).get("postgresql", {}).get("where"))
            if partly in {"None", f"{columns[0].name} IS NOT NULL"}:
                yield columns[0].name


# -- what the runtime itself asks


def statements_of_the_runtime() -> Iterator[tuple[str, str]]:
    """Every whole statement about the ledger in the runtime's modules, with its module; what is put together is not one."""
    for file in sorted(Path(runtime.__path__[0]).rglob("*.py")):
        if "versions" in file.parts:
            continue
        tree = ast.parse(file.read_text())
        pieces = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and id(node) not in pieces and is_statement(node.value):
                yield file.stem, " ".join(str(node.value).split())


def is_statement(value: Any) -> bool:
    return isinstance(value, str) and bool(
        re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s.*\sonedoor\.", value, re.S)
    )


@pytest.mark.parametrize(("module", "sql"), list(statements_of_the_runtime()), ids=lambda part: part[:60])
async def test_what_the_runtime_asks_uses_an_index(crowd: Crowd, module: str, sql: str) -> None:
    consumer = next(iter(SERVICES[LEDGER_OF].consumers()))
    async with crowd.as_role(LEDGER_OF, "hearer") as connection:
        ids = [row["id"] for row in await connection.fetch("SELECT id FROM onedoor.said ORDER BY id LIMIT 64")]

        def one(kind: str, number: int) -> Any:
            if kind.endswith("[]"):
                return ids if kind == "uuid[]" else [one(kind[:-2], 1)] * len(ids)
            examples = {"uuid": ids[0], "jsonb": {}, "bool": False, "timestamptz": datetime.now(UTC)}
            return {**examples, "text": "case" if number else consumer}.get(kind, 1)

        arguments = [one(kind, number) for number, kind in enumerate(await plans.kinds(connection, sql))]
        refuse(await plans.planned(connection, sql, *arguments), f"{module} {sql}")


ASKED_ALL_THE_TIME = {"limits of": LIMITS_OF, "restricted among": RESTRICTED_AMONG, "held": HELD}
"""Of whoever something is heard, or about to be written, under each of their ids."""


@pytest.mark.parametrize("role", ["hearer", "officer"])
@pytest.mark.parametrize("what", ASKED_ALL_THE_TIME)
async def test_what_is_asked_of_limits_and_holds_uses_an_index(crowd: Crowd, what: str, role: str) -> None:
    read, persons = ASKED_ALL_THE_TIME[what], [the_first(f"p{number}") for number in range(1, 52)]
    arguments = read.arguments({"person_id": persons[0], "persons": persons})
    async with crowd.as_role(LEDGER_OF, role) as connection:
        refuse(await plans.ran(connection, read.sql, *arguments), f"{what} as {role}")
        refuse(await plans.kept(connection, read.sql, parameters=len(arguments)), f"{what} as {role}, kept")


async def test_whom_to_erase_again_is_found_with_each_list_read_once(crowd: Crowd) -> None:
    """Both grow with everybody who was ever erased, and no service is up before it knows."""
    async with crowd.as_role(LEDGER_OF, "hearer") as connection:
        tree = await plans.planned(connection, _ERASED_BEFORE)
    assert not [node for node in plans.nodes(tree) if node["Node Type"] == "Nested Loop"], plans.drawn(tree)


# -- what is written


def writes() -> Iterator[tuple[str, type[SQLModel], str]]:
    for service in SERVICES.values():
        for row in service.rows():
            yield from ((service.name, row, what) for what in ("changes", "puts", "removals"))


@pytest.mark.parametrize(("service", "row", "what"), list(writes()), ids=lambda part: getattr(part, "__name__", part))
async def test_a_row_is_written_by_its_key(crowd: Crowd, service: str, row: type[SQLModel], what: str) -> None:
    rights = {"changes": "UPDATE", "puts": "INSERT, UPDATE", "removals": "DELETE"}[what].split(", ")
    for role in ROLES:
        async with crowd.as_role(service, role) as connection:
            asked = "SELECT has_table_privilege($1, $2)"
            may = [await connection.fetchval(asked, f'public."{table_of(row).name}"', right) for right in rights]
            if all(may):
                sql, arguments = statement([work(row, what)])
                refuse(
                    await plans.planned(connection, sql, *arguments), f"{service} {what} of {row.__name__} as {role}"
                )


@pytest.mark.parametrize("role", ROLES)
async def test_a_timer_is_set_and_forgotten_by_its_key(crowd: Crowd, role: str) -> None:
    about = Aggregate(id=the_first("1"))
    row = reminder(Timer("name"), about, at=datetime.now(UTC), council="northmere", story=about.id, cause=None)
    for timer in (row, None):
        setting = Work(council="northmere", person=None, caller=None, timers={("name", about.id): timer})
        async with crowd.as_role(LEDGER_OF, role) as connection:
            sql, arguments = statement([setting])
            refuse(await plans.planned(connection, sql, *arguments), f"a timer as {role}")


def work(row: type[SQLModel], what: str) -> Work:
    """A work that writes one row."""
    table = table_of(row)
    values: dict[str, Any] = dict.fromkeys(column.name for column in table.columns)
    key = tuple(column.name for column in table.primary_key.columns)
    found: Any = {"changes": {key: values}, "puts": {key: row.model_construct(**values)}, "removals": [values]}[what]
    made = Work(council="northmere", person=None, caller=None)
    getattr(made, what)[table] = found
    return made
