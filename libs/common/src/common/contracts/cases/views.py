"""What case-crm shows."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from common.contracts.base import Code, PersonId, View
from common.contracts.cases.appointments import AppointmentAction, AppointmentView
from common.contracts.cases.asking import Standing, Why
from common.contracts.cases.clocks import ClockView
from common.contracts.cases.contacts import HelpView
from common.contracts.cases.deciding import AppealView
from common.contracts.cases.offers import LeadsTo, TeamView, WhyNot
from common.contracts.cases.owners import OwnerView
from common.contracts.cases.parties import PartyView
from common.contracts.cases.relations import RelatedView
from common.contracts.cases.tasks import ChecklistItemView, TaskView
from common.contracts.cases.words import Result


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
    """Where a prefilled answer came from. After the day `fresh_until`, it is worth asking whether it is still so."""

    fact_id: UUID
    told_at: datetime
    told_to: str
    told_to_service: str
    channel: str
    verification: str
    fresh_until: date | None = None


class ChoiceView(View):
    """One option of a question: what is sent as the answer, and how it reads in the language that was asked for."""

    option: str
    text: str


class QuestionView(View):
    """One question of a form: how it stands, why (`in_words` is for the person), and the held answer with where it came from.

    An answer that is given all the same corrects what is held. What is `protected` is held and not shown. The `options` are
    answers in every language; `choices` say how each is read.
    """

    question: Code
    text: str
    help: str | None
    type: str
    options: list[str]
    choices: list[ChoiceView] = Field(default_factory=list)
    required: bool
    fact_kind: str | None
    value: Any = None
    held: Provenance | None = None
    protected: bool = False
    standing: Standing
    why: Why
    in_words: str


class FormView(View):
    """A service's form for one person. What is `to_confirm` is offered with the question whether it is still so."""

    service: Code
    title: str
    council: str
    person_id: PersonId | None
    questions: list[QuestionView]
    still_to_tell: list[Code]
    not_eligible: list[WhyNot] = Field(
        default_factory=list, description="Conditions that are not met, as far as is known."
    )
    leads_to: LeadsTo | None = None
    dealt_with_by: TeamView | None = None
    recipients: list[Code] = Field(default_factory=list, description="Who else is to know what is told with it.")
    to_confirm: list[Code]


class NextAction(View):
    """A transition that this caller may make now."""

    transition: Code
    label: str
    needs_result: bool
    needs_reason: bool
    first: list[Code] = Field(default_factory=list, description="Items of the checklist to see to before.")
    results: list[Result] = Field(default_factory=list, description="The results this caller may give.")
    up_to: int | None = Field(default=None, description="The most this caller may decide on, in pence.")


class InteractionView(View):
    """One touch. `note`, and what was asked and said, are for officers only; what was promised is for the person too."""

    interaction_id: UUID
    at: datetime
    channel: str
    purpose: str
    by: str
    note: str | None = None
    asked: str | None = None
    said: str | None = None
    promised: str | None = None
    promised_by: date | None = None
    demand: str | None = None
    failure: str | None = None
    help: HelpView | None = None


class TouchView(InteractionView):
    """A touch with a person: about a case (`case_id`), or about a `service` without one."""

    case_id: UUID | None
    service: Code | None


class ToAskView(View):
    """A question of a case that was opened by what was told once, and that nothing of it answers."""

    question: Code
    text: str
    type: str
    options: list[str]


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
    clocks: list[ClockView] = Field(default_factory=list, description="What was promised, by when, and how it stands.")
    appointment: AppointmentView | None = Field(
        default=None,
        description="The next appointment, or how the last one stands. In lists, of the case's person alone.",
    )


class MyCaseView(CaseSummary):
    """A case in the list of whoever asked for it."""

    owner: OwnerView | None = Field(default=None, description="Who deals with it.")
    parties: list[PartyView] = Field(default_factory=list, description="Who else has a part in it.")
    next_actions: list[NextAction] = Field(default_factory=list, description="What the reader can do with it now.")


class CaseView(CaseSummary):
    """A case."""

    version: int
    person_id: PersonId | None
    stage: str
    channel: str
    result: str | None
    answers: dict[str, Any]
    protected_answers: list[Code] = Field(default_factory=list, description="Answered, and not shown to this reader.")
    interactions: list[InteractionView]
    next_actions: list[NextAction]
    tracking_reference: str | None = None
    owner: OwnerView | None = None
    handoffs: int = 0
    tasks: list[TaskView] = Field(default_factory=list)
    checklist: list[ChecklistItemView] = Field(default_factory=list)
    need_id: UUID | None = None
    appeal: AppealView | None = None
    related: list[RelatedView] = Field(default_factory=list)
    parties: list[PartyView] = Field(default_factory=list)
    delivery_id: UUID | None = Field(default=None, description="What was told once, and opened it.")
    told_once: dict[str, Any] = Field(
        default_factory=dict, description="The facts that its service was told once, by kind. For officers."
    )
    still_to_ask: list[ToAskView] = Field(
        default_factory=list, description="What its service needs, and what was told once does not answer."
    )
    restricted_to: list[str] | None = Field(
        default=None, description="The officers who see it by name, where not every officer does. For officers."
    )
    appointment_actions: list[AppointmentAction] = Field(
        default_factory=list, description="What this caller may do about the appointment now."
    )


class ServiceView(View):
    """A service a council offers."""

    service: Code
    title: str
    summary: str
    council: str
    definition_version: int
