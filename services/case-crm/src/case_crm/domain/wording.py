"""The words of a service, in the language and for the channel that somebody uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from common.contracts.base import Channel

from case_crm.domain.definitions import Language, Question, ServiceDefinition
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

    def _slots(self) -> Iterator[Words]:
        """The words that come first: of the channel in this language, then of the language."""
        if texts := self.definition.texts.get(self.language):
            if self.channel and (own := texts.channels.get(self.channel)):
                yield own
            yield texts
