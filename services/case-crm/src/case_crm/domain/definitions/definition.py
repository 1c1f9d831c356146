"""A service definition: one council service as data. Read and checked whole; what is wrong is said with its place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Self

from common.contracts.base import Code, CouncilId, Line
from common.contracts.cases import ENDED
from pydantic import Field, ValidationInfo, model_validator

from case_crm.domain.definitions import appointments, duplicates
from case_crm.domain.definitions.appointments import Appointments
from case_crm.domain.definitions.checks import flaws_of, kinds_of
from case_crm.domain.definitions.duplicates import Duplicates
from case_crm.domain.definitions.flaws import Flaw, Flawed
from case_crm.domain.definitions.handling import Handling
from case_crm.domain.definitions.offer import Offer
from case_crm.domain.definitions.part import Version
from case_crm.domain.definitions.questions import Question
from case_crm.domain.definitions.restricting import Restricted
from case_crm.domain.definitions.retention import Retention
from case_crm.domain.definitions.rules import Kinds
from case_crm.domain.definitions.stages import Stage, Transition, Without, every_stage, everywhere, stage_flaws
from case_crm.domain.definitions.terms import PromisedTerm, problems
from case_crm.domain.definitions.unfinished import Unfinished
from case_crm.domain.definitions.waiting import Waiting

PUBLISHED = {"published": True}
"""The context in which a document is read that was checked before it was published: it is not checked again."""


class ServiceDefinition(Offer):
    """One council service."""

    service: Code
    version: Version
    title: Line
    summary: Line
    lgsl: int | None = None
    councils: tuple[CouncilId, ...] = Field(min_length=1)
    about_a_person: bool = True
    questions: tuple[Question, ...] = Field(default=(), max_length=100)
    start: Code
    stages: dict[Code, Stage]
    transitions: tuple[Transition, ...]
    without: tuple[Without, ...] = ()
    terms: tuple[PromisedTerm, ...] = ()
    handling: Handling = Handling()
    unfinished: Unfinished = Unfinished()
    waiting: Waiting = Waiting()
    duplicates: Duplicates | None = None
    retention: Retention = Retention()
    restricted: Restricted | None = None
    appointments: Appointments | None = None

    @model_validator(mode="after")
    def _hangs_together(self, info: ValidationInfo) -> Self:
        if info.context is PUBLISHED:
            return self
        if problems := [*self._problems(), *flaws_of(self, self.questions, self.stages, self._said())]:
            raise Flawed(problems)
        return self

    @cached_property
    def kinds(self) -> Kinds:
        """The questions that rules may name, each with its type."""
        return kinds_of(self.questions)

    @cached_property
    def every_stage(self) -> dict[str, Stage]:
        """Its stages, with those that every service has."""
        return every_stage(self.stages)

    @cached_property
    def _every_move(self) -> list[Transition]:
        return [*self.transitions, *everywhere(self.stages, self.transitions, self.without)]

    def _said(self) -> dict[str, set[str]]:
        """What it says beside its form and its stages, by the part of the words in which it may be said otherwise."""
        terms = {each.term for each in self.terms}
        moves = {each.transition for each in self.transitions}
        return {"transitions": moves, "promises": terms, "bases": terms, "appeals": {*self.handling.routes()}}

    def _problems(self) -> list[str]:
        found: list[str] = [*stage_flaws(self.start, self.stages, self.transitions, self.without)]
        names = [question.question for question in self.questions]
        twice = sorted({name for name in names if names.count(name) > 1})
        found += [Flaw(f"the question {name} is asked twice", "questions", names.index(name)) for name in twice]
        promised = problems(self.terms, self.stages, self.transitions, self.questions)
        found += [Flaw(why, "terms") for why in promised]
        found += [Flaw(why, "handling") for why in self.handling.problems(self.stages, self.transitions)]
        nearby = duplicates.problems(self.duplicates, self.questions, about_a_person=self.about_a_person)
        found += [Flaw(why, "duplicates") for why in nearby]
        found += [Flaw(why, "retention") for why in self.retention.problems(self.questions, self.transitions)]
        booking = appointments.problems(self.appointments, self.stages, self.transitions)
        return [*found, *(Flaw(why, "appointments") for why in booking)]

    @staticmethod
    def published(document: Any) -> ServiceDefinition:
        """A definition from its document, as it was published: read once, however many cases run on it."""
        return _read(_Document(document))

    def document(self) -> dict[str, Any]:
        """What is kept of it: whatever it says for itself, so that what a later release adds makes no difference."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def reason_for(self, at: str) -> str | None:
        """Why a council's own version is otherwise at a place, within which or around which it says so."""
        return next((each.because for each in self.differences if _within(at, each.at) or _within(each.at, at)), None)

    def ended(self, stage: str) -> bool:
        """Whether a stage is an ending."""
        return self.every_stage[stage].status in ENDED

    def moves_from(self, stage: str) -> list[Transition]:
        """The transitions that leave a stage: its own, and those that every service has."""
        return [move for move in self._every_move if stage in move.leaves]


def _within(place: str, other: str) -> bool:
    return f"{place}/".startswith(f"{other}/")


@dataclass(frozen=True, slots=True, eq=False)
class _Document:
    """A document that is found again by its service and version, and is the same where all of it is.

    Two platforms in one process, or two councils, may each have published another under one number.
    """

    says: Any

    def __hash__(self) -> int:
        return hash((self.says["service"], self.says["version"]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Document) and bool(self.says == other.says)


@lru_cache(maxsize=1024)
def _read(document: _Document) -> ServiceDefinition:
    return ServiceDefinition.model_validate(document.says, context=PUBLISHED)
