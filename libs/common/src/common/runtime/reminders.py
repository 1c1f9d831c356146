"""Timers as values: what somebody is to be reminded of, and the row that asks for it. When they ring is said elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.runtime.saying.said import story_of, traceparent
from common.runtime.store.work import Values
from common.runtime.tables import Aggregate


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that happens by itself once its moment has passed. One constant names it, beside the commands that set it.

    The name is kept in rows that may wait for years: it is written out, so that a function may be renamed.
    """

    name: str


@dataclass(frozen=True, slots=True)
class Due:
    """A timer whose moment has passed: what it is about, and because of what it was set."""

    name: str
    aggregate_id: UUID
    due_at: datetime
    council: str
    correlation_id: UUID
    causation_id: UUID | None
    trace: str | None
    details: Values | None = None


def reminder(
    timer: Timer,
    about: Aggregate,
    *,
    at: datetime,
    council: str,
    story: UUID,
    cause: UUID | None,
    details: Values | None = None,
) -> Values:
    """The row that sets `timer`: in the story of what it is about, because of what was last said of that."""
    return {
        "name": timer.name,
        "aggregate_id": about.id,
        "due_at": at,
        "council": council,
        "correlation_id": story_of(about) or story,
        "causation_id": about.last_said or cause,
        "trace": traceparent(),
        "details": details,
    }
