"""What one request or message wants written."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlmodel import SQLModel

Values = dict[str, Any]
Key = tuple[Any, ...]  # a row's primary key


@dataclass(slots=True)
class Work:
    """Buffered writes of one transaction. `inserts`, `puts`, `changes`, `removals` and `guards` are keyed by table.

    `guards` are the versions at which home rows of aggregates were read that this changes or takes away: it is written only
    while they are at them.
    """

    council: str | None
    person: UUID | None
    caller: str | None
    partner: str | None = None
    officers: Set[str] = frozenset()  # as whom its reads were shown what not every officer sees
    inserts: dict[Table, list[SQLModel]] = field(default_factory=dict)
    puts: dict[Table, dict[Key, SQLModel]] = field(default_factory=dict)
    changes: dict[Table, dict[Key, Values]] = field(default_factory=dict)
    removals: dict[Table, list[Values]] = field(default_factory=dict)
    guards: dict[Table, dict[Key, int]] = field(default_factory=dict)
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
        for part in (self.inserts, self.puts, self.changes, self.removals, self.guards):
            part.clear()
        self.said = []
        self.answer = None
        self.marks = []
        self.met = []
        self.timers = {}
        self.keys = []
        self.erased = []

    def take(self, other: Work) -> None:
        """What `other` wrote goes with this, as if it came after. Of what both say of one row, or one column, the later stays:
        all is one statement, the parts of which see nothing of each other.
        """
        for table, gone in other.removals.items():
            self._forget(table, {key_of(table, row) for row in gone})
            self.removals.setdefault(table, []).extend(gone)
        for table, rows in other.inserts.items():
            self._add(table, rows)
        for table, put in other.puts.items():
            self._bring_back(table, put.keys())
            self.puts.setdefault(table, {}).update(put)
        for table, changes in other.changes.items():
            kept = self.changes.setdefault(table, {})
            for key, values in changes.items():
                kept.setdefault(key, {}).update(values)
        for table, guards in other.guards.items():
            self.guards[table] = guards | self.guards.get(table, {})
        self.said.extend(other.said)
        self.timers.update(other.timers)
        self.erased.extend(other.erased)

    def _forget(self, table: Table, keys: Set[Key]) -> None:
        """Write nothing of rows that are taken away now."""
        if rows := self.inserts.get(table):
            self.inserts[table] = [row for row in rows if key_of(table, values_of(row)) not in keys]
        for part in (self.puts, self.changes, self.guards):
            for key in keys & part.get(table, {}).keys():
                del part[table][key]

    def _add(self, table: Table, rows: list[SQLModel]) -> None:
        """New rows; where one was to be taken away, the new one stands in its place."""
        gone = {key_of(table, row) for row in self.removals.get(table, ())}
        for row in rows:
            if gone and (key := key_of(table, values_of(row))) in gone:
                self._bring_back(table, {key})
                self.puts.setdefault(table, {})[key] = row
            else:
                self.inserts.setdefault(table, []).append(row)

    def _bring_back(self, table: Table, keys: Set[Key]) -> None:
        if gone := self.removals.get(table):
            self.removals[table] = [row for row in gone if key_of(table, row) not in keys]
            for key in keys & self.guards.get(table, {}).keys():
                del self.guards[table][key]

    def touches(self) -> set[tuple[str, Any]]:
        """What only one work of a batch may move: aggregates, rows that were there, timers, its caller's idempotency key."""
        moved = self.rows() | {(row["aggregate"], row["aggregate_id"]) for row in self.said}
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


def key_of(table: Table, values: Values) -> Key:
    """A row's primary key."""
    return tuple(values[column.name] for column in table.primary_key.columns)
