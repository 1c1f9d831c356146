"""A service definition: one council service as data. Read and checked whole; what is wrong is said with its place."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Self

from common.contracts.base import Code, CouncilId, Line
from common.contracts.cases import ENDED, Status
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
from case_crm.domain.definitions.stages import Stage, Transition
from case_crm.domain.definitions.terms import PromisedTerm, problems
from case_crm.domain.definitions.unfinished import Unfinished

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
    terms: tuple[PromisedTerm, ...] = ()
    handling: Handling = Handling()
    unfinished: Unfinished = Unfinished()
    duplicates: Duplicates | None = None
    retention: Retention = Retention()
    restricted: Restricted | None = None
    appointments: Appointments | None = None

    @model_validator(mode="after")
    def _hangs_together(self, info: ValidationInfo) -> Self:
        if info.context is PUBLISHED:
            return self
        if problems := [*self._problems(), *flaws_of(self, self.questions, self.stages)]:
            raise Flawed(problems)
        return self

    @cached_property
    def kinds(self) -> Kinds:
        """The questions that rules may name, each with its type."""
        return kinds_of(self.questions)

    def _problems(self) -> list[str]:
        found: list[str] = []
        if self.start not in self.stages:
            found.append(Flaw(f"it starts at the stage {self.start}, which it does not have", "start"))
        names = [question.question for question in self.questions]
        twice = sorted({name for name in names if names.count(name) > 1})
        found += [Flaw(f"the question {name} is asked twice", "questions", names.index(name)) for name in twice]
        for number, move in enumerate(self.transitions):
            missing = sorted({*move.leaves, move.to} - set(self.stages))
            says = f"the transition {move.transition}"
            found += [
                Flaw(f"{says} names the stage {it}, which it does not have", "transitions", number) for it in missing
            ]
            if self._is_without_result(move):
                why = f"{says} resolves the case without naming its possible results"
                found.append(Flaw(why, "transitions", number))
        promised = problems(self.terms, self.stages, self.transitions, self.questions)
        found += [Flaw(why, "terms") for why in promised]
        found += [Flaw(why, "handling") for why in self.handling.problems(self.stages, self.transitions)]
        nearby = duplicates.problems(self.duplicates, self.questions, about_a_person=self.about_a_person)
        found += [Flaw(why, "duplicates") for why in nearby]
        found += [Flaw(why, "retention") for why in self.retention.problems(self.questions, self.transitions)]
        booking = appointments.problems(self.appointments, self.stages, self.transitions)
        found += [Flaw(why, "appointments") for why in booking]
        lost = sorted(set(self.stages) - self._reachable())
        return [*found, *(Flaw(f"nothing leads to the stage {stage}", "stages", stage) for stage in lost)]

    def _is_without_result(self, move: Transition) -> bool:
        target = self.stages.get(move.to)
        return target is not None and target.status is Status.RESOLVED and not move.results

    def _reachable(self) -> set[str]:
        reached, fresh = {self.start}, {self.start}
        while fresh:
            fresh = {move.to for move in self.transitions if fresh & set(move.leaves)} - reached
            reached |= fresh
        return reached

    @classmethod
    def published(cls, document: Any) -> Self:
        """A definition from its document, as it was published."""
        return cls.model_validate(document, context=PUBLISHED)

    def document(self) -> dict[str, Any]:
        """What is kept of it: whatever it says for itself, so that what a later release adds makes no difference."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def ended(self, stage: str) -> bool:
        """Whether a stage is an ending."""
        return self.stages[stage].status in ENDED

    def moves_from(self, stage: str) -> list[Transition]:
        """The transitions that leave a stage."""
        return [move for move in self.transitions if stage in move.leaves]
