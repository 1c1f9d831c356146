"""What one request or message wants written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlmodel import SQLModel

Values = dict[str, Any]


@dataclass(slots=True)
class Work:
    """Buffered writes of one transaction. `inserts`, `puts`, `changes` and `removals` are keyed by table."""

    council: str | None
    person: UUID | None
    caller: str | None
    partner: str | None = None
    inserts: dict[Table, list[SQLModel]] = field(default_factory=dict)
    puts: dict[Table, dict[tuple[Any, ...], SQLModel]] = field(default_factory=dict)
    changes: dict[Table, dict[tuple[Any, ...], Values]] = field(default_factory=dict)
    removals: dict[Table, list[Values]] = field(default_factory=dict)
    said: list[Values] = field(default_factory=list)
    answer: Values | None = None
    marks: list[Values] = field(default_factory=list)
    met: list[Values] = field(default_factory=list)
    timers: dict[tuple[str, UUID], Values | None] = field(default_factory=dict)  # by name and aggregate; None forgets
    keys: list[Values] = field(default_factory=list)  # made for what is sealed in this very work
    erased: list[Values] = field(default_factory=list)  # people whose keys are to be destroyed

    def empty(self) -> bool:
        return not (
            self.inserts
            or self.puts
            or self.changes
            or self.removals
            or self.said
            or self.answer
            or self.marks
            or self.met
            or self.timers
            or self.erased
        )

    def clear(self) -> None:
        """Forget what was written."""
        for part in (self.inserts, self.puts, self.changes, self.removals):
            part.clear()
        self.said = []
        self.answer = None
        self.marks = []
        self.met = []
        self.timers = {}
        self.keys = []
        self.erased = []

    def take(self, other: Work) -> None:
        """What `other` wrote goes with this. Of two rows put under one key, or two changes of one column, the later stays."""
        for table, rows in other.inserts.items():
            self.inserts.setdefault(table, []).extend(rows)
        for table, put in other.puts.items():
            self.puts.setdefault(table, {}).update(put)
        for table, changes in other.changes.items():
            kept = self.changes.setdefault(table, {})
            for key, values in changes.items():
                kept.setdefault(key, {}).update(values)
        for table, gone in other.removals.items():
            self.removals.setdefault(table, []).extend(gone)
        self.said.extend(other.said)
        self.timers.update(other.timers)
        self.erased.extend(other.erased)

    def touches(self) -> set[tuple[str, Any]]:
        """What only one work of a batch may move: aggregates, timers, and its caller's idempotency key."""
        moved: set[tuple[str, Any]] = {(row["aggregate"], row["aggregate_id"]) for row in self.said}
        if self.answer:
            moved.add((self.answer["caller"], self.answer["key"]))
        moved.update(self.timers)
        return moved

    def rows(self) -> set[tuple[str, Any]]:
        """The rows that were there, by table and key, which this changes, puts anew or takes away."""
        kept = {(table.name, key) for part in (self.puts, self.changes) for table, rows in part.items() for key in rows}
        return kept | {(table.name, key_of(table, row)) for table, gone in self.removals.items() for row in gone}


def values_of(row: SQLModel) -> Values:
    """A row's columns as it holds them, without its mapper's state."""
    return {name: value for name, value in row.__dict__.items() if name != "_sa_instance_state"}


def keep(row: SQLModel, **values: Any) -> None:
    """Set columns of a row that was read. Rows are plain here: nothing watches them for changes."""
    row.__dict__.update(values)


def table_of(row: SQLModel | type[SQLModel]) -> Table:
    """The table a row belongs to."""
    table: Table = row.__table__  # type: ignore[union-attr]  # every row class is a table class
    return table


def key_of(table: Table, values: Values) -> tuple[Any, ...]:
    """A row's primary key."""
    return tuple(values[column.name] for column in table.primary_key.columns)
