"""How the columns of a file become cases, as data. Read and checked whole; what is wrong is said with its place. Pure."""

from __future__ import annotations

import codecs
from collections.abc import Hashable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Self, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from common.contracts.base import Channel, Code
from common.contracts.cases import Result
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from onedoor.refusals import CannotDo

Column = Annotated[str, Field(min_length=1)]
Word = TypeVar("Word", Channel, Code)
ISO = "iso"
_ANY_DAY = datetime(2018, 12, 31, 13, 30, tzinfo=UTC)


class BrokenMapping(CannotDo):
    """A mapping cannot be used: the message says which file, where in it, and why."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Choice(_Part, Generic[Word]):
    """A word of ours: always the same one, or by what a column says."""

    always: Word | None = None
    column: Column | None = None
    values: dict[str, Word] = Field(default_factory=dict)
    nothing: Word | None = None
    otherwise: Word | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_word_is_always_that(cls, said: Any) -> Any:
        return {"always": said} if isinstance(said, str) else said

    @model_validator(mode="after")
    def _one_way_or_the_other(self) -> Self:
        if (self.always is None) == (self.column is None):
            raise ValueError("say one word for all rows, or a column with its values")
        return self

    def chosen(self, value: str | None) -> Word | None:
        """The word for a column's value (None: it says nothing). None where the mapping has no word for it."""
        if self.always is not None:
            return self.always
        if value is None and self.nothing is not None:
            return self.nothing
        return self.values.get(value or "", self.otherwise)

    def knows(self, value: str | None) -> bool:
        """Whether the value is listed, rather than met by `otherwise`."""
        return self.always is not None or value is None or value in self.values


class ChannelChoice(Choice[Channel]):
    """How somebody reached the council. Where the file says nothing, it stays unknown."""

    nothing: Channel | None = Channel.UNKNOWN


class Dates(_Part):
    """How the file writes moments: the formats are tried in turn (`iso`, or as strptime has them)."""

    formats: list[str] = Field(default=[ISO], min_length=1)
    time_zone: str | None = None

    @field_validator("formats")
    @classmethod
    def _formats_can_be_read(cls, formats: list[str]) -> list[str]:
        for each in formats:
            if each != ISO:
                datetime.strptime(_ANY_DAY.strftime(each), each).replace(tzinfo=UTC)
        return formats

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, name: str | None) -> str | None:
        try:
            ZoneInfo(name or "UTC")
        except (ZoneInfoNotFoundError, OSError):
            raise ValueError(f"there is no time zone {name}") from None
        return name


class Step(_Part):
    """Where its conditions hold, a row reached `stage` at the first of the moments `at` that it has.

    Without a stage the case still stands where it began; a row that no step fits is rejected.
    """

    when: dict[Column, list[str]] = Field(default_factory=dict)
    present: list[Column] = Field(default_factory=list)
    absent: list[Column] = Field(default_factory=list)
    stage: Code | None = None
    at: list[Column] = Field(default_factory=list)
    result: Result | None = None

    @model_validator(mode="after")
    def _a_stage_has_a_moment(self) -> Self:
        if bool(self.stage) != bool(self.at):
            raise ValueError("a stage needs a moment (at), and a moment its stage")
        if self.result and not self.stage:
            raise ValueError("a result needs a stage")
        return self

    @property
    def asks(self) -> set[str]:
        """The columns its conditions look at."""
        return {*self.when, *self.present, *self.absent}


class ImportMapping(_Part):
    """One kind of file. `nothing` is what the file writes where it has nothing to say."""

    source: Code
    encoding: str = "utf-8-sig"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    nothing: list[str] = Field(default_factory=list)
    id: Column
    service: Choice[Code]
    channel: ChannelChoice
    opened_at: Column
    dates: Dates = Dates()
    answers: dict[Code, Column] = Field(default_factory=dict)
    steps: list[Step] = Field(default_factory=list)

    @field_validator("encoding")
    @classmethod
    def _encoding_exists(cls, name: str) -> str:
        try:
            return codecs.lookup(name).name
        except LookupError:
            raise ValueError(f"there is no encoding {name}") from None

    def columns(self) -> Iterator[tuple[str, str]]:
        """Every column that is named, with the place that names it."""
        yield "id", self.id
        yield "opened_at", self.opened_at
        for place, choice in (("service", self.service.column), ("channel", self.channel.column)):
            if choice is not None:
                yield f"{place}.column", choice
        yield from ((f"answers.{question}", column) for question, column in self.answers.items())
        for number, step in enumerate(self.steps):
            yield from ((f"steps.{number}", column) for column in sorted({*step.asks, *step.at}))


def read_mapping(text: str, *, name: str) -> ImportMapping:
    """A mapping from its YAML. Raises BrokenMapping with the file's name, the place and the reason."""
    try:
        return ImportMapping.model_validate(yaml.load(text, Loader=_NoRepeats))  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as fault:
        mark, why = getattr(fault, "problem_mark", None), getattr(fault, "problem", None)
        raise BrokenMapping(f"{name}: line {mark.line + 1 if mark else '?'}: {why or 'this is not YAML'}") from None
    except ValidationError as fault:
        mistakes = [f"{'.'.join(map(str, e['loc'])) or 'the whole'}: {_plain(e['msg'])}" for e in fault.errors()]
        raise BrokenMapping(f"{name}: " + "; ".join(mistakes)) from None


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ")


class _NoRepeats(yaml.SafeLoader):
    """Refuses a key said twice: YAML would keep the last silently, and a channel would be lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        said: set[Any] = set()
        for key, _ in node.value:
            if key.value in said:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} is said twice", key.start_mark)
            said.add(key.value)
        return super().construct_mapping(node, deep)
