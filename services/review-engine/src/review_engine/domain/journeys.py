"""The order of a journey: which step comes after which, whatever the order in which they were heard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

Key = tuple[UUID, int]


@dataclass(frozen=True, slots=True)
class Step:
    """One event of one source (a case, a referral …) on a journey. The journey's own case has the journey's number."""

    source: UUID
    version: int
    journey: UUID
    aggregate: str
    activity: str
    occurred: datetime

    @property
    def key(self) -> Key:
        return self.source, self.version


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step stands, and what came before it.

    `reached` is when it occurred, but never before an earlier event of its own source: a source's own order holds even
    where its dates run backwards, as they do in some histories. Such a step has no time since the one before.
    """

    sequence: int
    reached: datetime
    previous_activity: str | None
    seconds_since: float | None


def appended(step: Step, last: Step, at: Place) -> Place | None:
    """The place of a step that comes after the `last` on its journey, which stands `at`; None where it belongs further up."""
    if _order(step, step.occurred) < _order(last, at.reached):
        return None
    return _placed(step, last, sequence=at.sequence + 1, reached=step.occurred)


def arranged(steps: Iterable[Step]) -> dict[Key, Place]:
    """The place of every step of one journey."""
    reached = _reached(steps := list(steps))
    places: dict[Key, Place] = {}
    before: Step | None = None
    for step in sorted(steps, key=lambda step: _order(step, reached[step.key])):
        places[step.key] = _placed(step, before, sequence=len(places) + 1, reached=reached[step.key])
        before = step
    return places


def _reached(steps: list[Step]) -> dict[Key, datetime]:
    latest: dict[UUID, datetime] = {}
    found = {}
    for step in sorted(steps, key=lambda step: step.version):
        found[step.key] = latest[step.source] = max(step.occurred, latest.get(step.source, step.occurred))
    return found


def _order(step: Step, reached: datetime) -> tuple[datetime, bool, str, UUID, int]:
    """By time; at the same moment the journey's own case goes first, and each source's events in their order."""
    return reached, step.source != step.journey, step.aggregate, step.source, step.version


def _placed(step: Step, before: Step | None, *, sequence: int, reached: datetime) -> Place:
    if before is None:
        return Place(sequence, reached, None, None)
    seconds = (step.occurred - before.occurred).total_seconds()
    return Place(sequence, reached, before.activity, seconds if seconds >= 0 else None)
