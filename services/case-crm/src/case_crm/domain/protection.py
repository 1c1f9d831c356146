"""What of a protected person a reader may not see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.addresses import has_address
from common.contracts.base import PARTNERSHIP

from case_crm.domain.definitions import ServiceDefinition


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and the kinds of facts that tell where the person is, if that is hidden from them."""

    role: str
    hidden: frozenset[str] = frozenset()

    def may_see(self, text: str | None) -> bool:
        """Whether a free text may be shown: one with an address in it may not, where addresses are hidden."""
        return not (self.hidden and text and has_address(text))


def hidden_answers(definition: ServiceDefinition, answers: Mapping[str, Any], reader: Reader) -> list[str]:
    """The questions whose answers this reader may not see: they tell where the person is, by their kind or in their words."""
    kinds = {question.question: question.fact_kind for question in definition.questions}
    return [
        name
        for name, answer in answers.items()
        if kinds.get(name) in reader.hidden or (isinstance(answer, str) and not reader.may_see(answer))
    ]


def told_to(council: str, reader_of: str, reader: Reader) -> str:
    """Which council was told. That it was another one tells where the person went."""
    return PARTNERSHIP if reader.hidden and council != reader_of else council
