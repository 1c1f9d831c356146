"""Whether a question can be answered with a fact of the kind that it is bound to: each flaw with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from common.facts import KINDS
from jsonschema import Draft202012Validator

from case_crm.domain.definitions.flaws import Flaw
from case_crm.domain.definitions.questions import Question

_JSON = {
    "text": {"string"},
    "date": {"string"},
    "choice": {"string"},
    "number": {"number", "integer"},
    "yes_no": {"boolean"},
}


def misfits(questions: Sequence[Question]) -> Iterator[Flaw]:
    """The questions whose answers could not be kept as such a fact, or that such a fact could not answer."""
    for number, question in enumerate(questions):
        if (shape := KINDS.get(question.fact_kind or "", {}).get("shape")) is None:
            continue
        if not _fits(question.type, shape):
            why = f"an answer of the type {question.type} is no fact of the kind {question.fact_kind}"
            yield Flaw(why, "questions", number, "type")
            continue
        for option in question.options:
            if not Draft202012Validator(shape).is_valid(option):
                yield Flaw(f"{option} is no fact of the kind {question.fact_kind}", "questions", number, "options")


def _fits(type: str, shape: Mapping[str, Any]) -> bool:
    """A date is asked for as a date; and as what it is, whatever has one of several shapes."""
    shapes = {shape["type"]} if isinstance(shape["type"], str) else {*shape["type"]}
    return (type == "date") == (shape.get("format") == "date") and bool(shapes & _JSON.get(type, set()))
