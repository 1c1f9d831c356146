"""What evidence keeps of an event: codes that say what happened, and never what was told, by whom, or about what place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from common.contracts.base import Event
from common.contracts.cases import (
    AskedBecause,
    CaseClosed,
    CaseEvent,
    CaseResolved,
    CaseStatusChanged,
    Demand,
    Failure,
    InteractionRecorded,
    QuestionAskedAgain,
)
from common.contracts.cases.appointments import AppointmentCancelled, AppointmentMissed, AppointmentMoved, AskedBy
from common.contracts.fact_kinds import FACT_KINDS
from common.contracts.feedback import FeedbackEvent, InvitationEvent
from common.contracts.partners.directory import SignpostEvent
from common.contracts.partners.referral_events import ReferralEvent

CASE = CaseEvent.aggregate

STEPS = (CaseEvent, ReferralEvent, SignpostEvent, InvitationEvent, FeedbackEvent)
"""What happens on somebody's way through a service. All else describes people, services and partners, and is not kept."""
OTHER_KIND = "other"
_REASONS = frozenset(map(str, AskedBecause))
_STEPS = frozenset(family.aggregate for family in STEPS)


@dataclass(frozen=True, slots=True)
class Kept:
    """The codes of one event that become columns."""

    activity: str
    transition: str | None = None
    stage: str | None = None
    result: str | None = None
    fact_kind: str | None = None
    service: str | None = None
    came_by: str | None = None


def is_evidence(aggregate: str) -> bool:
    """Whether the events of an aggregate are steps of a journey."""
    return aggregate in _STEPS


def case_of(event: Event | None, *, aggregate: str, aggregate_id: UUID) -> UUID | None:
    """The case an event belongs to: its own, or the one that it names. None where it is about no case."""
    named = aggregate_id if aggregate == CASE else getattr(event, "case_id", None)
    return named if isinstance(named, UUID) else None


def kept(name: str, event: Event | None) -> Kept:
    """What is kept of an event. One that this release does not know keeps its name."""
    moved = event if isinstance(event, CaseStatusChanged) else None
    return Kept(
        activity=f"{name}:{moved.stage}" if moved and type(moved) is CaseStatusChanged else name,
        transition=moved.transition if moved else None,
        stage=_code(event, "stage") if isinstance(event, CaseEvent) else None,
        result=_result(event),
        fact_kind=_fact_kind(event),
        service=_code(event, "service"),
        came_by=_code(event, "channel"),
    )


def _result(event: Event | None) -> str | None:
    """What came of it: how a case ended, what demand a touch was, that an appointment went wrong, why a question came again."""
    match event:
        case CaseResolved() | CaseClosed():
            return _code(event, "result")
        case InteractionRecorded():
            return _code(event, "failure") or (Demand.VALUE.value if event.demand is Demand.VALUE else None)
        case AppointmentMissed():
            return Failure.APPOINTMENT_PROBLEM.value
        case AppointmentMoved(asked_by=AskedBy.COUNCIL) | AppointmentCancelled(asked_by=AskedBy.COUNCIL):
            return Failure.APPOINTMENT_PROBLEM.value
        case QuestionAskedAgain(because=because):
            return because if because in _REASONS else AskedBecause.OTHER.value
    return None


def _fact_kind(event: Event | None) -> str | None:
    """Of which kind an answer is that was asked again."""
    if not isinstance(event, QuestionAskedAgain):
        return None
    return event.fact_kind if event.fact_kind in FACT_KINDS else OTHER_KIND


def _code(event: Event | None, field: str) -> str | None:
    found: Any = getattr(event, field, None)
    if isinstance(found, StrEnum):
        return found.value
    return found if isinstance(found, str) else None
