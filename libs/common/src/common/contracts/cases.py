"""Cases and service definitions: said by case-crm."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from common.contracts.base import Channel, Code, Command, CouncilId, Event, Line, Open, PersonId, Refusal, Text, View
from common.contracts.people import ToldFact

Answers = Annotated[dict[Code, Any], Field(max_length=100)]


class Status(StrEnum):
    """Where a case stands, in the words that all services share."""

    SUBMITTED = "submitted"
    RECEIVED = "received"
    TRIAGED = "triaged"
    IN_PROGRESS = "in_progress"
    AWAITING_CUSTOMER = "awaiting_customer"
    AWAITING_PARTNER = "awaiting_partner"
    SCHEDULED = "scheduled"
    RESOLVED = "resolved"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    OTHER = "other"


class Result(StrEnum):
    """How a case ended. Fixed is not the same as closed."""

    FIXED = "fixed"
    PROVIDED = "provided"
    DECIDED_APPROVED = "decided_approved"
    DECIDED_REFUSED = "decided_refused"
    NO_FURTHER_ACTION = "no_further_action"
    NOT_RESPONSIBLE = "not_responsible"
    DUPLICATE_OF = "duplicate_of"
    REFERRED = "referred"
    UNABLE_TO_CONTACT = "unable_to_contact"
    OTHER = "other"


ENDED = frozenset({Status.RESOLVED, Status.CLOSED, Status.WITHDRAWN, Status.CANCELLED})


# -- what is said


class CaseEvent(Event, aggregate="case", speaker="case-crm"):
    """The life of one case."""


class CaseOpened(CaseEvent, name="case.opened"):
    """Somebody asked for a service. `told_facts` is what they told us with it that we did not hold."""

    service: Code
    service_title: str
    definition_version: int
    reference: str
    tracking_digest: str
    need_id: UUID
    channel: Open[Channel]
    status: Open[Status]
    stage: Code
    told_to_resident: str
    told_facts: list[ToldFact] = Field(default_factory=list)
    prefilled: int = 0
    asked: int = 0
    history: bool = False


class CaseStatusChanged(CaseEvent, name="case.status_changed"):
    """A named transition took the case to another stage."""

    transition: Code
    was: Open[Status]
    status: Open[Status]
    stage: Code
    told_to_resident: str
    reason: str | None = None
    history: bool = False


class CaseResolved(CaseStatusChanged, name="case.resolved"):
    """The case has a result."""

    result: Open[Result]


class CaseClosed(CaseStatusChanged, name="case.closed"):
    """Nothing more will happen to the case."""

    result: Open[Result] | None = None


class CaseReopened(CaseStatusChanged, name="case.reopened"):
    """It was not done after all; the same reference goes on."""


class CaseWithdrawn(CaseStatusChanged, name="case.withdrawn"):
    """The resident no longer wants it."""


class CaseCancelled(CaseStatusChanged, name="case.cancelled"):
    """We stopped it, with a reason."""


class InteractionRecorded(CaseEvent, name="interaction.recorded"):
    """One touch on one channel about the case. What was said is kept where it was said."""

    interaction_id: UUID
    channel: Open[Channel]
    purpose: Code
    history: bool = False


class QuestionAskedAgain(CaseEvent, name="question.asked_again"):
    """A question was asked although its answer was held and current: a re-ask, counted against us."""

    service: Code
    question: Code
    fact_kind: Code
    because: Code


class DefinitionEvent(Event, aggregate="definition", speaker="case-crm"):
    """The versions of a service definition."""


class DefinitionPublished(DefinitionEvent, name="definition.published"):
    """A council's service is offered as this version says."""

    service: Code
    title: str
    definition_version: int
    councils: list[CouncilId]
    lgsl: int | None = None


# -- what is asked for


class OpenCase(Command):
    """Ask for a service. Questions whose answers we hold need none; an answer given anyway corrects what we held."""

    service: Code
    person_id: PersonId | None = None
    channel: Channel
    answers: Answers = Field(default_factory=dict)
    note: Text | None = None


class MoveCase(Command):
    """Make a named transition."""

    transition: Code
    result: Result | None = None
    reason: Text | None = None


class RecordInteraction(Command):
    """Note a touch, so that the next officer sees it."""

    channel: Channel
    purpose: Code
    note: Text | None = None


class PastStep(Command):
    """A stage that a case reached in another system, and when."""

    at: AwareDatetime
    stage: Code
    result: Result | None = None


class ImportCase(Command):
    """A case as another system kept it, with its own dates. Nobody is told, invited or late because of it."""

    source: Code
    source_id: Line
    service: Code
    channel: Channel
    opened_at: AwareDatetime
    person_id: PersonId | None = None
    answers: Answers = Field(default_factory=dict)
    steps: Annotated[list[PastStep], Field(max_length=50)] = Field(default_factory=list)


# -- what is shown


class Imported(StrEnum):
    """What became of an imported row."""

    OPENED = "opened"
    REPEATED = "repeated"
    SECOND_INTERACTION = "second_interaction"


class ImportedView(View):
    """What became of an imported row, and the case it is. `oddities` are kept, and reported: `done_before_it_began`."""

    case_id: UUID
    reference: str
    outcome: Imported
    oddities: list[str]


class Provenance(View):
    """Where a prefilled answer came from."""

    fact_id: UUID
    told_at: datetime
    told_to: str
    told_to_service: str
    channel: str
    verification: str


class QuestionView(View):
    """One question of a form: still to answer, or answered from what we hold."""

    question: Code
    text: str
    help: str | None
    type: str
    options: list[str]
    required: bool
    fact_kind: str | None
    value: Any = None
    held: Provenance | None = None


class FormView(View):
    """A service's form for one person."""

    service: Code
    title: str
    council: str
    person_id: PersonId | None
    questions: list[QuestionView]
    still_to_tell: list[Code]


class NextAction(View):
    """A transition that this caller may make now."""

    transition: Code
    label: str
    needs_result: bool
    needs_reason: bool


class InteractionView(View):
    """One touch. `note` is for officers only."""

    interaction_id: UUID
    at: datetime
    channel: str
    purpose: str
    by: str
    note: str | None = None


class CaseSummary(View):
    """A case in a list."""

    case_id: UUID
    reference: str
    service: str
    title: str
    council: str
    status: str
    told_to_resident: str
    opened_at: datetime
    changed_at: datetime


class CaseView(CaseSummary):
    """A case."""

    version: int
    person_id: PersonId | None
    stage: str
    channel: str
    result: str | None
    answers: dict[str, Any]
    interactions: list[InteractionView]
    next_actions: list[NextAction]
    tracking_reference: str | None = None


class ServiceView(View):
    """A service a council offers."""

    service: Code
    title: str
    summary: str
    council: str
    definition_version: int


# -- what may be refused


class StillToTell(Refusal, status=422):
    """There are questions still to answer."""


class UnknownService(Refusal, status=422):
    """This council offers no such service."""


class UnknownQuestion(Refusal, status=422):
    """The form has no such question."""


class WrongAnswer(Refusal, status=422):
    """An answer does not fit its question."""


class NoSuchTransition(Refusal, status=409):
    """The case cannot go there from where it stands."""


class NotForYou(Refusal, status=403):
    """Your role may not make this change."""


class ResultNeeded(Refusal, status=422):
    """Say how it ended: a case is not closed without a result."""


class ReasonNeeded(Refusal, status=422):
    """Say why."""


class NoSuchStage(Refusal, status=422):
    """The service has no such stage."""


class ForWhom(Refusal, status=422):
    """Say for which person this is."""
