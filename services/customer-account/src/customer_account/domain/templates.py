"""Templates of messages: what each may say in which language, checked whole, and made into the words of one message.

No file is read here. Words hold placeholders such as {reference}; {council} is who writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from string import Formatter
from typing import Annotated, Any, Self

from common.contracts.base import Code, CouncilId, Line
from common.contracts.people import MessageChannel
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

from customer_account.domain.segments import MOST_PARTS, parts

ENGLISH = "en"  # what everybody else's words fall back to
COUNCIL = "council"
LONGEST = {"reference": "X" * 20, "day": "2026-09-30", "place": "X" * 40, "number": "9" * 6, COUNCIL: "X" * 40}
_MONTHS: Mapping[str, str] = {
    "en": "January February March April May June July August September October November December",
    "cy": "Ionawr Chwefror Mawrth Ebrill Mai Mehefin Gorffennaf Awst Medi Hydref Tachwedd Rhagfyr",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
}

Language = Annotated[str, StringConstraints(pattern=f"^({'|'.join(_MONTHS)})$")]
"""A language that templates are written in."""


class ValueKind(StrEnum):
    """What a value is. A place is not named to somebody who is protected."""

    REFERENCE = "reference"
    DAY = "day"
    PLACE = "place"
    NUMBER = "number"


class Style(StrEnum):
    """How a letter is made for somebody who needs it so."""

    LARGE_PRINT = "large_print"
    EASY_READ = "easy_read"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Paper(_Part):
    """An e-mail or a letter: its subject and its words."""

    subject: Line
    body: str = Field(min_length=1, max_length=8000)


class Words(_Part):
    """What a template says in one language, by the channels it goes by. `instead` names a place to whom it must not be named."""

    instead: dict[Code, Line] = Field(default_factory=dict)
    for_another: Line
    text: str | None = Field(default=None, min_length=1)
    email: Paper | None = None
    letter: Paper | None = None
    easy_read: Paper | None = None

    def said(self) -> Iterator[str]:
        """Every text there is in it."""
        papers = [paper for paper in (self.email, self.letter, self.easy_read) if paper]
        yield from [text for paper in papers for text in (paper.subject, paper.body)]
        yield from [self.text] if self.text else []

    def channels(self) -> list[MessageChannel]:
        """How it can go."""
        there = {MessageChannel.TEXT: self.text, MessageChannel.EMAIL: self.email, MessageChannel.POST: self.letter}
        return [channel for channel, words in there.items() if words]


class Template(_Part):
    """One message that can be sent. `kind` is the one people choose by; a council may have words of its own."""

    template: Code
    about: Line
    kind: Code
    values: dict[Code, ValueKind]
    languages: dict[Language, Words]
    councils: dict[CouncilId, dict[Language, Words]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        for problem in self._problems():
            raise ValueError(problem)
        return self

    def _problems(self) -> Iterator[str]:
        if ENGLISH not in self.languages:
            yield f"it has no words in {ENGLISH}, which everybody else's fall back to"
            return
        everywhere = set(self.languages[ENGLISH].channels())
        if not everywhere:
            yield "it goes by no channel"
        own = [(f"{council} {tag}", words) for council, tags in self.councils.items() for tag, words in tags.items()]
        for place, words in [*self.languages.items(), *own]:
            if missing := sorted(everywhere - set(words.channels())):
                yield f"{place}: it does not go by {', '.join(missing)}, as it does in {ENGLISH}"
            yield from self._problems_of(place, words)

    def _problems_of(self, place: str, words: Words) -> Iterator[str]:
        known = {*self.values, COUNCIL}
        for text in words.said():
            if unknown := sorted(set(_placeholders(text)) - known):
                yield f"{place}: nobody gives it {', '.join(unknown)}"
        hidden = {name for name, kind in self.values.items() if kind is ValueKind.PLACE} | {COUNCIL}
        used = {name for text in words.said() for name in _placeholders(text)}
        if missing := sorted((hidden & used) - set(words.instead)):
            yield f"{place}: it does not say what stands instead of {', '.join(missing)}"
        if words.text and (length := parts(_longest(words.text, self.values))) > MOST_PARTS:
            yield f"{place}: its text message can take {length} parts, and at most {MOST_PARTS} are sent"

    def channels(self) -> list[MessageChannel]:
        """How it can go, in every language."""
        return self.languages[ENGLISH].channels()

    def words(self, council: str, language: str | None) -> tuple[str, Words]:
        """A council's words in a language, or what stands in for them: the shared ones, then English."""
        written = (self.councils.get(council, {}), self.languages)
        for tag in (language or ENGLISH, (language or ENGLISH).partition("-")[0], ENGLISH):
            for found in written:
                if tag in found:
                    return tag, found[tag]
        raise LookupError(self.template)

    def takes(self, values: Mapping[str, str]) -> bool:
        """Whether these values are all it needs, each as its kind is written."""
        return values.keys() == self.values.keys() and all(
            _is_written(kind, values[name]) for name, kind in self.values.items()
        )


@dataclass(frozen=True, slots=True)
class Rendered:
    """The words of one message. `parts` is how many text messages it takes."""

    language: str
    subject: str | None
    text: str
    parts: int | None
    style: str | None


_template = TypeAdapter(Template)


def template_of(document: Any) -> Template:
    """The template that a document declares. Raises pydantic's ValidationError with where and why it cannot be."""
    return _template.validate_python(document)


def render(
    template: Template,
    channel: MessageChannel,
    values: Mapping[str, str],
    *,
    council: tuple[str, str],
    language: str | None,
    style: Style | None = None,
    protected: bool = False,
    for_another: bool = False,
) -> Rendered:
    """One message in words. `council` is the id and the name of who writes; `for_another`: to whoever acts for its person."""
    tag, words = template.words(council[0], language)
    told = {name: _shown(kind, values[name], tag) for name, kind in template.values.items()} | {COUNCIL: council[1]}
    if protected:
        told |= words.instead
    first = [words.for_another] if for_another else []
    if channel is MessageChannel.TEXT and words.text:
        text = " ".join([*first, words.text.format_map(told)])
        return Rendered(tag, None, text, parts(text), None)
    if channel is not MessageChannel.POST or (style is Style.EASY_READ and words.easy_read is None):
        style = None
    easy = words.easy_read if style is Style.EASY_READ else None
    paper = easy or (words.email if channel is MessageChannel.EMAIL else words.letter)
    if paper is None:
        raise LookupError(channel)
    body = "\n\n".join([*first, paper.body.format_map(told).strip()])
    return Rendered(tag, paper.subject.format_map(told), body, None, style.value if style else None)


def _shown(kind: ValueKind, value: str, tag: str) -> str:
    day = _day(value) if kind is ValueKind.DAY else None
    return f"{day.day} {_MONTHS[tag].split()[day.month - 1]} {day.year}" if day else value


def _is_written(kind: ValueKind, value: str) -> bool:
    match kind:
        case ValueKind.DAY:
            return _day(value) is not None
        case ValueKind.NUMBER:
            return value.isascii() and value.isdigit()
        case _:
            return True


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _placeholders(text: str) -> list[str]:
    """The names in braces; what is more than a name is given as it is, and known to nobody."""
    try:
        found = list(Formatter().parse(text))
    except ValueError:
        return ["a brace without its other"]
    return [
        name + (f"!{as_}" if as_ else "") + (f":{spec}" if spec else "")
        for _, name, spec, as_ in found
        if name is not None
    ]


def _longest(text: str, values: Mapping[str, ValueKind]) -> str:
    """The text with the longest values that it may be given."""
    told = {name: _shown(kind, LONGEST[kind], "pl") for name, kind in values.items()} | {COUNCIL: LONGEST[COUNCIL]}
    return text.format_map(told) if set(_placeholders(text)) <= told.keys() else text
