"""What case-crm shows."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from common.contracts.base import Code, PersonId, View


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
    """One question of a form: still to answer, or answered from what we hold. What is `protected` is held and not shown."""

    question: Code
    text: str
    help: str | None
    type: str
    options: list[str]
    required: bool
    fact_kind: str | None
    value: Any = None
    held: Provenance | None = None
    protected: bool = False


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
    protected_answers: list[Code] = Field(default_factory=list, description="Answered, and not shown to this reader.")
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
