"""The one statement that writes what many requests or messages want written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Table

from common.runtime.store import ledger
from common.runtime.store.work import Key, Values, Work, key_of, values_of


def statement(works: Sequence[Work]) -> tuple[str, list[str]]:
    """One statement that writes all of `works`, and its JSON arguments.

    It returns one row, for `Written`.
    """
    parts: list[str] = []
    arguments: list[str] = []

    def add(template: str, rows: Iterable[Values], *, table: str) -> None:
        arguments.append(orjson.dumps(list(rows), default=str).decode())  # the driver has a UUID of its own
        parts.append(template.format(n=len(arguments), table=table))

    _said(works, add)
    _answers(works, add)
    _rows(works, add)
    _marks(works, add)
    _keys(works, add)
    _erased(works, add)
    _timers(works, add)
    heads = ", ".join(f"{_name(part, i)} AS ({part})" for i, part in enumerate(parts))
    backs = (_said_back(works), _answers_back(works), _met_back(works), _guarded_back(parts))
    return f"WITH {heads} SELECT {', '.join(backs)}", arguments


@dataclass(slots=True)
class Written:
    """What the statement gave back: the ids of the events that were said, the "caller key" pairs that were new, how many
    aggregates were met for the first time, and the guarded rows, as "table id", that were as they had been read.

    What is missing there met a conflict: somebody else was first.
    """

    said: Sequence[Any] | None
    answered: Sequence[str] | None
    met: int | None
    guarded: Sequence[str] | None

    def whole(self, work: Work) -> bool:
        """Whether all of `work` was written; but for what it met, of which only the number is known."""
        said, answered, guarded = set(self.said or ()), set(self.answered or ()), set(self.guarded or ())
        key = f"{work.answer['caller']} {work.answer['key']}" if work.answer else None
        return (
            all(row["id"] in said for row in work.said)
            and (key is None or key in answered)
            and all(f"{table.name} {id}" in guarded for table, rows in work.guards.items() for (id,) in rows)
        )


_TO_SAY = "id, aggregate_id, aggregate, version"
_READ_AT = "read at"  # beside the columns of a guarded row: the version it was read at
_FROM = "FROM json_populate_recordset(NULL::{table}, ${n}::json) new"
_FROM_GUARDED = (
    "FROM ROWS FROM (json_populate_recordset(NULL::{table}, ${n}::json), "
    f'json_to_recordset(${{n}}::json) AS ("{_READ_AT}" int)) new'
)


def _name(part: str, ordinal: int) -> str:
    for marker, name in (
        ("INTO onedoor.said", "said"),
        ("INTO onedoor.answer", "answered"),
        ("INTO onedoor.mark", "met"),
        ("onedoor.timer old", "unset"),
    ):
        if marker in part:
            return name
    return f"guarded_{ordinal}" if "AS guarded" in part else f"part_{ordinal}"


def _said_back(works: Sequence[Work]) -> str:
    return "(SELECT array_agg(id) FROM said)" if any(w.said for w in works) else "NULL"


def _answers_back(works: Sequence[Work]) -> str:
    return "(SELECT array_agg(caller || ' ' || key) FROM answered)" if any(w.answer for w in works) else "NULL"


def _met_back(works: Sequence[Work]) -> str:
    return "(SELECT count(*) FROM met)" if any(w.met for w in works) else "NULL"


def _guarded_back(parts: Sequence[str]) -> str:
    names = [name for i, part in enumerate(parts) if (name := _name(part, i)).startswith("guarded")]
    rows = " UNION ALL ".join(f"TABLE {name}" for name in names)
    return f"(SELECT array_agg(guarded) FROM ({rows}) kept)" if rows else "NULL"  # noqa: S608 - names of our own parts


def _said(works: Sequence[Work], add: Any) -> None:
    events = [row for work in works for row in work.said]
    if not events:
        return
    columns = ", ".join(events[0])
    add(
        f"INSERT INTO onedoor.said ({columns}) SELECT {columns} {_FROM} ON CONFLICT DO NOTHING RETURNING id",
        events,
        table="onedoor.said",
    )
    add(
        f"INSERT INTO onedoor.to_say ({_TO_SAY}) SELECT {_TO_SAY} {_FROM}",
        ({name: row[name] for name in ("id", "aggregate_id", "aggregate", "version")} for row in events),
        table="onedoor.to_say",
    )


def _answers(works: Sequence[Work], add: Any) -> None:
    answers = [work.answer for work in works if work.answer]
    if answers:
        columns = ", ".join(answers[0])
        add(
            f"INSERT INTO onedoor.answer ({columns}) SELECT {columns} {_FROM} "
            "ON CONFLICT DO NOTHING RETURNING caller, key",
            answers,
            table="onedoor.answer",
        )


def _rows(works: Sequence[Work], add: Any) -> None:
    for table, rows in _grouped((t, r) for w in works for t, rs in w.inserts.items() for r in map(values_of, rs)):
        add(f"INSERT INTO {{table}} ({_list(rows[0])}) SELECT {_list(rows[0])} {_FROM}", rows, table=_quoted(table))
    for table, rows in _grouped((t, r) for w in works for t, rs in w.puts.items() for r in map(values_of, rs.values())):
        add(_put(table, rows[0]), rows, table=_quoted(table))
    for table, rows in _grouped(
        (t, r | _guard(w, t, key)) for w in works for t, rs in w.changes.items() for key, r in rs.items()
    ):
        add(_change(table, rows[0]), rows, table=_quoted(table))
    for table, rows in _grouped((t, _gone(w, t, r)) for w in works for t, rs in w.removals.items() for r in rs):
        add(_remove(table, guarded=_READ_AT in rows[0]), rows, table=_quoted(table))


def _guard(work: Work, table: Table, key: Key) -> Values:
    version = work.guards.get(table, {}).get(key)
    return {} if version is None else {_READ_AT: version}


def _gone(work: Work, table: Table, row: Values) -> Values:
    """Of a row that is taken away, what it is found by."""
    keys = {column.name for column in table.primary_key.columns}
    found_by = {name: value for name, value in row.items() if name in keys}
    return found_by | _guard(work, table, key_of(table, row))


def _marks(works: Sequence[Work], add: Any) -> None:
    moved = [row for work in works for row in work.marks]
    if moved:
        add(_change(ledger.mark, moved[0]), moved, table="onedoor.mark")
    met = [row for work in works for row in work.met]
    if met:
        columns = ", ".join(met[0])
        add(
            f"INSERT INTO onedoor.mark ({columns}) SELECT {columns} {_FROM} ON CONFLICT DO NOTHING RETURNING 1",
            met,
            table="onedoor.mark",
        )


def _keys(works: Sequence[Work], add: Any) -> None:
    if made := [row for work in works for row in work.keys]:
        columns = ", ".join(f'"{name}"' for name in made[0])
        there_already = "ON CONFLICT DO NOTHING"  # its owner was told before it is kept here, and may have answered
        insert = f"INSERT INTO {{table}} ({columns}) SELECT {columns} {_FROM} {there_already}"
        add(insert, made, table="onedoor.granted_key")


def _erased(works: Sequence[Work], add: Any) -> None:
    if erased := [row for work in works for row in work.erased]:
        add(
            f"INSERT INTO {{table}} (person_id) SELECT person_id {_FROM} ON CONFLICT DO NOTHING",
            erased,
            table="onedoor.erased",
        )


def _timers(works: Sequence[Work], add: Any) -> None:
    """Timers are taken away, then set: whoever sets one need not be allowed to read it. They come last, behind what is said."""
    timers = {key: row for work in works for key, row in work.timers.items()}
    if not timers:
        return
    named = [{"name": name, "aggregate_id": about} for name, about in sorted(timers)]
    add(f"{_remove(ledger.timer)} RETURNING 1", named, table="onedoor.timer")
    if rows := [row for row in timers.values() if row]:
        columns = ", ".join(rows[0])
        add(
            f"INSERT INTO {{table}} ({columns}) SELECT {columns} {_FROM} WHERE (SELECT count(*) FROM unset) >= 0 "  # noqa: S608
            "ON CONFLICT DO NOTHING",  # somebody else set it at this very moment
            rows,
            table="onedoor.timer",
        )


def _put(table: Table, example: Values) -> str:
    keys = [c.name for c in table.primary_key.columns]
    others = [name for name in example if name not in keys]
    sets = ", ".join(f'"{name}" = excluded."{name}"' for name in others)
    then = f"DO UPDATE SET {sets}" if others else "DO NOTHING"
    return (
        f"INSERT INTO {{table}} ({_list(example)}) SELECT {_list(example)} {_FROM} ON CONFLICT ({_list(keys)}) {then}"
    )


def _change(table: Table, example: Values) -> str:
    keys = [c.name for c in table.primary_key.columns]
    sets = ", ".join(f'"{name}" = new."{name}"' for name in example if name not in (*keys, _READ_AT))
    guarded = _READ_AT in example
    return f"UPDATE {{table}} old SET {sets} {_FROM_GUARDED if guarded else _FROM} {_where(table, guarded=guarded)}"  # noqa: S608 - names of our own tables


def _remove(table: Table, *, guarded: bool = False) -> str:
    using = (_FROM_GUARDED if guarded else _FROM).replace("FROM", "USING", 1)
    return f"DELETE FROM {{table}} old {using} {_where(table, guarded=guarded)}"  # noqa: S608 - names of our own tables


def _where(table: Table, *, guarded: bool) -> str:
    """By its key; a guarded row only as it was read, and then it is given back."""
    match = " AND ".join(f'old."{c.name}" = new."{c.name}"' for c in table.primary_key.columns)
    as_read = f""" AND old.version = new."{_READ_AT}" RETURNING '{table.name} ' || old.id AS guarded"""
    return f"WHERE {match}{as_read if guarded else ''}"


def _grouped(rows: Iterable[tuple[Table, Values]]) -> list[tuple[Table, list[Values]]]:
    """Rows of one table with the same columns together, in an order that keeps statements few and preparable."""
    groups: dict[tuple[str, tuple[str, ...]], tuple[Table, list[Values]]] = {}
    for table, values in rows:
        groups.setdefault((table.name, tuple(sorted(values))), (table, []))[1].append(values)
    return [groups[key] for key in sorted(groups)]


def _list(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _quoted(table: Table) -> str:
    return f'"{table.schema}"."{table.name}"' if table.schema else f'"{table.name}"'
