"""What a service holds of people, as its `holdings.yaml` says: shown to them, emptied when they are erased, and when it is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from sqlalchemy import ARRAY, Column, String, Table, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB

from common.runtime.periods import Period
from common.runtime.settings import CannotServe

# No longer than a `Line` of contracts, in which they are told.
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Kept(Period):
    """After how long a row goes by itself, and why, in a resident's words.

    The time runs from the moment (or day) in the column `since`: while there is none, it does not. `ended` names a column and
    those of its values that say that the thing is over: until then the time does not run either. A council may set another
    time, from `at_least` to `at_most`; where neither is said, all have this one. `destroyed`: the row goes altogether, also
    where erasing would only empty it, and this event is said of it, for others to let go of what they know of it.

    Where the service reckons the time itself, by this and by rules of its own, `day` names the column with the first day on which
    the row is kept no longer; and `released` a column and those of its values with which it then goes by itself. With others it
    waits until somebody releases it.
    """

    since: str | None = None
    day: str | None = None
    ended: dict[str, list[str]] = Field(default_factory=dict, max_length=1)
    released: dict[str, list[str]] = Field(default_factory=dict, max_length=1)
    because: Words
    at_least: Period | None = None
    at_most: Period | None = None
    destroyed: str | None = None

    @model_validator(mode="after")
    def _within_its_bounds(self) -> Self:
        if not self.allows(self):
            raise ValueError("its own time is not from `at_least` to `at_most`")
        return self

    @model_validator(mode="after")
    def _says_from_when(self) -> Self:
        if (self.since is None) == (self.day is None):
            raise ValueError("say `since` when the time runs, or `day` on which it is over")
        if (self.ended and self.day) or (self.released and self.since):
            raise ValueError("`ended` goes with `since`, and `released` with `day`")
        return self

    @property
    def column(self) -> str:
        """The column that its time is told by."""
        return str(self.since or self.day)

    def counted(self, period: Period) -> str:
        """How its time is counted, where it is this long."""
        return f"{period} since {self.since}" if self.since else f"until {self.day}"

    def allows(self, other: Period) -> bool:
        """Whether a council may set this time instead."""
        too_short = self.at_least is not None and self.at_least.is_longer_than(other)
        too_long = self.at_most is not None and other.is_longer_than(self.at_most)
        return not (too_short or too_long)


class Follows(_Part):
    """Rows that are kept as long as the row of another holding is, which the column `by` names by its id."""

    table: str
    by: str


class Disclosed(_Part):
    """What shows a row before its time: that there is one of another table with the same in the column `by`."""

    table: str
    by: str


class Enclosed(_Part):
    """The file that a row leads to, under the row's id: the columns with where it `lies` and its key, and with what it is `called`.

    Its person is given it with what is held of them.
    """

    lies: str
    called: str


class SaidIn(_Part):
    """Where it is said of rows that have no story of their own: in events of this aggregate about the same person.

    Those lead to a row by the value of its column `by`: it is the aggregate's id, or they have it in a field of that name.
    """

    aggregate: str
    by: str


class Holding(_Part):
    """One table with what it holds of a person.

    `called` is its heading in a resident's words. `people` are the columns that name whose a row is: any of them. `others` name
    whom it concerns besides: it is held and erased with them too, they are not given it, and it is given without them. `hidden` are
    columns that the person is not given: workings, and what is of somebody else; of a table that is not `shown` it is all of them,
    and a row whose moment in `shown_after` lies ahead is not given yet, unless it was `disclosed`. Erased, a row is `removed`;
    or `emptied` of the columns that `empties` names, where it still counts for something; or it `stays`, and `because` says why.

    Of each table one of four is said. `kept`: the law has a row kept for so long whatever its person asks for, and then it
    goes by itself. `goes`: by itself after so long, and sooner where its person is erased. `follows`: with a row of another
    table. `goes_with`: no time of its own ends it; what does, in a resident's words. What was said of a row goes with it, where
    it is told of it by its id; else where `said_in` says so, with the last row that it was said of.
    """

    called: Words
    people: list[str] = Field(default=["person_id"], min_length=1)
    others: list[str] = []
    hidden: list[str] = []
    shown: bool = True
    shown_after: str | None = None
    disclosed: Disclosed | None = None
    erased: Literal["removed", "emptied", "stays"] = "removed"
    empties: list[str] = []
    because: Words | None = None
    kept: Kept | None = None
    goes: Kept | None = None
    follows: Follows | None = None
    goes_with: Words | None = None
    said_in: SaidIn | None = None
    file: Enclosed | None = None
    told: bool = False
    """Whether it is what the person told us themself: that is what they can take elsewhere."""

    @model_validator(mode="after")
    def _says_enough(self) -> Self:
        if (self.erased == "emptied") != bool(self.empties):
            raise ValueError("`empties` names the columns of a row that is emptied, and of no other")
        if self.said_in and not (self.schedule and self.erased == "removed" and self.concerns == ["person_id"]):
            raise ValueError("`said_in` is said of a person's rows that go by themselves, and of no other")
        if self.disclosed and not self.shown_after:
            raise ValueError("`disclosed` is said of rows that are `shown_after` a moment, and of no other")
        if (self.erased == "stays") != (self.because is not None):
            raise ValueError("`because` says why a row stays, and of no other")
        if [self.kept, self.goes, self.follows, self.goes_with].count(None) != 3:
            raise ValueError(
                "say one of `kept`, `goes`, `follows` and `goes_with`: when a row goes, or what it goes with"
            )
        return self

    @property
    def concerns(self) -> list[str]:
        """The columns by which a row is held and erased: whose it is, and whom it concerns besides."""
        return [*self.people, *self.others]

    @property
    def schedule(self) -> Kept | None:
        """After how long a row goes by itself; None where that is not a matter of time."""
        return self.kept or self.goes

    def columns(self) -> set[str]:
        """The columns that it names."""
        kept = [each.column, *each.ended, *each.released] if (each := self.schedule) else []
        later = [self.shown_after] if self.shown_after else []
        others = [each.by for each in (self.follows, self.disclosed, self.said_in) if each]
        file = [self.file.lies, self.file.called] if self.file else []
        return {*self.concerns, *self.hidden, *self.empties, *kept, *later, *others, *file}


class Holdings(_Part):
    """All tables of a service: those that hold something of people, and those that do not, each with what it is instead."""

    of_people: dict[str, Holding] = {}
    of_nobody: dict[str, Words] = {}


@cache
def read_holdings(file: Path) -> Holdings:
    """What a service's file says; of a service without one, nothing. Raises CannotServe where it is not as it should be."""
    if not file.exists():
        return Holdings()
    try:
        return Holdings.model_validate(yaml.safe_load(file.read_text()))
    except (ValidationError, yaml.YAMLError) as fault:
        raise CannotServe(f"{file}: {fault}") from None


def check_holdings(holdings: Holdings, tables: Sequence[Table]) -> None:
    """Raises CannotServe where a table is not said, or is said twice, or something is said of a column that is not there."""
    known = {table.name: table for table in tables}
    said = [*holdings.of_people, *holdings.of_nobody]
    wrong = sorted({*known} ^ {*said}) or sorted({*holdings.of_people} & {*holdings.of_nobody})
    if wrong:
        raise CannotServe(f"holdings.yaml: say once of each table, and of no other, whose it is: {', '.join(wrong)}")
    for name, holding in holdings.of_people.items():
        if strange := sorted(holding.columns() - {*known[name].columns.keys()}):
            raise CannotServe(f"holdings.yaml: {name} has no {', '.join(strange)}")
        if holding.erased == "emptied" and (stuck := _stuck(known[name], holding.empties)):
            raise CannotServe(f"holdings.yaml: {name} cannot be emptied of {', '.join(stuck)}")
        if holding.schedule and holding.erased == "emptied" and not _can_tell(known[name], holding):
            raise CannotServe(f"holdings.yaml: {name} goes by itself, and nothing would tell what was emptied already")
        if holding.follows and holding.follows.table not in holdings.of_people:
            raise CannotServe(f"holdings.yaml: {name} follows {holding.follows.table}, which holds nothing of people")
        if (sooner := holding.disclosed) and sooner.by not in getattr(known.get(sooner.table), "columns", ()):
            raise CannotServe(f"holdings.yaml: {name} is disclosed by {sooner.table}, which has no {sooner.by}")


def emptied(table: Table, columns: Sequence[str]) -> dict[str, Any]:
    """What stands in the columns of a row that was emptied: nothing, or what has nothing in it."""
    return {name: _nothing(table.columns[name]) for name in columns}


def _nothing(column: Column[Any]) -> Any:
    return None if column.nullable else _EMPTY[_kind(column)]()


def _stuck(table: Table, columns: Sequence[str]) -> list[str]:
    """Columns that can hold nothing: part of a key, or of a kind that has no empty value."""
    return [name for name in columns if table.columns[name].primary_key or not _can_be_empty(table.columns[name])]


def _can_tell(table: Table, holding: Holding) -> bool:
    """Whether it is seen of a row that it was emptied; or it goes altogether."""
    destroyed = holding.schedule and holding.schedule.destroyed
    return bool(destroyed) or any(table.columns[name].nullable for name in holding.empties)


def _can_be_empty(column: Column[Any]) -> bool:
    return column.nullable is True or _kind(column) in _EMPTY


def _kind(column: Column[Any]) -> type[Any]:
    return type(column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type)


_EMPTY: dict[type[Any], Callable[[], Any]] = {String: str, Text: str, JSONB: dict, ARRAY: list}
