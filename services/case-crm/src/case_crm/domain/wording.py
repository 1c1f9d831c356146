"""The words of a service, in the language and for the channel that somebody uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from common.contracts.base import Channel
from common.contracts.cases import ChoiceView, NextAction, Result
from common.contracts.cases.clocks import ClockView

from case_crm.domain.definitions import Language, Question, ServiceDefinition, Signpost
from case_crm.domain.definitions.handling import OMBUDSMAN
from case_crm.domain.definitions.offer import Words
from case_crm.domain.definitions.stages import LABELS, TOLD

EVERYBODYS = {words["en"]: words for words in (OMBUDSMAN, *LABELS.values())}
"""What is said of cases of every service, whoever has the same words for it, by the English ones."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How somebody is spoken to. What has no words of its own there is said in the definition's first ones."""

    definition: ServiceDefinition
    language: Language = "en"
    channel: Channel | None = None

    def title(self) -> str:
        """What the service is called."""
        return next((words.title for words in self._slots() if words.title), self.definition.title)

    def summary(self) -> str:
        """What the service is for."""
        return next((words.summary for words in self._slots() if words.summary), self.definition.summary)

    def told(self, stage: str) -> str:
        """What the resident is told at a stage."""
        said: Iterator[str] = (words.stages[stage] for words in self._slots() if stage in words.stages)
        if stage not in self.definition.stages:
            said = chain(said, [TOLD[stage][self.language]])
        return next(said, self.definition.every_stage[stage].told)

    def action(self, action: NextAction) -> NextAction:
        """A next action with its label."""
        said = (
            words.transitions[action.transition] for words in self._slots() if action.transition in words.transitions
        )
        return action.model_copy(update={"label": next(said, self._everybodys(action.label))})

    def promise(self, term: str, first: str) -> str:
        """What is promised, where its first words are these."""
        return next((words.promises[term] for words in self._slots() if term in words.promises), first)

    def clock(self, clock: ClockView) -> ClockView:
        """A clock with what it promises, and why."""
        basis = next((words.bases[clock.term] for words in self._slots() if clock.term in words.bases), clock.basis)
        return clock.model_copy(update={"promise": self.promise(clock.term, clock.promise), "basis": basis})

    def contest(self, result: Result, first: str) -> str:
        """What somebody can do who does not agree with a result."""
        said = (words.appeals[result] for words in self._slots() if result in words.appeals)
        return next(said, self._everybodys(first))

    def asks(self, question: Question) -> str:
        """How a question is asked."""
        said = (words.questions[question.question] for words in self._slots() if question.question in words.questions)
        return next(said, question.text)

    def choices(self, question: Question) -> list[ChoiceView]:
        """The options of a question, each with how it is read."""
        said = [words.options[question.question] for words in self._slots() if question.question in words.options]
        return [
            ChoiceView(option=option, text=next((each[option] for each in said if option in each), option))
            for option in question.options
        ]

    def spoken(self) -> ServiceDefinition:
        """The definition as its form is read in these words. Rules and answers go by it as by the first one: no option changes."""
        if not any(True for _ in self._slots()):
            return self.definition
        more = {
            "questions": tuple(each.model_copy(update=self._of(each)) for each in self.definition.questions),
            "eligibility": tuple(
                each.model_copy(update={"otherwise": self._says(each.otherwise), "signpost": self._post(each.signpost)})
                for each in self.definition.eligibility
            ),
            "triage": tuple(
                each.model_copy(
                    update={"says": each.says and self._says(each.says), "signpost": self._post(each.signpost)}
                )
                for each in self.definition.triage
            ),
        }
        return self.definition.model_copy(update=more)

    def _of(self, question: Question) -> dict[str, str | None]:
        name = question.question
        help_ = (words.help[name] for words in self._slots() if name in words.help)
        wrong = (words.wrong[name] for words in self._slots() if name in words.wrong)
        return {"text": self.asks(question), "help": next(help_, question.help), "wrong": next(wrong, question.wrong)}

    def _says(self, first: str) -> str:
        return next((words.says[first] for words in self._slots() if first in words.says), first)

    def _post(self, signpost: Signpost | None) -> Signpost | None:
        return signpost and Signpost(to=self._says(signpost.to), how=self._says(signpost.how))

    def _everybodys(self, first: str) -> str:
        return EVERYBODYS.get(first, {}).get(self.language, first)

    def _slots(self) -> Iterator[Words]:
        """The words that come first: of the channel in this language, then of the language."""
        if texts := self.definition.texts.get(self.language):
            if self.channel and (own := texts.channels.get(self.channel)):
                yield own
            yield texts
