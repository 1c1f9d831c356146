"""What people may say of themselves for equality's sake: what can be answered, and how it is counted. No file is read here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Self

from common.contracts.base import Code, Line
from common.contracts.people.equality import (
    BANDS,
    PREFER_NOT_TO_SAY,
    AskedIf,
    Characteristic,
    EqualityAnswerView,
    EqualityQuestionNotAsked,
    EqualityQuestionsView,
    EqualityQuestionView,
    UnknownEqualityAnswer,
)
from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

HERE = "en"


def _in_english(words: dict[str, Line]) -> dict[str, Line]:
    if HERE not in words:
        raise ValueError("it is not there in English")
    return words


Words = Annotated[dict[str, Line], AfterValidator(_in_english)]  # by language


class Answer(BaseModel):
    """An answer, and the band it is counted in. Without one it is told to nobody."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Words
    band: Code | None = None


class Question(BaseModel):
    """A question, and the characteristic that it is about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Words
    asked_if: AskedIf | None = None
    characteristic: Characteristic | None = None
    answers: dict[Code, Answer]

    def is_asked(self, answers: Mapping[str, str]) -> bool:
        """Whether it is asked of somebody who answered so."""
        return self.asked_if is None or answers.get(self.asked_if.question) == self.asked_if.answer

    @model_validator(mode="after")
    def _is_counted(self) -> Self:
        if PREFER_NOT_TO_SAY in self.answers:
            raise ValueError("to prefer not to say is an answer of every question already")
        allowed = BANDS[self.characteristic] if self.characteristic else ()
        if unknown := sorted({each.band for each in self.answers.values() if each.band} - {*allowed}):
            raise ValueError(f"nobody is counted as {', '.join(unknown)} here")
        return self


class Questions(BaseModel):
    """All of them, in the order in which they are asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    prefer_not_to_say: Words
    questions: dict[Code, Question]

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        always: dict[str, Question] = {}
        for name, question in self.questions.items():
            before = question.asked_if
            if before is None:
                always[name] = question
            elif before.question not in always or before.answer not in always[before.question].answers:
                raise ValueError(f"{name} follows no answer of an earlier question that is asked of everybody")
        if missing := {*Characteristic} - {each.characteristic for each in self.questions.values()}:
            raise ValueError(f"nothing is asked of {', '.join(sorted(missing))}")
        return self


def questions_of(document: Any) -> Questions:
    """The questions that a document declares. Raises pydantic's ValidationError with where and why it cannot be."""
    return Questions.model_validate(document)


def view_of(known: Questions) -> EqualityQuestionsView:
    """The questions as they are shown to those who write forms."""
    return EqualityQuestionsView(
        items=[
            EqualityQuestionView(
                question=name, text=each.text, asked_if=each.asked_if, answers=[*_shown(each, known.prefer_not_to_say)]
            )
            for name, each in known.questions.items()
        ]
    )


def checked(known: Questions, told: Mapping[str, str]) -> dict[str, str]:
    """What is kept of these answers. Raises UnknownEqualityAnswer or EqualityQuestionNotAsked."""
    for name, answer in told.items():
        question = known.questions.get(name)
        if question is None or answer not in {*question.answers, PREFER_NOT_TO_SAY}:
            raise UnknownEqualityAnswer("The questions and their answers are listed at /equality-questions.")
        if not question.is_asked(told):
            raise EqualityQuestionNotAsked
    return dict(told)


def joined(known: Questions, kept: Mapping[str, str], told: Mapping[str, str]) -> dict[str, str]:
    """The answers that are kept with those that were told since: without any to what is not asked any more."""
    both = {**kept, **told}
    return {name: answer for name, answer in both.items() if known.questions[name].is_asked(both)}


def bands(known: Questions, answers: Mapping[str, str]) -> dict[str, str]:
    """The bands that somebody with these answers is counted in. A follow-up comes later, and knows it more exactly."""
    found = {}
    for name, question in known.questions.items():
        if question.characteristic and name in answers and (band := _band(question, answers[name])):
            found[question.characteristic.value] = band
    return found


def _band(question: Question, answer: str) -> str | None:
    return PREFER_NOT_TO_SAY if answer == PREFER_NOT_TO_SAY else question.answers[answer].band


def _shown(question: Question, prefer_not_to_say: Words) -> Iterator[EqualityAnswerView]:
    for code, answer in question.answers.items():
        yield EqualityAnswerView(answer=code, label=answer.label)
    yield EqualityAnswerView(answer=PREFER_NOT_TO_SAY, label=prefer_not_to_say)
