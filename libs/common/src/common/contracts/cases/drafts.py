"""Forms that were begun and not sent yet."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from common.contracts.base import Channel, Code, Command, PersonId, Refusal, Text, View
from common.contracts.cases.contacts import DigitalHelp
from common.contracts.cases.offers import LeadsTo, WhyNot
from common.contracts.cases.views import QuestionView
from common.contracts.cases.words import Answers

Questions = Annotated[list[Code], Field(max_length=100)]


class BeginDraft(Command):
    """Begin a form, with what was answered so far."""

    service: Code
    person_id: PersonId | None = None
    channel: Channel
    answers: Answers = Field(default_factory=dict)
    at_question: Code | None = None
    help: DigitalHelp | None = None


class GoOnWithDraft(Command):
    """Keep more answers. What was answered before stays, unless it is answered anew."""

    channel: Channel
    answers: Answers = Field(default_factory=dict)
    at_question: Code | None = Field(default=None, description="The question that is being asked now.")
    help: DigitalHelp | None = None


class SubmitDraft(Command):
    """Send a form that was begun, with its last answers."""

    channel: Channel
    answers: Answers = Field(default_factory=dict)
    confirmed: Questions = Field(default_factory=list)
    note: Text | None = None
    no_address_in_it: bool = Field(
        default=False, description="A cleared officer looked: what seems an address is none."
    )


class DraftTouchView(View):
    """Who worked at a form, when, and by which channel."""

    at: datetime
    by: str
    channel: str
    question: Code | None


class DraftSummary(View):
    """A form that was begun, in a list. It goes by itself after `kept_until`."""

    draft_id: UUID
    service: Code
    title: str
    council: str
    status: str = "draft"
    begun_at: datetime
    changed_at: datetime
    kept_until: datetime


class DraftView(DraftSummary):
    """A form that was begun, as it stands. `resume_at` is the question to go on with: None where only sending is left.

    `not_eligible` are the conditions of the service that are not met, `leads_to` where the answers lead instead of to a case.
    """

    version: int
    person_id: PersonId
    answers: dict[str, Any]
    protected_answers: list[Code]
    questions: list[QuestionView]
    still_to_tell: list[Code]
    to_confirm: list[Code]
    not_eligible: list[WhyNot]
    leads_to: LeadsTo | None
    resume_at: Code | None
    worked_at_by: list[DraftTouchView]


class AlreadySent(Refusal, status=409):
    """This form was sent already: there is a case of it."""


class SavedTooOften(Refusal, status=409):
    """This form was saved a thousand times: send it, or begin it anew."""
