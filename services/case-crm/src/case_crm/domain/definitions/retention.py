"""How long a service's cases are kept, by how they ended, and what becomes of them then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated, Literal, Self

from common.contracts.base import Code
from common.contracts.cases import Result
from pydantic import Field, model_validator

from case_crm.domain.definitions.part import Part
from case_crm.domain.definitions.questions import Question
from case_crm.domain.definitions.stages import Transition


class Disposal(StrEnum):
    """What becomes of a case whose time is over: it goes by itself, once two people looked at it, or never."""

    DESTROY = "destroy"
    REVIEW = "review"
    KEEP = "keep"


class Retained(Part):
    """How long cases are kept that ended in one way. Without `years` it is for as long as the council keeps cases.

    `starts` is what begins the time: that the case ended, or was decided; the date in the answer to `question`; or that the case
    which it is part of ended. What is not there to begin it, or would begin it before the case ended, gives way to that end; but
    for a decision, which lies before it.
    """

    disposal: Disposal = Disposal.DESTROY
    years: Annotated[int, Field(ge=6, le=100)] | None = None
    starts: Literal["ended", "decided", "answer", "main_case"] = "ended"
    question: Code | None = None

    @model_validator(mode="after")
    def _says_enough(self) -> Self:
        if (self.starts == "answer") != (self.question is not None):
            raise ValueError("`question` says which answer begins the time, and nothing else needs it")
        if self.disposal is Disposal.KEEP and self.model_fields_set - {"disposal"}:
            raise ValueError("what is kept for good has no time")
        return self


class Retention(Part):
    """How long cases of one service are kept, by result; those without one of these as `otherwise` says."""

    results: dict[Result, Retained] = Field(default_factory=dict)
    otherwise: Retained = Retained()

    def of(self, result: str | None) -> Retained:
        """How cases are kept that ended with this result, or without one."""
        return self.results.get(Result(result), self.otherwise) if result else self.otherwise

    def problems(self, questions: Sequence[Question], transitions: Sequence[Transition]) -> Iterator[str]:
        """What does not fit to the questions and transitions it is about."""
        possible = {result for move in transitions for result in move.results}
        dates = {each.question for each in questions if each.type == "date"}
        for result in self.results:
            if result not in possible:
                yield f"it keeps cases with the result {result}, with which no transition ends"
        for each in (*self.results.values(), self.otherwise):
            if each.question and each.question not in dates:
                yield f"cases are kept from the answer to {each.question}, which does not ask for a date"
