"""A case that is opened by what was told once: what answers its questions, and what is still to ask."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from common.contracts.base import Code
from common.contracts.keys import SEALED_KINDS

from case_crm.domain import conditions
from case_crm.domain.definitions import Question, ServiceDefinition
from case_crm.domain.definitions.life_events import Opens, ToDo
from case_crm.domain.definitions.rules import holds


class Opening(Opens):
    """What of a delivery opens its case, as its telling's plan says it, and the kinds of facts that were kept from it."""

    tasks: tuple[ToDo, ...] = ()
    reference: str
    channel: str
    withheld: tuple[Code, ...] = ()
    life_event: Code | None = None

    def source(self, question: Question) -> str | None:
        """The kind of fact that answers a question."""
        return self.facts.get(question.question, question.fact_kind)


@dataclass(frozen=True, slots=True)
class Bound:
    """What was told, as answers, those of a sealed kind among them; and what is shown to the cleared alone, or was withheld."""

    answers: dict[str, Any]
    sealed: frozenset[str]
    kept_back: list[str]


def case_of(delivery_id: UUID) -> UUID:
    """The case of a delivery has one id, however often it is opened."""
    return uuid5(delivery_id, "case")


def need_of(root_id: UUID) -> UUID:
    """What somebody wants met when they tell once: one need, whatever cases it takes, in whichever councils."""
    return uuid5(root_id, "need")


def bind(
    definition: ServiceDefinition, opening: Opening, facts: Mapping[str, Any], *, guarded: Collection[str], today: date
) -> Bound:
    """Answer a form with what was told, as far as it fits: what does not is asked by whoever deals with the case."""
    told = {
        q.question: opening.answers.get(q.question, facts.get(opening.source(q) or "")) for q in definition.questions
    }
    fits = {q.question: told[q.question] for q in definition.questions if q.accepts(told[q.question])}
    sound = {q.question for q in conditions.asked(definition, fits, today) if not _fails(definition, q, fits, today)}
    kept = {*guarded, *opening.withheld}
    behind = [q for q in definition.questions if opening.source(q) in kept]
    return Bound(
        answers={name: answer for name, answer in fits.items() if name in sound},
        sealed=frozenset(q.question for q in definition.questions if opening.source(q) in SEALED_KINDS),
        kept_back=sorted(kept.union(q.question for q in behind).union(q.fact_kind for q in behind if q.fact_kind)),
    )


def still_to_ask(
    definition: ServiceDefinition, answers: Mapping[str, Any], *, kept_back: Collection[str], today: date
) -> list[Question]:
    """What the service needs and nothing told answers. What is kept from it for somebody's safety is not to be asked for."""
    return [
        q
        for q in conditions.asked(definition, answers, today)
        if q.required and q.question not in answers and not {q.question, q.fact_kind}.intersection(kept_back)
    ]


def _fails(definition: ServiceDefinition, question: Question, known: Mapping[str, Any], today: date) -> bool:
    return question.valid_if is not None and holds(question.valid_if, definition.kinds, known, today) is False
