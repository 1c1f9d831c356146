"""A lean recorder behind OpenTelemetry's own interface: every span is kept, and nothing in one but ids and safe words.

An SDK span and its way through a processor cost more than most of our subscribers do. This one holds what we keep and
nothing else: attributes that are not in SAFE, events and messages of exceptions are dropped the moment they are set.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Mapping, Sequence
from time import time_ns
from typing import Any, Protocol

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags

log = logging.getLogger(__name__)

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
        "onedoor.statements",
    }
)
EVERY = 0.5  # seconds between exports
MOST_WAITING = 50_000  # spans; what comes on top while exporters are slow is counted and dropped
LEAVING = 4.0  # seconds that the last export may take while a service stops; a backend that is away is not waited for
_SAMPLED = TraceFlags(TraceFlags.SAMPLED)


class Span(trace.Span):
    """One piece of work. Times are nanoseconds since 1970."""

    __slots__ = ("attributes", "context", "ended", "failed", "kind", "links", "name", "parent", "recorder", "started")

    def __init__(self, recorder: Recorder, name: str, kind: SpanKind, parent: SpanContext | None) -> None:
        self.recorder = recorder
        self.name = name
        self.kind = kind
        self.parent = parent
        trace_id = parent.trace_id if parent else random.getrandbits(128)
        self.context = SpanContext(trace_id, random.getrandbits(64), is_remote=False, trace_flags=_SAMPLED)
        self.attributes: dict[str, Any] = {}
        self.links: list[SpanContext] = []
        self.failed = False
        self.started = time_ns()
        self.ended = 0

    def get_span_context(self) -> SpanContext:
        return self.context

    def is_recording(self) -> bool:
        return not self.ended

    def set_attribute(self, key: str, value: Any) -> None:
        if key in SAFE:
            self.attributes[key] = value

    def set_attributes(self, attributes: Mapping[str, Any]) -> None:
        for key, value in attributes.items():
            self.set_attribute(key, value)

    def add_link(self, context: SpanContext, attributes: Any = None) -> None:
        self.links.append(context)

    def add_event(self, name: str, attributes: Any = None, timestamp: int | None = None) -> None:
        """Dropped: an event may quote what somebody typed."""

    def record_exception(
        self, exception: BaseException, attributes: Any = None, timestamp: int | None = None, escaped: bool = False
    ) -> None:
        self.set_attribute("error.type", type(exception).__name__)

    def update_name(self, name: str) -> None:
        self.name = name

    def set_status(self, status: Status | StatusCode, description: str | None = None) -> None:
        code = status.status_code if isinstance(status, Status) else status
        self.failed = code is StatusCode.ERROR

    def end(self, end_time: int | None = None) -> None:
        if not self.ended:
            self.ended = end_time or time_ns()
            self.recorder.ended(self)


class Exporter(Protocol):
    """Where spans go, a batch at a time, from a thread of its own. What it raises is logged, and the batch is lost."""

    def export(self, spans: Sequence[Span]) -> None: ...

    def shutdown(self) -> None: ...


class _Lane:
    """The spans on their way to one exporter, in a thread of its own: a slow one holds up no other, and no request."""

    def __init__(self, exporter: Exporter) -> None:
        self.exporter = exporter
        self.waiting: list[Span] = []
        self._turn = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="spans", daemon=True)
        self._thread.start()

    def flush(self) -> None:
        """Export what has ended so far. A batch that cannot be exported is lost."""
        with self._turn:
            spans = self.waiting[:]
            del self.waiting[: len(spans)]  # what ends meanwhile is behind them
            try:
                if spans:
                    self.exporter.export(spans)
            except Exception as fault:
                log.warning("%d spans were not exported: %s", len(spans), type(fault).__name__)

    def leave(self) -> None:
        """Ask for a last export."""
        self._stop.set()

    def gone(self, deadline: float) -> None:
        """Wait until that is done, but not beyond `deadline`."""
        self._thread.join(max(0.0, deadline - time.monotonic()))
        self.exporter.shutdown()

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            self.flush()
        self.flush()


class Recorder(trace.TracerProvider, trace.Tracer):
    """Makes spans and hands them to its exporters, off the event loop. Provider and tracer in one: a service is one scope."""

    def __init__(self, exporters: Sequence[Exporter]) -> None:
        self.dropped = 0
        self._lanes = [_Lane(exporter) for exporter in exporters]

    def get_tracer(self, *args: Any, **kwargs: Any) -> Recorder:
        return self

    def start_span(
        self,
        name: str,
        context: Context | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Any = None,
        links: Sequence[Link] | None = None,
        start_time: int | None = None,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
    ) -> Span:
        parent = trace.get_current_span(context).get_span_context()
        span = Span(self, name, kind, parent if parent.is_valid else None)
        if attributes:
            span.set_attributes(attributes)
        span.links.extend(link.context for link in links or ())
        return span

    def start_as_current_span(self, *args: Any, end_on_exit: bool = True, **kwargs: Any) -> Any:
        return trace.use_span(self.start_span(*args, **kwargs), end_on_exit=end_on_exit)

    def hear(self, name: str, parent: SpanContext | None, attributes: dict[str, Any]) -> Span:
        """A span of a subscriber, under the span that caused it, wherever that ran. `attributes` are safe ones."""
        span = Span(self, name, SpanKind.CONSUMER, parent)
        span.attributes = attributes
        return span

    def ended(self, span: Span) -> None:
        for lane in self._lanes:
            if len(lane.waiting) < MOST_WAITING:
                lane.waiting.append(span)
            else:
                self.dropped += 1

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Export what has ended so far."""
        for lane in self._lanes:
            lane.flush()
        return True

    def shutdown(self) -> None:
        for lane in self._lanes:
            lane.leave()
        deadline = time.monotonic() + LEAVING
        for lane in self._lanes:
            lane.gone(deadline)
