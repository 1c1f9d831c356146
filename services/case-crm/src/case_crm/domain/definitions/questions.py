"""The questions of a form."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, Self

from common.contracts.base import Code, Line
from common.contracts.fact_kinds import FACT_KINDS
from pydantic import model_validator

from case_crm.domain.definitions.part import Part
from case_crm.domain.definitions.rules import Rule
from case_crm.domain.places import point_of


class Question(Part):
    """One question. With a `fact_kind`, its answer is a fact: held and current, it is not asked; else `purpose` says why it is.

    `asked_if` is a condition over earlier answers: where it does not hold the question is neither asked nor kept. `valid_if` must
    not fail of an answer; `wrong` is what its person is told then.
    """

    question: Code
    text: Line
    help: Line | None = None
    type: Literal["text", "date", "number", "yes_no", "choice", "place"] = "text"
    options: tuple[Line, ...] = ()
    required: bool = True
    fact_kind: Code | None = None
    purpose: Line | None = None
    asked_if: Rule | None = None
    valid_if: Rule | None = None
    wrong: Line | None = None

    @model_validator(mode="after")
    def _says_what_is_wrong(self) -> Self:
        if (self.valid_if is None) != (self.wrong is None):
            raise ValueError("`valid_if` has words for an answer of which it does not hold (`wrong`), and they have it")
        return self

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
                return isinstance(answer, str) and 0 < len(answer.strip()) <= 2000 and _is_readable(answer)
            case "date":
                return isinstance(answer, str) and _is_date(answer)
            case "number":
                return isinstance(answer, int | float) and not isinstance(answer, bool) and abs(answer) < 1e12
            case "yes_no":
                return isinstance(answer, bool)
            case "choice":
                return answer in self.options
            case "place":
                return point_of(answer) is not None


def _is_readable(text: str) -> bool:
    """Whether a text can be kept and read again: it has no NUL, and no half of a character."""
    return not any(char == "\x00" or "\ud800" <= char <= "\udfff" for char in text)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
