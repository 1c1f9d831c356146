"""Traces: FastAPI's own server spans and ours, scrubbed to ids, sent to OTLP where told, and to a small local store."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from time import time_ns
from typing import Any

import orjson
from opentelemetry import trace
from opentelemetry.propagate import set_global_textmap
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from common.runtime.watching.spans import Exporter, Recorder, Span

_TABLE = """
CREATE TABLE IF NOT EXISTS span (
    trace_id TEXT, span_id TEXT, parent_id TEXT, service TEXT, name TEXT, kind TEXT, started INTEGER,
    ended INTEGER, failed INTEGER, attributes TEXT, links TEXT, correlation_id TEXT, reference TEXT
);
CREATE INDEX IF NOT EXISTS span_trace ON span (trace_id);
CREATE INDEX IF NOT EXISTS span_story ON span (correlation_id) WHERE correlation_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS span_reference ON span (reference) WHERE reference IS NOT NULL;
"""
KEPT_NANOSECONDS = 14 * 24 * 3600 * 10**9
_ROW = f"({', '.join('?' * 13)})"
MOST_ROWS = 500  # in one statement: SQLite takes 32,766 parameters


# Spans lie in the order they ended, so the oldest are the first: a look at the next few is a look at all.
_FORGET = "DELETE FROM span WHERE rowid < (SELECT min(rowid) + 2000 FROM span) AND started < ?"


def recorder(service: str, *, store: Path | None) -> Recorder:
    """What records one service's spans. `OTEL_EXPORTER_OTLP_ENDPOINT` adds an OTLP exporter; `store` a local file."""
    set_global_textmap(TraceContextTextMapPropagator())  # not baggage: a broken one would be logged whole
    exporters: list[Exporter] = []
    if store is not None:
        exporters.append(LocalStore(store / f"{service}.db", service=service))
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        exporters.append(Otlp(service))
    return Recorder(exporters)


class Otlp:
    """Spans to any OTLP backend, told where by OpenTelemetry's own environment variables."""

    def __init__(self, service: str) -> None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # costs 50 ms where unused

        self.to = OTLPSpanExporter()
        self.resource = Resource.create({"service.name": service})
        self.scope = InstrumentationScope("onedoor")

    def export(self, spans: Sequence[Span]) -> None:
        self.to.export([self._readable(span) for span in spans])

    def shutdown(self) -> None:
        self.to.shutdown()  # type: ignore[no-untyped-call]  # untyped upstream

    def _readable(self, span: Span) -> ReadableSpan:
        return ReadableSpan(
            name=span.name,
            context=span.context,
            parent=span.parent,
            resource=self.resource,
            attributes=span.attributes,
            links=[trace.Link(link) for link in span.links],
            kind=span.kind,
            status=trace.Status(trace.StatusCode.ERROR if span.failed else trace.StatusCode.UNSET),
            start_time=span.started,
            end_time=span.ended,
            instrumentation_scope=self.scope,
        )


class LocalStore:
    """Spans in one SQLite file a service; old ones are dropped as new ones come."""

    def __init__(self, file: Path, *, service: str) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.service = service
        self.connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = OFF")
        self.connection.executescript(_TABLE)

    def export(self, spans: Sequence[Span]) -> None:
        """Many spans in one statement: row by row, this thread would fight the event loop for every row."""
        with self.connection:
            self.connection.execute("BEGIN")
            for start in range(0, len(spans), MOST_ROWS):
                rows = [_row(span, self.service) for span in spans[start : start + MOST_ROWS]]
                statement = f"INSERT INTO span VALUES {', '.join([_ROW] * len(rows))}"  # noqa: S608 - question marks
                self.connection.execute(statement, list(chain.from_iterable(rows)))
            self.connection.execute(_FORGET, [time_ns() - KEPT_NANOSECONDS])

    def shutdown(self) -> None:
        self.connection.close()


def _row(span: Span, service: str) -> tuple[Any, ...]:
    return (
        f"{span.context.trace_id:032x}",
        f"{span.context.span_id:016x}",
        f"{span.parent.span_id:016x}" if span.parent else None,
        service,
        span.name,
        span.kind.name.lower(),
        span.started,
        span.ended,
        int(span.failed),
        orjson.dumps(span.attributes).decode(),
        orjson.dumps([[f"{link.trace_id:032x}", f"{link.span_id:016x}"] for link in span.links]).decode(),
        span.attributes.get("onedoor.correlation_id"),
        span.attributes.get("onedoor.reference"),
    )


class JsonLines(logging.Formatter):
    """Structured logs: one JSON object a line, with the trace it belongs to. Exceptions by type and place only."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self.service = service

    def format(self, record: logging.LogRecord) -> str:
        context = trace.get_current_span().get_span_context()
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "service": self.service,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if context.is_valid:
            line["trace_id"] = f"{context.trace_id:032x}"
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            line["at"] = _places(record.exc_info[2])
        return json.dumps(line)


def _places(traceback: Any) -> list[str]:
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/src/')[2]}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return places[-12:]


def log_to_stderr(service: str) -> None:
    """Structured logs on standard error for a process that is this service and nothing else."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(service))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for noisy in ("uvicorn.access", "nats", "httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # While PostgreSQL is away every pool would warn at every try, with a trace of calls; readiness says it once.
    logging.getLogger("asyncpg.pool").setLevel(logging.ERROR)
