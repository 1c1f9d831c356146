"""Reading the local span stores: the spans of a story, following links and correlation ids from trace to trace."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onedoor.refusals import CannotDo

MOST_TRACES = 200
_COLUMNS = """trace_id, span_id, parent_id, service, name, started, ended, failed, links, correlation_id,
json_extract(attributes, '$."onedoor.consumer"') AS consumer"""
_DIRECTLY = "SELECT DISTINCT trace_id FROM span WHERE trace_id = ? OR correlation_id = ? OR reference = ?"
_LINKING = """
SELECT DISTINCT trace_id FROM span, json_each(span.links) AS link
WHERE span.links <> '[]' AND span.started >= ? AND json_extract(link.value, '$[0]') IN ({})
"""


@dataclass(frozen=True)
class Span:
    """One piece of work of one service. Times are nanoseconds since 1970; `links` are ids of other traces."""

    trace_id: str
    span_id: str
    parent_id: str | None
    service: str
    name: str
    started: int
    ended: int
    failed: bool
    links: tuple[str, ...] = ()
    correlation_id: str | None = None
    consumer: str | None = None

    @property
    def milliseconds(self) -> float:
        return (self.ended - self.started) / 1e6


class Stores:
    """All services' span stores under one folder, read only."""

    def __init__(self, folder: Path) -> None:
        self.files = sorted(folder.glob("*.db"))

    def first(self, *, trace_id: str = "", correlation_id: str = "", reference: str = "") -> set[str]:
        """The traces that carry one of these directly."""
        return self._traces(_DIRECTLY, [trace_id, correlation_id, reference])

    def story(self, traces: set[str]) -> list[Span]:
        """Every span of these traces and of all that are linked to them or share a correlation id, at most MOST_TRACES."""
        found: dict[str, Span] = {}
        known: set[str] = set()
        todo = traces
        while todo and len(known) < MOST_TRACES:
            known |= todo
            spans = self._of_traces(todo)
            found.update({span.span_id: span for span in spans})
            todo = self._beside(spans, todo) - known
        return sorted(found.values(), key=lambda span: span.started)

    def _of_traces(self, traces: set[str]) -> list[Span]:
        statement = f"SELECT {_COLUMNS} FROM span WHERE trace_id IN ({_marks(traces)})"  # noqa: S608 - question marks
        return [_span(row) for row in self._rows(statement, traces)]

    def _beside(self, spans: list[Span], traces: set[str]) -> set[str]:
        """Traces one step away: linked from here, linking to here, of the same story."""
        linked = {link for span in spans for link in span.links}
        stories = {span.correlation_id for span in spans if span.correlation_id}
        same = f"SELECT DISTINCT trace_id FROM span WHERE correlation_id IN ({_marks(stories)})"  # noqa: S608 - question marks
        earliest = min((span.started for span in spans), default=0)
        linking = self._traces(_LINKING.format(_marks(traces)), [earliest, *traces])
        return linked | linking | self._traces(same, stories)

    def _traces(self, statement: str, values: Iterable[str | int]) -> set[str]:
        return {row["trace_id"] for row in self._rows(statement, values)}

    def _rows(self, statement: str, values: Iterable[str | int]) -> Iterator[dict[str, Any]]:
        given = list(values)
        for file in self.files:
            try:
                with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as store:
                    store.row_factory = _by_name
                    yield from store.execute(statement, given).fetchall()
            except sqlite3.Error as fault:
                raise CannotDo(f"cannot read the spans in {file}: {fault}") from None


def _marks(values: set[str]) -> str:
    return ",".join("?" * len(values))


def _by_name(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> dict[str, Any]:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


def _span(row: dict[str, Any]) -> Span:
    linked = tuple(trace for trace, _ in json.loads(row["links"]))
    return Span(**{**row, "failed": bool(row["failed"]), "links": linked})
