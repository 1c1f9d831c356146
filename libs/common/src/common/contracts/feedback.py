"""Transactions, invitations and what people think: said by feedback."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from common.contracts.base import Channel, Code, Command, Event, Open, Refusal, Text, View
from common.contracts.cases import Result, Status


def _number(value: object) -> object:
    """A rating is a number: neither its text nor a yes or no will do. JSON writes 4 as 4.0 too."""
    if isinstance(value, str | bool):
        raise ValueError("a whole number from 1 to 5 is expected")
    return value


Rating = Annotated[int, Field(ge=1, le=5, description="1 is very poor, 5 is very good."), BeforeValidator(_number)]


class InvitationState(StrEnum):
    """How far an invitation to give feedback has got."""

    DUE = "due"
    SENT = "sent"
    OPENED = "opened"
    ANSWERED = "answered"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"
    OTHER = "other"


# -- what is said


class InvitationEvent(Event, aggregate="invitation", speaker="feedback", counts=True):
    """The life of one invitation: one for each ending of a case, or of a telling, which then stands in place of a case."""


class FeedbackInvited(InvitationEvent, name="feedback.invited"):
    """A case or a telling has ended, whatever its result, and we ask how it went."""

    case_id: UUID
    service: Code
    case_channel: Open[Channel]
    ended_as: Open[Status]
    result: Open[Result] | None = None
    expires_at: datetime


class FeedbackInvitationSuppressed(InvitationEvent, name="feedback.invitation_suppressed"):
    """It has ended, and nobody is asked how it went: it is about a death, which was told less than sixty days ago."""

    case_id: UUID
    service: Code
    because: Code
    until: datetime


class FeedbackEvent(Event, aggregate="feedback", speaker="feedback", counts=True):
    """The life of one answer. It has the id of the invitation that it answers."""


class FeedbackSubmitted(FeedbackEvent, name="feedback.submitted"):
    """Somebody told us how it went. Their comment is kept where it was given: it may hold anything."""

    invitation_id: UUID
    case_id: UUID
    service: Code
    rating: int
    has_comment: bool
    channel: Open[Channel]
    case_channel: Open[Channel]


# -- what is asked for


class GiveFeedback(Command):
    """Say how it went."""

    rating: Rating
    comment: Text | None = None


# -- what is shown


class TransactionPartView(View):
    """What became of one recipient's part of something that was told once."""

    title: str
    council: str
    recipient: str
    sends: str
    status: str


class TransactionView(View):
    """One thing under way. `unread`: it changed, by somebody else's doing, since its person last looked.

    It is a case, or a telling: then `case_id` is the telling's, and `parts` are its recipients'.
    """

    case_id: UUID
    version: int
    reference: str
    service: str
    title: str
    council: str
    status: str
    told_to_resident: str
    opened_at: datetime
    changed_at: datetime
    unread: bool
    kind: str = "case"
    parts: list[TransactionPartView] = Field(default_factory=list)


class StepView(View):
    """Where a case stood from a moment on, as the resident was told."""

    at: datetime
    status: str
    told_to_resident: str


class TrackingView(View):
    """What the holder of a tracking reference sees. There is no person, answer or note in it."""

    title: str
    council: str
    status: str
    told_to_resident: str
    opened_at: datetime
    changed_at: datetime
    steps: list[StepView]
    feedback_invited: bool
    feedback_until: datetime | None


class InvitationView(View):
    """An invitation to say how it went."""

    invitation_id: UUID
    case_id: UUID
    service: str
    title: str
    council: str
    state: InvitationState
    invited_at: datetime
    expires_at: datetime


class FeedbackReceipt(View):
    """We have your answer. The comment is not repeated."""

    feedback_id: UUID
    rating: int
    has_comment: bool
    submitted_at: datetime


class FeedbackView(View):
    """An answer as officers read it: who gave it, and about which case, is not shown."""

    feedback_id: UUID
    service: str
    rating: int
    comment: str | None
    channel: str
    case_channel: str
    submitted_at: datetime


class SatisfactionView(View):
    """How satisfied people are with a service. Where nobody answered there is no mean, and never a nought in its place."""

    service: str
    invitations: int
    responses: int
    response_rate: float | None
    good: int
    neither: int
    poor: int
    mean_rating: float | None
    net_satisfaction: float | None


# -- what may be refused


class AlreadyAnswered(Refusal, status=409):
    """You have told us already how it went. Thank you."""


class InvitationExpired(Refusal, status=409):
    """The time for telling us how it went is over."""


class NotInvited(Refusal, status=409):
    """We ask how it went once it has ended."""
