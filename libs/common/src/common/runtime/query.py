"""Reads as named constants: written once with SQLModel, compiled once, run by the driver, listed for EXPLAIN."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar, overload
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, any_, false, func, literal_column, select, true
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlmodel import SQLModel, col
from sqlmodel.sql.expression import SelectOfScalar

from common.runtime.sealed import SealedColumn, sealed_in
from common.runtime.tables import as_read

REMEMBERED_SECONDS = 1.0
MOST_REMEMBERED = 5000
_DIALECT = PGDialect_asyncpg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]  # it has no types
T = TypeVar("T")
V = TypeVar("V")

ME = "me"
EVERY_ID: ColumnElement[UUID] = literal_column("whose.id", Uuid())
"""In a read `whose=`: each id of that person in turn, for their records may have been joined."""


def mine(column: Any) -> ColumnElement[bool]:
    """Whether a row is of the resident who asks, under whichever of their ids. Of anybody else's it is not."""
    return _among(column, func.onedoor.persons())


def of_person(column: Any, person: Any) -> ColumnElement[bool]:
    """Whether a row is of this person, under whichever of their ids."""
    return _among(column, func.onedoor.ids_of(person))


def last_of(column: Any) -> ColumnElement[UUID]:
    """The id of a person that all of theirs lead to."""
    return select(func.onedoor.last_of(col(column))).correlate_except(None).scalar_subquery()


def there_is(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there is a row of another table, asked of each row of the read around it.

    Made a join, how many there are in the one table would decide how rows of the other are found.
    """
    return func.coalesce(select(true()).where(*where).limit(1).scalar_subquery(), false())


def _among(column: Any, ids: Any) -> ColumnElement[bool]:
    return col(column) == any_(func.array(select(ids).correlate_except(None).scalar_subquery(), type_=ARRAY(Uuid)))


class Query(Generic[T]):
    """One read. Its parameters are the `bindparam`s of the statement, given by name."""

    def __init__(
        self, statement: Select[Any], build: Callable[[Mapping[str, Any]], T], *, whose: str | None = None
    ) -> None:
        self.statement = statement
        self.build = build
        self.whose = whose
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
        return self._of_every_id(str(self._compiled)) if self.whose else str(self._compiled)

    def _of_every_id(self, one: str) -> str:
        """The same list, read for each id by itself, by its index; and put together again in its order."""
        ids = "onedoor.persons()" if self.whose == ME else f"onedoor.ids_of(${len(self._names)})"
        order = ", ".join(_of_found(clause) for clause in self.statement._order_by_clauses)
        limit = re.search(r"LIMIT \S+$", one)
        rest = (f" ORDER BY {order}" if order else "") + (f" {limit[0]}" if limit else "")
        return f"SELECT found.* FROM {ids} AS whose (id) CROSS JOIN LATERAL ({one}) AS found{rest}"  # noqa: S608 - our own names

    @cached_property
    def _names(self) -> list[str]:
        names = list(self._compiled.positiontup or [])
        return names if self.whose in (None, ME) else [*names, self.whose]

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
        """The same read for many callers in one statement; None where it cannot be: of an array, or of every id.

        It is given one array a parameter, then the fixed ones. The first column, "ordinal", says from 1 whose row it is.
        """
        if self.whose:
            return None
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
def query(statement: SelectOfScalar[T], *, whose: str | None = None) -> Query[T]: ...
@overload
def query(statement: Any, into: Callable[..., V], *, whose: str | None = None) -> Query[V]: ...
def query(statement: Any, into: Callable[..., Any] | None = None, *, whose: str | None = None) -> Query[Any]:
    """Name a read. Of one table: rows of it. Of columns: `into` is called with them by name. Of one column: its value.

    `whose` makes it a list of all that is kept of one person, who may have several ids: EVERY_ID stands for each. It is ME,
    the resident who asks, or the name of the parameter with an id of the person.
    """
    if into is not None:
        make = into
        return Query(statement, lambda record: make(**record), whose=whose)
    entity = statement.column_descriptions[0]["type"]
    if isinstance(entity, type) and issubclass(entity, SQLModel):
        return Query(statement, lambda record: as_read(entity, record), whose=whose)
    return Query(statement, lambda record: next(iter(record.values())), whose=whose)


def _of_found(clause: Any) -> str:
    """A clause of an order, by the name that its column has among what was found."""
    column = getattr(clause, "element", clause)
    return f'found."{column.name}"' + (" DESC" if clause is not column else "")
