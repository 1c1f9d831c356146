"""How PostgreSQL would run a statement, and what is wrong with that: what a test of plans looks at. Nothing is run."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from common.runtime.query import Query
from common.runtime.service import Service

SEQUENTIAL = "reads a whole table"
UNBOUNDED = "reads a whole index"
SORTED = "sorts"


def named_queries(service: Service) -> dict[str, Query[Any]]:
    """Every read that is named in any module of a service, by `module.NAME`; `module.NAME[key]` in a collection only."""
    found: dict[int, tuple[str, Query[Any]]] = {}
    package = importlib.import_module(service.package)
    for module in pkgutil.walk_packages(package.__path__, f"{service.package}."):
        if ".migrations" in module.name:
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            for place, query in _queries_in(f"{module.name.partition('.')[2]}.{name}", value):
                found[id(query)] = min(found.get(id(query), (place, query)), (place, query), key=_plainest)
    return {place: query for place, query in sorted(found.values())}


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


async def plan(connection: Any, sql: str, *arguments: Any) -> dict[str, Any]:
    """The plan of a statement with these arguments, as `connection`'s role."""
    found = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {sql}", *arguments)
    tree: dict[str, Any] = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return tree


def faults(tree: Mapping[str, Any], *, small: Collection[str] = ()) -> Iterator[str]:
    """What must not be in the plan of a hot statement; tables named in `small` may be read whole."""
    for node in nodes(tree):
        kind, table = node["Node Type"], node.get("Relation Name", "")
        if kind == "Seq Scan" and table not in small:
            yield f"{SEQUENTIAL}: {table}"
        elif "Index" in kind and "Scan" in kind and "Index Cond" not in node and table not in small:
            yield f"{UNBOUNDED}: {node['Index Name']} of {table}"
        elif kind in {"Sort", "Incremental Sort"}:
            yield f"{SORTED} by {', '.join(node['Sort Key'])}"


def nodes(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every node of a plan, from its top."""
    yield tree
    for below in tree.get("Plans", ()):
        yield from nodes(below)


def drawn(tree: Mapping[str, Any], depth: int = 0) -> str:
    """A plan as lines for people."""
    about = [
        str(tree[key]) for key in ("Relation Name", "Index Name", "Index Cond", "Sort Key", "Filter") if key in tree
    ]
    line = f"{'  ' * depth}{tree['Node Type']} {' · '.join(about)} (rows {tree['Plan Rows']})"
    return "\n".join([line, *(drawn(below, depth + 1) for below in tree.get("Plans", ()))])
