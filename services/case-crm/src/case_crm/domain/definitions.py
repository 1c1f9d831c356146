"""A service definition: one council service as data. Read and checked whole; what is wrong is said with its place."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from common.contracts.base import Code, CouncilId, Line
from common.contracts.cases import ENDED, Result, Status
from common.contracts.fact_kinds import FACT_KINDS
from pydantic import BaseModel, ConfigDict, Field, model_validator

Role = Literal["officer", "resident", "partner"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Question(_Part):
    """One question. With a `fact_kind`, its answer is a fact: held and current, it is not asked."""

    question: Code
    text: Line
    help: Line | None = None
    type: Literal["text", "date", "number", "yes_no", "choice"] = "text"
    options: tuple[Line, ...] = ()
    required: bool = True
    fact_kind: Code | None = None

    @model_validator(mode="after")
    def _a_choice_has_options(self) -> Self:
        if (self.type == "choice") != bool(self.options):
            raise ValueError("a choice has options, and nothing else has")
        return self

    @model_validator(mode="after")
    def _its_fact_is_kept(self) -> Self:
        if self.fact_kind is not None and self.fact_kind not in FACT_KINDS:
            raise ValueError(f"no fact of the kind {self.fact_kind} is kept")
        return self

    def accepts(self, answer: Any) -> bool:
        """Whether an answer has the shape this question asks for."""
        match self.type:
            case "text":
                return isinstance(answer, str) and 0 < len(answer.strip()) <= 2000 and "\x00" not in answer
            case "date":
                return isinstance(answer, str) and _is_date(answer)
            case "number":
                return isinstance(answer, int | float) and not isinstance(answer, bool) and abs(answer) < 1e12
            case "yes_no":
                return isinstance(answer, bool)
            case "choice":
                return answer in self.options


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


class Stage(_Part):
    """A definition's own status: which shared status it is, and what the resident is told."""

    status: Status
    told: Line


class Transition(_Part):
    """A named move between stages, and who may make it."""

    transition: Code
    label: Line
    leaves: tuple[Code, ...]
    to: Code
    by: tuple[Role, ...] = ("officer",)
    results: tuple[Result, ...] = ()
    needs_reason: bool = False


class ServiceDefinition(_Part):
    """One council service."""

    service: Code
    version: Annotated[int, Field(ge=1)]
    title: Line
    summary: Line
    lgsl: int | None = None
    councils: tuple[CouncilId, ...] = Field(min_length=1)
    about_a_person: bool = True
    questions: tuple[Question, ...] = ()
    start: Code
    stages: dict[Code, Stage]
    transitions: tuple[Transition, ...]

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        for problem in self._problems():
            raise ValueError(problem)
        return self

    def _problems(self) -> list[str]:
        found = []
        if self.start not in self.stages:
            found.append(f"it starts at the stage {self.start}, which it does not have")
        names = [question.question for question in self.questions]
        found += [f"the question {name} is asked twice" for name in sorted(set(names)) if names.count(name) > 1]
        for move in self.transitions:
            missing = sorted({*move.leaves, move.to} - set(self.stages))
            found += [
                f"the transition {move.transition} names the stage {stage}, which it does not have" for stage in missing
            ]
            found += self._result_problems(move)
        found += [f"nothing leads to the stage {stage}" for stage in sorted(set(self.stages) - self._reachable())]
        return found

    def _result_problems(self, move: Transition) -> list[str]:
        target = self.stages.get(move.to)
        if target and target.status is Status.RESOLVED and not move.results:
            return [f"the transition {move.transition} resolves the case without naming its possible results"]
        return []

    def _reachable(self) -> set[str]:
        reached, fresh = {self.start}, {self.start}
        while fresh:
            fresh = {move.to for move in self.transitions if fresh & set(move.leaves)} - reached
            reached |= fresh
        return reached

    def ended(self, stage: str) -> bool:
        """Whether a stage is an ending."""
        return self.stages[stage].status in ENDED

    def moves_from(self, stage: str) -> list[Transition]:
        """The transitions that leave a stage."""
        return [move for move in self.transitions if stage in move.leaves]
