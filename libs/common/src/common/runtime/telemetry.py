"""Traces: FastAPI's own server spans and ours, scrubbed to ids, sent to OTLP where told, and to a small local store."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

# Attributes that cannot hold what a person typed. Paths, queries and exception messages can, so they are not here.
SAFE = frozenset(
    {
        "http.request.method",
        "http.response.status_code",
        "http.route",
        "error.type",
        "server.port",
        "onedoor.event",
        "onedoor.consumer",
        "onedoor.correlation_id",
        "onedoor.aggregate_id",
        "onedoor.reference",
    }
)
_TABLE = """
CREATE TABLE IF NOT EXISTS span (
    trace_id TEXT, span_id TEXT PRIMARY KEY, parent_id TEXT, service TEXT, name TEXT, kind TEXT, started INTEGER,
    ended INTEGER, failed INTEGER, attributes TEXT, links TEXT, correlation_id TEXT, reference TEXT
);
CREATE INDEX IF NOT EXISTS span_trace ON span (trace_id);
CREATE INDEX IF NOT EXISTS span_story ON span (correlation_id);
CREATE INDEX IF NOT EXISTS span_reference ON span (reference);
CREATE INDEX IF NOT EXISTS span_started ON span (started);
"""
KEPT_NANOSECONDS = 14 * 24 * 3600 * 10**9


def provider(service: str, *, store: Path | None) -> TracerProvider:
    """A tracer provider of one service. `OTEL_EXPORTER_OTLP_ENDPOINT` adds an OTLP exporter; `store` a local file."""
    made = TracerProvider(resource=Resource.create({"service.name": service}))
    for exporter in _exporters(service, store):
        made.add_span_processor(BatchSpanProcessor(Scrubbed(exporter), schedule_delay_millis=500))
    return made


def _exporters(service: str, store: Path | None) -> list[SpanExporter]:
    found: list[SpanExporter] = []
    if store is not None:
        found.append(LocalStore(store / f"{service}.db", service=service))
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        found.append(OTLPSpanExporter())
    return found


class Scrubbed(SpanExporter):
    """Passes spans on with safe attributes only and without events: no message of an exception leaves the process."""

    def __init__(self, to: SpanExporter) -> None:
        self.to = to

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self.to.export([_scrubbed(span) for span in spans])

    def shutdown(self) -> None:
        self.to.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        return self.to.force_flush(timeout_millis)


def _scrubbed(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes={name: value for name, value in (span.attributes or {}).items() if name in SAFE},
        links=span.links,
        kind=span.kind,
        status=trace.Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


class LocalStore(SpanExporter):
    """Spans in one SQLite file a service; old ones are dropped as new ones come."""

    def __init__(self, file: Path, *, service: str) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.service = service
        self.connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = OFF")
        self.connection.executescript(_TABLE)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        rows = [_row(span, self.service) for span in spans]
        try:
            self.connection.execute("BEGIN")
            self.connection.executemany(f"INSERT OR REPLACE INTO span VALUES ({','.join('?' * 13)})", rows)  # noqa: S608
            self.connection.execute("DELETE FROM span WHERE started < ?", [_now() - KEPT_NANOSECONDS])
            self.connection.execute("COMMIT")
        except sqlite3.Error:
            return SpanExportResult.FAILURE
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        self.connection.close()


def _now() -> int:
    return int(datetime.now(UTC).timestamp() * 1e9)


def _row(span: ReadableSpan, service: str) -> tuple[Any, ...]:
    attributes = dict(span.attributes or {})
    links = [[f"{link.context.trace_id:032x}", f"{link.context.span_id:016x}"] for link in span.links]
    context = span.get_span_context()
    return (
        f"{context.trace_id:032x}" if context else None,
        f"{context.span_id:016x}" if context else None,
        f"{span.parent.span_id:016x}" if span.parent else None,
        service,
        span.name,
        span.kind.name.lower(),
        span.start_time,
        span.end_time,
        int(span.status.status_code is trace.StatusCode.ERROR),
        json.dumps(attributes),
        json.dumps(links),
        attributes.get("onedoor.correlation_id"),
        attributes.get("onedoor.reference"),
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
