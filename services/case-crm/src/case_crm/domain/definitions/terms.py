"""What a service promises, by when, and what that counts from: the terms of its definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, Self

from common.contracts.base import Code, Line
from common.contracts.cases import ENDED, Status
from common.contracts.cases.clocks import Direction
from common.promises import Term
from pydantic import Field, model_validator

from case_crm.domain.definitions.part import Part
from case_crm.domain.definitions.questions import Question
from case_crm.domain.definitions.stages import Stage, Transition

OPENED = "opened"
_DIRECTIONS = {"team": Direction.WITHIN_COUNCIL, "partner": Direction.PARTNER_TO_COUNCIL}


class PromisedTerm(Part):
    """One promise. It counts from the first contact (`opened`; `when` the answers are these) or from transitions, the first
    that is made, and is kept by transitions (none named: by the end of the case). Or it is for as long as the case is in a
    `stage`. `promise` goes on after "We say that"; `basis` is the law or the promise it comes from.
    """

    term: Code
    kind: Literal["acknowledge", "target", "legal", "team", "partner"]
    promise: Line
    within: Term
    basis: Line
    runs_from: tuple[Code, ...] = ()
    when: dict[Code, tuple[Any, ...]] = Field(default_factory=dict)
    met_by: tuple[Code, ...] = ()
    stage: Code | None = None
    pauses_in: tuple[Code, ...] = ()
    extension: Term | None = None

    @model_validator(mode="after")
    def _counts_from_something(self) -> Self:
        if bool(self.runs_from) == bool(self.stage):
            raise ValueError("a term runs from something, or is for one stage")
        if self.stage and self.met_by:
            raise ValueError("a term of a stage is met by leaving it")
        if self.when and OPENED not in self.runs_from:
            raise ValueError("answers decide about what runs from opened, and nothing else")
        return self

    @property
    def direction(self) -> Direction:
        """Who promises it to whom."""
        return _DIRECTIONS.get(self.kind, Direction.COUNCIL_TO_CUSTOMER)

    def fits(self, answers: Mapping[str, Any]) -> bool:
        """Whether these answers are those it is for."""
        return all(answers.get(question) in wanted for question, wanted in self.when.items())


def problems(
    terms: Sequence[PromisedTerm],
    stages: Mapping[str, Stage],
    transitions: Sequence[Transition],
    questions: Sequence[Question],
) -> Iterator[str]:
    """What does not hang together, each with its term."""
    names = [each.term for each in terms]
    yield from (f"the term {name} is promised twice" for name in sorted(set(names)) if names.count(name) > 1)
    moves = {OPENED, *(move.transition for move in transitions)}
    asked = {question.question: question for question in questions}
    for each in terms:
        for move in sorted({*each.runs_from, *each.met_by} - moves):
            yield f"the term {each.term} names the transition {move}, which there is not"
        if each.stage and each.stage not in stages:
            yield f"the term {each.term} is for the stage {each.stage}, which there is not"
        yield from _pause_problems(each, stages)
        for name, wanted in each.when.items():
            if name not in asked or not all(asked[name].accepts(answer) for answer in wanted):
                yield f"the term {each.term} waits for an answer to {name} that nobody can give"


def _pause_problems(term: PromisedTerm, stages: Mapping[str, Stage]) -> Iterator[str]:
    """A clock pauses in stages that wait. What was promised to the resident does not wait for a partner."""
    for name in term.pauses_in:
        status = stages[name].status if name in stages else Status.OTHER
        if status is Status.OTHER or status in ENDED:
            yield f"the term {term.term} pauses in {name}, where no case waits"
        if status is Status.AWAITING_PARTNER and term.direction is Direction.COUNCIL_TO_CUSTOMER:
            yield f"the term {term.term} is promised to the resident and pauses in {name}, for a partner"
