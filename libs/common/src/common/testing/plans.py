"""How PostgreSQL runs a statement, and what is wrong with that: for tests of plans, on tables that `filling` has filled."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from common.runtime import people
from common.runtime.pages import MOST
from common.runtime.query import Query
from common.runtime.service import Service

WIDEST = 5 * MOST  # rows that one scan may read for one answer, those it throws away included
Plan = Mapping[str, Any]


def named_queries(service: Service) -> dict[str, Query[Any]]:
    """Every read that is named in any module of a service, by `module.NAME`; `module.NAME[key]` in a collection only.

    The gate that the runtime keeps for it reads too: `people.NAME`.
    """
    found: dict[int, tuple[str, Query[Any]]] = {}
    package = importlib.import_module(service.package)
    for module in pkgutil.walk_packages(package.__path__, f"{service.package}."):
        if ".migrations" in module.name:
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            for place, query in _queries_in(f"{module.name.partition('.')[2]}.{name}", value):
                found[id(query)] = min(found.get(id(query), (place, query)), (place, query), key=_plainest)
    runtime = {"people.ACTING": people.ACTING} if service.hears_who_acts else {}
    return dict(sorted(found.values(), key=lambda named: named[0])) | runtime


def _queries_in(place: str, value: Any) -> Iterator[tuple[str, Query[Any]]]:
    if isinstance(value, Query):
        yield place, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _queries_in(f"{place}[{key}]", inner)
    elif isinstance(value, list | tuple | set | frozenset):
        for number, inner in enumerate(value):
            yield from _queries_in(f"{place}[{number}]", inner)


def _plainest(named: tuple[str, Any]) -> tuple[bool, int, str]:
    return "[" in named[0], len(named[0]), named[0]


def parameters(query: Query[Any]) -> dict[str, Any]:
    """A read's parameters in their order, with the values that are fixed in the statement; the others are None."""
    assert query.sql
    return {name: query._fixed.get(name) for name in query._names}


async def kinds(connection: Any, sql: str) -> list[str]:
    """The types of a statement's parameters, as PostgreSQL understands them."""
    prepared = await connection.prepare(sql)
    return [kind.name for kind in prepared.get_parameters()]


async def ran(connection: Any, sql: str, *arguments: Any) -> Plan:
    """How a statement was run with these arguments: it is run, so the caller rolls it back."""
    return _top(await connection.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF, BUFFERS OFF) {sql}", *arguments))


async def planned(connection: Any, sql: str, *arguments: Any) -> Plan:
    """How a statement would be run with these arguments."""
    return _top(await connection.fetchval(f"EXPLAIN (FORMAT JSON) {sql}", *arguments))


async def kept(connection: Any, sql: str, *, parameters: int) -> Plan:
    """The plan that PostgreSQL keeps for whatever the arguments are, as it does once a statement was run often."""
    nothing = f"({', '.join(['NULL'] * parameters)})" if parameters else ""
    await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    await connection.execute(f"PREPARE for_its_plan AS {sql}")
    try:
        return _top(await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE for_its_plan{nothing}"))
    finally:
        await connection.execute("DEALLOCATE for_its_plan")


def _top(explained: Any) -> Plan:
    found = json.loads(explained) if isinstance(explained, str) else explained
    tree: Plan = found[0]["Plan"]
    return tree


def faults(tree: Plan, *, small: Collection[str] = ()) -> Iterator[str]:
    """What must not be in the plan of a hot statement. Tables in `small` may be read, and sorted, whole."""
    for node in nodes(tree):
        kind, table = node["Node Type"], node.get("Relation Name", "")
        if table in small:
            continue
        if kind == "Seq Scan":
            yield f"scans the whole table {table}"
        elif "Index" in kind and "Index Cond" not in node:
            yield f"walks the whole index {node['Index Name']}"
        elif kind in {"Sort", "Incremental Sort"} and (rows := _rows(node["Plans"][0])) > MOST:
            yield f"sorts {rows:.0f} rows by {', '.join(node['Sort Key'])}"
        elif "Scan" in kind and (read := _read(node)) > WIDEST:
            yield f"reads {read:.0f} rows of {table}"


def nodes(tree: Plan) -> Iterator[Plan]:
    """Every node of a plan, from its top."""
    yield tree
    for below in tree.get("Plans", ()):
        yield from nodes(below)


def _rows(node: Plan) -> float:
    return max(float(node["Plan Rows"]), float(node.get("Actual Rows", 0)))


def _read(node: Plan) -> float:
    """Rows that a scan read, all its rounds together; 0 where it was not run."""
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return float(node.get("Actual Loops", 0) * (node.get("Actual Rows", 0) + removed))


def drawn(tree: Plan, depth: int = 0) -> str:
    """A plan as lines for people."""
    about = (
        str(tree[key]) for key in ("Relation Name", "Index Name", "Index Cond", "Sort Key", "Filter") if key in tree
    )
    rows = f"{tree['Plan Rows']} rows planned" + (f", {tree['Actual Rows']:.0f} found" if "Actual Rows" in tree else "")
    line = f"{'  ' * depth}{tree['Node Type']} ({rows}) {' · '.join(about)}"
    return "\n".join([line, *(drawn(below, depth + 1) for below in tree.get("Plans", ()))])
