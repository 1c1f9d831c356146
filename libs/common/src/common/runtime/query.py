"""Reads as named constants: written once with SQLModel, compiled once, run by the driver, listed for EXPLAIN."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar, overload

from sqlalchemy import ARRAY, Select
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlmodel import SQLModel
from sqlmodel.sql.expression import SelectOfScalar

from common.runtime.sealed import SealedColumn, sealed_in
from common.runtime.tables import as_read

REMEMBERED_SECONDS = 1.0
MOST_REMEMBERED = 5000
_DIALECT = PGDialect_asyncpg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
T = TypeVar("T")
V = TypeVar("V")


class Query(Generic[T]):
    """One read. Its parameters are the `bindparam`s of the statement, given by name."""

    def __init__(self, statement: Select[Any], build: Callable[[Mapping[str, Any]], T]) -> None:
        self.statement = statement
        self.build = build
        self._remembered: dict[tuple[Any, ...], tuple[float, Any]] = {}

    @cached_property
    def _compiled(self) -> Any:
        compiled = self.statement.compile(dialect=_DIALECT)
        if "POSTCOMPILE" in str(compiled):
            raise TypeError("a named read has one text: write `= any_(array)`, or text(), instead of in_(list)")
        return compiled

    @cached_property
    def sql(self) -> str:
        """The statement as PostgreSQL gets it, parameters as `$1`, `$2` …"""
        return str(self._compiled)

    @cached_property
    def _names(self) -> list[str]:
        return list(self._compiled.positiontup or [])

    @cached_property
    def _fixed(self) -> dict[str, Any]:
        return {name: value for name, value in self._compiled.params.items() if value is not None}

    @cached_property
    def sealed(self) -> tuple[SealedColumn, ...]:
        """The columns of its rows that are sealed."""
        return sealed_in(self.statement)

    @cached_property
    def given(self) -> list[str]:
        """The names of what a caller gives, each once."""
        return [name for name in dict.fromkeys(self._names) if name not in self._fixed]

    @cached_property
    def for_many(self) -> str | None:
        """The same read for many callers in one statement; None where an array is given, for arrays of arrays it cannot be.

        It is given one array a parameter, then the fixed ones. The first column, "ordinal", says from 1 whose row it is.
        """
        types = {name: self._compiled.binds[name].type for name in self.given}
        if any(isinstance(kind, ARRAY) for kind in types.values()):
            return None
        order = [*self.given, *(name for name in self._names if name in self._fixed)]
        arrays = ", ".join(f"${n}::{types[name].compile(_DIALECT)}[]" for n, name in enumerate(self.given, 1))
        columns = ", ".join(f'"{name}"' for name in self.given)

        def place(number: re.Match[str]) -> str:
            name = self._names[int(number[1]) - 1]
            return f'asked."{name}"' if name in types else f"${order.index(name) + 1}"

        one = re.sub(r"\$(\d+)", place, self.sql)
        asked = f'unnest({arrays}) WITH ORDINALITY AS asked ({columns}, "ordinal")'
        return f'SELECT asked."ordinal", found.* FROM {asked} CROSS JOIN LATERAL ({one}) AS found'  # noqa: S608 - our own names

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
        known = {**self._fixed, **given}
        return [known[name] for name in self._names]

    def arguments_for_many(self, asked: Sequence[Mapping[str, Any]]) -> list[Any]:
        """The parameters of `for_many`."""
        fixed = [self._fixed[name] for name in self._names if name in self._fixed]
        return [*([given[name] for given in asked] for name in self.given), *fixed]


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
        return Query(statement, lambda record: as_read(entity, record))
    return Query(statement, lambda record: next(iter(record.values())))
