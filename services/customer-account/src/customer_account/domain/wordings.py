"""The words in which people are asked, and in which they read what they agreed to. No file is read here."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Self

from common.contracts.base import Line, Text
from common.contracts.partners.consents import FieldGroup, Purpose
from common.contracts.people.consents import ConsentWordingView, UnknownWording
from pydantic import BaseModel, ConfigDict, model_validator

HERE = "en"
Labels = dict[str, Line]  # by language


class Wording(BaseModel):
    """One version of a question, in each of its languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    purpose: Purpose
    version: Line
    texts: dict[str, Text]

    @model_validator(mode="after")
    def _names_what_it_asks(self) -> Self:
        if HERE not in self.texts:
            raise ValueError("it is not there in English")
        for text in self.texts.values():
            if "{recipient}" not in text or "{groups}" not in text:
                raise ValueError("a question says who would know, and what: {recipient} and {groups}")
            text.format(recipient="", groups="")  # a brace too many is found now
        return self


class Wordings(BaseModel):
    """All of them, the oldest version of a purpose first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field_groups: dict[FieldGroup, Labels]
    purposes: dict[Purpose, Labels]
    wordings: list[Wording]

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if missing := {*FieldGroup} - {*self.field_groups} - {FieldGroup.OTHER}:
            raise ValueError(f"no words for {', '.join(sorted(missing))}")
        if missing := {*Purpose} - {*self.purposes} - {Purpose.OTHER}:
            raise ValueError(f"no words for {', '.join(sorted(missing))}")
        languages = {HERE} | {language for wording in self.wordings for language in wording.texts}
        for group, labels in self.field_groups.items():
            if missing := languages - {*labels}:
                raise ValueError(f"no words for {group} in {', '.join(sorted(missing))}")
        if any(HERE not in labels for labels in self.purposes.values()):
            raise ValueError("a purpose is not there in English")
        known = sorted((wording.purpose, wording.version) for wording in self.wordings)
        if any(one == next_one for one, next_one in pairwise(known)):
            raise ValueError("a version of a purpose is there twice")
        return self


def wordings_of(document: Any) -> Wordings:
    """The wordings that a document declares. Raises pydantic's ValidationError with where and why it cannot be."""
    return Wordings.model_validate(document)


def check_wording(known: Wordings, purpose: str, version: str, language: str) -> None:
    """Raises UnknownWording unless there are such words."""
    if _wording(known, purpose, version, language) is None:
        raise UnknownWording("The words there are to ask in are listed at /consent-wordings.")


def current(known: Wordings, purpose: str) -> str | None:
    """The version in which people are asked for a purpose now; None where nobody is asked for it."""
    return next((each.version for each in reversed(known.wordings) if each.purpose == purpose), None)


def asked(
    known: Wordings, purpose: str, version: str, language: str | None, *, groups: Sequence[str], who: str
) -> str | None:
    """The question as it was put; None where it was put in words of somebody else's."""
    text = _wording(known, purpose, version, language or HERE)
    return text.format(recipient=who, groups=listed(known, groups, language or HERE)) if text else None


def listed(known: Wordings, groups: Sequence[str], language: str = HERE) -> str:
    """Field groups as a person reads them, one after the other."""
    words = [_label(known, group, language) for group in groups]
    return ", ".join(words)


def what_for(known: Wordings, purpose: str) -> str:
    """A purpose as it ends a sentence."""
    labels = known.purposes.get(Purpose(purpose), {})
    return labels.get(HERE, f"for {purpose.replace('_', ' ')}")


def views_of(known: Wordings) -> list[ConsentWordingView]:
    """All of them, as they are shown to those who ask."""
    current = {wording.purpose: wording.version for wording in known.wordings}
    return [
        ConsentWordingView(
            purpose=wording.purpose,
            version=wording.version,
            language=language,
            current=current[wording.purpose] == wording.version,
            text=text,
        )
        for wording in known.wordings
        for language, text in wording.texts.items()
    ]


def edited(released: Wordings, now: Wordings) -> list[str]:
    """Which released versions are not what they were: none may be edited or taken away, languages may be added."""
    kept = {(wording.purpose, wording.version): wording.texts for wording in now.wordings}
    return [
        f"{wording.purpose} {wording.version} in {language}"
        for wording in released.wordings
        for language, text in wording.texts.items()
        if kept.get((wording.purpose, wording.version), {}).get(language) != text
    ]


def _wording(known: Wordings, purpose: str, version: str, language: str) -> str | None:
    for wording in known.wordings:
        if (wording.purpose, wording.version) == (purpose, version):
            return wording.texts.get(language)
    return None


def _label(known: Wordings, group: str, language: str) -> str:
    labels = known.field_groups.get(FieldGroup(group), {})
    return labels.get(language, group.replace("_", " "))
