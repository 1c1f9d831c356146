"""Forms that were begun: what fits them still, which question comes next, and how long they are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from case_crm.domain import forms
from case_crm.domain.definitions import ServiceDefinition
from case_crm.domain.forms import Held


def kept_until(definition: ServiceDefinition, now: datetime) -> datetime:
    """When a form goes by itself that nobody works at from now on."""
    return now + timedelta(days=definition.unfinished.kept_days)


def fitting(definition: ServiceDefinition, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that fit the form as it is now: it may have changed since they were given."""
    known = {question.question: question for question in definition.questions}
    return {name: answer for name, answer in answers.items() if name in known and known[name].accepts(answer)}


def resume_at(
    definition: ServiceDefinition, held: Held, answers: Mapping[str, Any], asked_last: str | None
) -> str | None:
    """The question to go on with: the one that was being asked, or the first that is not settled; None where all are."""
    names: Sequence[str] = [question.question for question in definition.questions]
    if asked_last in names and asked_last not in answers:
        return asked_last
    open_ = {*forms.still_to_tell(definition, held, answers), *forms.to_confirm(definition, held, answers)}
    return next((name for name in names if name in open_), None)
