"""The words of a service, in the language and for the channel that somebody uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from common.contracts.base import Channel
from common.contracts.cases import ChoiceView

from case_crm.domain.definitions import Language, Question, ServiceDefinition, Signpost
from case_crm.domain.definitions.offer import Words
from case_crm.domain.definitions.stages import TOLD


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

    def _slots(self) -> Iterator[Words]:
        """The words that come first: of the channel in this language, then of the language."""
        if texts := self.definition.texts.get(self.language):
            if self.channel and (own := texts.channels.get(self.channel)):
                yield own
            yield texts
