"""Which columns and fields of events are sealed, and how a value looks that this reader has no key for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel
from sqlalchemy import Column, Table
from sqlalchemy.dialects.postgresql import JSONB

from common.contracts.base import Event
from common.contracts.keys import Sealed

INFO = "sealed"
FORM = "v1"  # what a sealed value begins with
ERASED = {"erased": True}
"""What is shown of a value whose person was erased."""


@dataclass(frozen=True, slots=True)
class Blind:
    """Marks a column that holds a keyed digest; `home` is its table and column."""

    home: str


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A sealed column, under the names that it and what it is sealed by have in a row. `text`: kept as text, not as JSON."""

    name: str
    mark: Sealed
    text: bool
    names: Mapping[str, str]

    def beside(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """What is beside it in a row, by the names of the mark."""
        return {name: row[found] for name, found in self.names.items()}


@cache
def sealed_columns(table: Table) -> tuple[SealedColumn, ...]:
    """The sealed columns of a table."""
    return tuple(_column(column, {name: name for name in mark.beside}) for column, mark in _marked(table))


def sealed_in(statement: Any) -> tuple[SealedColumn, ...]:
    """The sealed columns that a read gives. One that is read without what it is sealed by is a mistake, told at once."""
    chosen: dict[tuple[str, str], str] = {}
    marked: list[tuple[Any, str]] = []
    for column in getattr(statement, "selected_columns", ()):
        base = getattr(column, "element", column)
        if isinstance(base, Column):
            chosen[base.table.name, base.name] = column.name
            if isinstance(base.info.get(INFO), Sealed):
                marked.append((base, column.name))
    found = []
    for base, name in marked:
        mark: Sealed = base.info[INFO]
        lacking = [each for each in mark.beside if (base.table.name, each) not in chosen]
        if lacking:
            raise TypeError(f"{base.table.name}.{base.name} is sealed: read {', '.join(lacking)} with it")
        names = {each: chosen[base.table.name, each] for each in mark.beside}
        found.append(SealedColumn(name, mark, not isinstance(base.type, JSONB), names))
    return tuple(found)


@cache
def blind_columns(table: Table) -> Mapping[str, Blind]:
    """The columns of a table that hold digests, by name."""
    return {column.name: mark for column in table.columns if isinstance(mark := column.info.get(INFO), Blind)}


Path = tuple[str, ...]


@cache
def sealed_fields(event: type[Event]) -> tuple[tuple[Path, Sealed], ...]:
    """The sealed fields of an event, and the way to each through what holds it; lists are passed through."""
    return tuple(_fields(event, ()))


def holders(data: Any, path: Path) -> Iterator[dict[str, Any]]:
    """The documents in which the last name of a path is found; of what was erased, none."""
    if data == ERASED:
        return
    if isinstance(data, list):
        for each in data:
            yield from holders(each, path)
    elif len(path) == 1:
        yield data
    elif data is not None:
        yield from holders(data[path[0]], path[1:])


def _fields(model: type[BaseModel], way: Path) -> Iterator[tuple[Path, Sealed]]:
    for name, field in model.model_fields.items():
        for mark in field.metadata:
            if isinstance(mark, Sealed):
                yield (*way, name), mark
        for inner in _models(field.annotation):
            yield from _fields(inner, (*way, name))


def _models(shape: Any) -> Iterator[type[BaseModel]]:
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        yield shape
    for part in get_args(shape):
        yield from _models(part)


def _marked(table: Table) -> Iterator[tuple[Any, Sealed]]:
    for column in table.columns:
        if isinstance(mark := column.info.get(INFO), Sealed):
            yield column, mark


def _column(column: Any, names: Mapping[str, str]) -> SealedColumn:
    return SealedColumn(column.name, column.info[INFO], not isinstance(column.type, JSONB), names)


def token_of(kept: Any) -> str | None:
    """What is sealed in `kept`: a document `{"sealed": token}`, or the token as a text; None where nothing is."""
    token = kept.get("sealed") if isinstance(kept, dict) and len(kept) == 1 else kept
    return token if isinstance(token, str) and token.startswith(f"{FORM}.") else None


def is_unreadable(value: Any) -> bool:
    """Whether a sealed value could not be opened here: there is no key for it, or its person was erased."""
    return isinstance(value, dict) and (value == ERASED or token_of(value) is not None)
