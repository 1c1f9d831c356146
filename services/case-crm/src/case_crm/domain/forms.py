"""Tell us once: which questions of a form are answered by what we hold, and which are still to ask."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.contracts.cases import (
    AskedBecause,
    Provenance,
    QuestionView,
    StillToTell,
    UnknownQuestion,
    Why,
    WrongAnswer,
)
from common.contracts.keys import SEALED_KINDS
from common.contracts.people import ToldFact

from case_crm.domain import asking, conditions
from case_crm.domain.asking import NO_GAPS, Gaps
from case_crm.domain.definitions import Question, ServiceDefinition
from case_crm.domain.wording import Wording


@dataclass(frozen=True, slots=True)
class HeldFact:
    """A fact we hold, with where it came from. One that `fails` is not what the rule of its question allows."""

    fact_id: UUID
    kind: str
    value: Any
    told_at: datetime
    told_to: str
    told_to_service: str
    channel: str
    verification: str
    hidden: bool = False
    fresh_until: date | None = None
    stale: bool = False
    fails: bool = False


Held = Mapping[str, HeldFact]


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that is complete: every answer, what was told or confirmed with it, and what we asked needlessly, and why."""

    answers: dict[str, Any]
    told: list[ToldFact]
    prefilled: int
    asked_again: list[tuple[Question, AskedBecause]]
    still_so: list[ToldFact] = field(default_factory=list)


def settled(definition: ServiceDefinition, held: Held, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What is answered, now or from what we hold, as far as it fits its question."""
    facts = {q.question: known.value for q in definition.questions if (known := _known(q, held))}
    given = {**facts, **answers}
    return {q.question: given[q.question] for q in definition.questions if q.accepts(given.get(q.question))}


def asked_of(definition: ServiceDefinition, held: Held, answers: Mapping[str, Any], today: date) -> ServiceDefinition:
    """The definition with the questions alone that are asked of whom this is known of."""
    asked = conditions.asked(definition, settled(definition, held, answers), today)
    return definition.model_copy(update={"questions": asked})


def judged(definition: ServiceDefinition, held: Held, answers: Mapping[str, Any], today: date) -> dict[str, HeldFact]:
    """What we hold, each marked that fails the rule of a question that is asked and not answered now: it is to be asked."""
    failing = conditions.failing(definition, settled(definition, held, answers), today)
    kinds = {question.fact_kind for question in failing if question.question not in answers}
    return {kind: replace(fact, fails=True) if kind in kinds else fact for kind, fact in held.items()}


def questions(
    definition: ServiceDefinition, held: Held, gaps: Gaps = NO_GAPS, words: Wording | None = None
) -> list[QuestionView]:
    """A form as it is shown: each question with how it stands, and the held answer with where it came from."""
    words = words or Wording(definition)
    return [_shown(question, held, gaps, words) for question in definition.questions]


def still_to_tell(definition: ServiceDefinition, held: Held, answers: Mapping[str, Any]) -> list[str]:
    """The required questions that neither an answer nor a held fact that fits settles, be it to confirm."""
    return [
        q.question for q in definition.questions if q.required and q.question not in answers and not _known(q, held)
    ]


def to_confirm(definition: ServiceDefinition, held: Held, answers: Mapping[str, Any]) -> list[str]:
    """The questions whose held answers are stale: they are offered, and not asked afresh."""
    return [
        q.question
        for q in definition.questions
        if q.question not in answers and (known := _known(q, held)) is not None and known.stale
    ]


def fill(
    definition: ServiceDefinition,
    held: Held,
    answers: Mapping[str, Any],
    *,
    mint: Callable[[], UUID],
    today: date,
    confirmed: Collection[str] = (),
    gaps: Gaps = NO_GAPS,
    words: Wording | None = None,
) -> Filled:
    """Complete a form. Raises UnknownQuestion, WrongAnswer, or StillToTell with what is missing, and what is to be confirmed.

    What is answered though it is not asked, as its condition does not hold, is not kept.
    """
    words = words or Wording(definition)
    check(definition, answers, confirmed, words)
    definition = asked_of(definition, held, answers, today)
    answers = {q.question: answers[q.question] for q in definition.questions if q.question in answers}
    conditions.check_valid(definition, settled(definition, held, answers), answers, today)
    held = judged(definition, held, answers, today)
    offered = set(to_confirm(definition, held, answers))
    missing = {*still_to_tell(definition, held, answers), *(offered - set(confirmed))}
    if wanted := [_asked(q, words, held) for q in definition.questions if q.question in missing and q.required]:
        raise StillToTell(questions=wanted)
    from_memory = {
        q.question: known.value
        for q in definition.questions
        if (known := _known(q, held))
        and q.question not in answers
        and not (known.stale and q.question not in confirmed)
    }
    whole = {**from_memory, **answers}
    told, still_so = _told(definition, held, whole, mint)
    prefilled = len(from_memory) - len(offered & set(confirmed))
    return Filled(whole, told, prefilled, _again(definition, held, answers, gaps), still_so)


def _told(
    definition: ServiceDefinition, held: Held, whole: Mapping[str, Any], mint: Callable[[], UUID]
) -> tuple[list[ToldFact], list[ToldFact]]:
    """What is told by the answers: what is not held; and of what is held and stale, that it is still so."""
    told, still_so = [], []
    for question in definition.questions:
        if question.fact_kind is None or question.question not in whole:
            continue
        known, value = _known(question, held), whole[question.question]
        fact = ToldFact(id=mint(), kind=question.fact_kind, value=value)
        if known is None or known.value != value:
            told.append(fact)
        elif known.stale:
            still_so.append(fact)
    return told, still_so


def _again(
    definition: ServiceDefinition, held: Held, answers: Mapping[str, Any], gaps: Gaps
) -> list[tuple[Question, AskedBecause]]:
    """The questions that were answered needlessly. Another value than the held one is a correction, and no re-ask."""
    again = []
    for question in definition.questions:
        known = _known(question, held)
        corrects = known is not None and known.value != answers.get(question.question)
        because = asking.asked_again(_why(question, held, gaps))
        if because and question.question in answers and not corrects:
            again.append((question, because))
    return again


def _known(question: Question, held: Held) -> HeldFact | None:
    """The fact that answers a question; None where none is held that fits it."""
    fact = _held(question, held)
    return fact if fact and question.accepts(fact.value) and not fact.fails else None


def _held(question: Question, held: Held) -> HeldFact | None:
    return held.get(question.fact_kind) if question.fact_kind else None


def _why(question: Question, held: Held, gaps: Gaps) -> Why:
    known, fact = _known(question, held), _held(question, held)
    stale = known is not None and known.stale
    return asking.why(question, held=fact is not None, fits=known is not None, stale=stale, gaps=gaps)


def apart(
    definition: ServiceDefinition, answers: Mapping[str, Any], *, also: Collection[str] = ()
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Answers as they are kept: those that may lie open, and those that are facts of a sealed kind, or are such `also`."""
    sealed = {q.question for q in definition.questions if q.fact_kind in SEALED_KINDS}.union(also)
    return (
        {name: answer for name, answer in answers.items() if name not in sealed},
        {name: answer for name, answer in answers.items() if name in sealed},
    )


def check(
    definition: ServiceDefinition,
    answers: Mapping[str, Any],
    confirmed: Collection[str] = (),
    words: Wording | None = None,
) -> None:
    """Raises UnknownQuestion or WrongAnswer where an answer (or what was confirmed) has no question, or does not fit it."""
    known, words = {question.question: question for question in definition.questions}, words or Wording(definition)
    if unknown := sorted({*answers, *confirmed} - set(known)):
        raise UnknownQuestion(questions=unknown)
    if wrong := [_asked(known[name], words) for name, answer in answers.items() if not known[name].accepts(answer)]:
        raise WrongAnswer(questions=wrong)


def _asked(question: Question, words: Wording, held: Held | None = None) -> dict[str, Any]:
    """A question as a refusal names it. What is only to be confirmed says so: its answer is in the form."""
    why = _why(question, held, asking.NO_GAPS) if held else None
    confirm = {"confirm": True} if why is Why.STALE else {}
    unfit = {"in_words": asking.in_words(why, words.language)} if why is Why.DOES_NOT_FIT else {}
    asks = {name: getattr(question, name) for name in ("question", "text", "type")}
    choices = [each.model_dump() for each in words.choices(question)]
    return confirm | unfit | asks | {"options": list(question.options), "choices": choices}


def _shown(question: Question, held: Held, gaps: Gaps, words: Wording) -> QuestionView:
    known = _held(question, held)
    why = _why(question, held, gaps)
    shown = known if known and not known.hidden else None
    source = shown and Provenance(
        fact_id=shown.fact_id,
        told_at=shown.told_at,
        told_to=shown.told_to,
        told_to_service=shown.told_to_service,
        channel=shown.channel,
        verification=shown.verification,
        fresh_until=shown.fresh_until,
    )
    return QuestionView(
        question=question.question,
        text=question.text,
        help=question.help,
        type=question.type,
        options=list(question.options),
        choices=words.choices(question),
        required=question.required,
        fact_kind=question.fact_kind,
        value=shown.value if shown else None,
        held=source,
        protected=known is not shown,
        standing=asking.standing(why),
        why=why,
        in_words=asking.in_words(why, words.language),
    )
