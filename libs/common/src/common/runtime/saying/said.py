"""Stamping an event: the one place where what happened gets its id, version, time, actor, story and trace."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from opentelemetry import trace
from opentelemetry.trace import Link, SpanContext, TraceFlags

from common.contracts.base import PARTNERSHIP, Event
from common.runtime.ids import new_id
from common.runtime.principal import Principal
from common.runtime.store.eras import Eras
from common.runtime.store.work import Values, keep
from common.runtime.tables import Aggregate


def stamp(
    event: Event,
    on: Aggregate,
    *,
    me: Principal,
    now: datetime,
    eras: Eras,
    occurred: datetime | None,
    council: str | None,
    about: UUID | None,
    story: UUID,
    cause: UUID | None,
) -> Values:
    """The said-log row of `event`, as the next version of the aggregate `on`, which is moved on in place."""
    _link(on)
    keep(on, version=on.version + 1, correlation_id=story_of(on) or story)
    row: Values = {
        "aggregate_id": on.id,
        "aggregate": event.aggregate,
        "version": on.version,
        "era": eras.current,
        "follows": eras.of(on.last_said),
        "id": new_id(),
        "name": event.name,
        "council": council or getattr(on, "council", None) or me.council or PARTNERSHIP,
        "person_id": about or getattr(on, "person_id", None),
        "actor_kind": me.actor_kind,
        "actor_id": me.actor_id,
        "on_behalf_of": me.on_behalf_of,
        "representation_id": me.acting.representation_id if me.acting else None,
        "correlation_id": on.correlation_id,
        "causation_id": cause or on.last_said,
        "trace": traceparent(),
        "occurred": occurred or now,
        "recorded": now,
        "data": event.model_dump(mode="json"),
    }
    keep(on, last_said=row["id"], trace=row["trace"])
    return row


def story_of(on: Aggregate) -> UUID | None:
    """The story an aggregate goes on with; None where it is new, or belongs to many."""
    return on.correlation_id if on.one_story else None


def traceparent() -> str | None:
    """The current span as a W3C traceparent; None where nothing is traced."""
    span = trace.get_current_span().get_span_context()
    return f"00-{span.trace_id:032x}-{span.span_id:016x}-{span.trace_flags:02x}" if span.is_valid else None


def span_of(parent: str | None) -> SpanContext | None:
    """The span a traceparent names; None where it names none."""
    parts = (parent or "").split("-")
    if len(parts) != 4:
        return None
    return SpanContext(int(parts[1], 16), int(parts[2], 16), is_remote=True, trace_flags=TraceFlags(int(parts[3], 16)))


def link_to(parent: str | None) -> list[Link]:
    """A link to an earlier trace of the same story."""
    context = span_of(parent)
    return [Link(context)] if context else []


def _link(on: Aggregate) -> None:
    """Tie this request's trace to the one that last moved the aggregate: a story is read across its requests."""
    span: Any = trace.get_current_span()
    earlier = span_of(on.trace)
    if earlier and earlier.trace_id != span.get_span_context().trace_id:
        span.add_link(earlier)
    if story := story_of(on):
        span.set_attribute("onedoor.correlation_id", str(story))
