"""Reads as named constants: written once with SQLModel, compiled once, run by the driver, listed for EXPLAIN."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar, overload

from sqlalchemy import Select
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlmodel import SQLModel
from sqlmodel.sql.expression import SelectOfScalar

REMEMBERED_SECONDS = 1.0
MOST_REMEMBERED = 5000
T = TypeVar("T")
V = TypeVar("V")


class Query(Generic[T]):
    """One read. Its parameters are the `bindparam`s of the statement, given by name."""

    def __init__(self, statement: Select[Any], build: Callable[[Mapping[str, Any]], T]) -> None:
        self.statement = statement
        self.build = build
        self._sql: str | None = None
        self._names: list[str] = []
        self._fixed: dict[str, Any] = {}
        self._remembered: dict[tuple[Any, ...], tuple[float, Any]] = {}

    @property
    def sql(self) -> str:
        """The statement as PostgreSQL gets it, parameters as `$1`, `$2` …"""
        if self._sql is None:
            compiled = self.statement.compile(dialect=PGDialect_asyncpg(paramstyle="numeric_dollar"))  # type: ignore[no-untyped-call]
            self._names = list(compiled.positiontup or [])
            self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
            self._sql = str(compiled)
            if "POSTCOMPILE" in self._sql:
                raise TypeError("a named read has one text: write `= any_(array)`, or text(), instead of in_(list)")
        return self._sql

    def remembered(self, given: Mapping[str, Any]) -> Any:
        """What was made of this read a moment ago; None where nothing was."""
        until, made = self._remembered.get(tuple(given.values()), (0.0, None))
        return made if until > time.monotonic() else None

    def remember(self, given: Mapping[str, Any], made: Any) -> None:
        if len(self._remembered) > MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[tuple(given.values())] = (time.monotonic() + REMEMBERED_SECONDS, made)

    def arguments(self, given: Mapping[str, Any]) -> list[Any]:
        """The parameters in the statement's order. A parameter that is missing raises KeyError."""
        known = {**self._fixed, **given} if self.sql else {}
        return [known[name] for name in self._names]


@overload
def query(statement: SelectOfScalar[T]) -> Query[T]: ...
@overload
def query(statement: Any, into: Callable[..., V]) -> Query[V]: ...
def query(statement: Any, into: Callable[..., Any] | None = None) -> Query[Any]:
    """Name a read. Of one table: rows of it. Of columns: `into` is called with them by name. Of one column: its value."""
    if into is not None:
        make = into
        return Query(statement, lambda record: make(**record))
    entity = statement.column_descriptions[0]["type"]
    if isinstance(entity, type) and issubclass(entity, SQLModel):
        construct = entity.model_construct
        return Query(statement, lambda record: construct(**record))
    return Query(statement, lambda record: next(iter(record.values())))
