"""Tell us once: which questions of a form are answered by what we hold, and which are still to ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from common.contracts.cases import Provenance, QuestionView, StillToTell, UnknownQuestion, WrongAnswer
from common.contracts.keys import SEALED_KINDS
from common.contracts.people import ToldFact

from case_crm.domain.definitions import Question, ServiceDefinition


@dataclass(frozen=True, slots=True)
class HeldFact:
    """A fact we hold, with where it came from."""

    fact_id: UUID
    kind: str
    value: Any
    told_at: datetime
    told_to: str
    told_to_service: str
    channel: str
    verification: str
    hidden: bool = False


Held = Mapping[str, HeldFact]


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that is complete: every answer, what was told with it that we did not hold, and what we asked needlessly."""

    answers: dict[str, Any]
    told: list[ToldFact]
    prefilled: int
    asked_again: list[Question]


def questions(definition: ServiceDefinition, held: Held) -> list[QuestionView]:
    """A form as it is shown: each question with the held answer and its provenance, where there is one."""
    return [_shown(question, held.get(question.fact_kind or "")) for question in definition.questions]


def still_to_tell(definition: ServiceDefinition, held: Held, answers: Mapping[str, Any]) -> list[str]:
    """The required questions that neither an answer nor a held fact settles."""
    return [
        q.question for q in definition.questions if q.required and q.question not in answers and not _settled(q, held)
    ]


def fill(definition: ServiceDefinition, held: Held, answers: Mapping[str, Any], *, mint: Callable[[], UUID]) -> Filled:
    """Complete a form. Raises UnknownQuestion, WrongAnswer, or StillToTell with the missing questions."""
    check(definition, answers)
    if missing := still_to_tell(definition, held, answers):
        raise StillToTell(questions=[_asked(q) for q in definition.questions if q.question in missing])
    told, again = [], []
    for question in definition.questions:
        if question.fact_kind is None or question.question not in answers:
            continue
        known = held.get(question.fact_kind)
        if known is not None and known.value == answers[question.question]:
            again.append(question)
        else:
            told.append(ToldFact(id=mint(), kind=question.fact_kind, value=answers[question.question]))
    from_memory = {
        q.question: held[q.fact_kind].value
        for q in definition.questions
        if q.fact_kind is not None and q.fact_kind in held and q.question not in answers
    }
    return Filled({**from_memory, **answers}, told, len(from_memory), again)


def _settled(question: Question, held: Held) -> bool:
    return question.fact_kind is not None and question.fact_kind in held


def apart(definition: ServiceDefinition, answers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Answers as they are kept: those that may lie open, and those that are facts of a sealed kind."""
    sealed = {q.question for q in definition.questions if q.fact_kind in SEALED_KINDS}
    return (
        {name: answer for name, answer in answers.items() if name not in sealed},
        {name: answer for name, answer in answers.items() if name in sealed},
    )


def check(definition: ServiceDefinition, answers: Mapping[str, Any]) -> None:
    """Raises UnknownQuestion or WrongAnswer where an answer has no question, or does not fit it."""
    known = {question.question: question for question in definition.questions}
    if unknown := sorted(set(answers) - set(known)):
        raise UnknownQuestion(questions=unknown)
    if wrong := [_asked(known[name]) for name, answer in answers.items() if not known[name].accepts(answer)]:
        raise WrongAnswer(questions=wrong)


def _asked(question: Question) -> dict[str, Any]:
    return {
        "question": question.question,
        "text": question.text,
        "type": question.type,
        "options": list(question.options),
    }


def _shown(question: Question, known: HeldFact | None) -> QuestionView:
    shown = known if known and not known.hidden else None
    source = shown and Provenance(
        fact_id=shown.fact_id,
        told_at=shown.told_at,
        told_to=shown.told_to,
        told_to_service=shown.told_to_service,
        channel=shown.channel,
        verification=shown.verification,
    )
    return QuestionView(
        question=question.question,
        text=question.text,
        help=question.help,
        type=question.type,
        options=list(question.options),
        required=question.required,
        fact_kind=question.fact_kind,
        value=shown.value if shown else None,
        held=source,
        protected=known is not shown,
    )
