"""The shape of a council's working calendar and its refusals. No arithmetic, no file format."""

from datetime import date, time
from itertools import pairwise
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

MIDNIGHT = time(0)


class NaiveMoment(ValueError):
    """A moment came without its time zone, so nobody can say which day it falls on."""


class BeyondCalendar(ValueError):
    """A day lies outside the years whose closures the calendar knows; counting on would give a wrong date silently."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise ValueError(f"no time zone is called {name!r}") from unknown
    return name


class Span(BaseModel):
    """One stretch of service in local time, opening included, closing not. Closing at 00:00 is the end of the day.

    Also accepts the text "09:00-17:00", which YAML cannot mistake for a number in base sixty as it does 17:00.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    opens: time
    closes: time

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:
        if not isinstance(given, str):
            return given
        opens, _, closes = given.partition("-")
        return {"opens": opens.strip(), "closes": closes.strip()}

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.opens.tzinfo or self.closes.tzinfo:
            raise ValueError("hours of service are local: the calendar names the zone")
        if self.closes != MIDNIGHT and self.opens >= self.closes:
            raise ValueError(f"service cannot open at {self.opens} and close at {self.closes}")
        return self


def _in_order(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    for earlier, later in pairwise(spans):
        if earlier.closes == MIDNIGHT or later.opens < earlier.closes:
            raise ValueError(f"hours of service overlap or are out of order around {later.opens}")
    return spans


Spans = Annotated[tuple[Span, ...], Field(min_length=1), AfterValidator(_in_order)]


class Calendar(BaseModel):
    """When a council works: its zone, its weekdays with hours of service, the days it is closed and why.

    A weekday without hours is not a working day. `first` and `last` are the days whose closures are known; arithmetic
    that would need a day outside them raises `BeyondCalendar`. Several spans on a weekday are split shifts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
    time_zone: Annotated[str, AfterValidator(_known_zone)]
    first: date
    last: date
    service_hours: dict[Weekday, Spans] = Field(min_length=1)
    closed: dict[date, Annotated[str, Field(min_length=1)]] = {}

    @model_validator(mode="after")
    def _closures_are_covered(self) -> Self:
        if self.first > self.last:
            raise ValueError("a calendar cannot end before it begins")
        outside = [day.isoformat() for day in self.closed if not self.first <= day <= self.last]
        if outside:
            raise ValueError(f"closed on days the calendar does not cover: {', '.join(outside)}")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
