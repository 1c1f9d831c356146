"""Where councils meet people: their locations, and when how many are seen there at once. Published: nobody is named here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from annotated_types import Ge, Lt
from pydantic import Field, model_validator

from common.contracts.base import Code, Command, CouncilId, Line, Refusal, Text, View
from common.contracts.people.contact import Day, TimeOfDay

SomeDay = Annotated[date, Ge(date(2000, 1, 1)), Lt(date(2200, 1, 1))]
"""A day within what calendars and databases agree on."""


class SetLocation(Command):
    """A place where people are seen. Councils in `shared_with` book there too, as if it were their own."""

    title: Line
    address: Line
    accessibility: list[Line] = Field(
        default_factory=list, max_length=30, description="Such as: A lift to every floor."
    )
    how_to_get_there: Text | None = None
    open: list[Line] = Field(default_factory=list, max_length=14, description="Such as: Monday to Friday, 9 to 5.")
    shared_with: list[CouncilId] = Field(default_factory=list, max_length=20)


class BeginSession(Command):
    """On one day of each week, from a time to another by the clocks of the council, so many are seen at once for some services.

    It is never changed, so that nobody's time is cut otherwise under them: it is ended, and another begins.
    """

    services: list[Code] = Field(min_length=1, max_length=50)
    day: Day
    begins: TimeOfDay
    ends: TimeOfDay
    minutes: int = Field(ge=5, le=480, description="How long one appointment takes.")
    at_once: int = Field(default=1, ge=1, le=50)
    first_day: SomeDay
    last_day: SomeDay | None = None

    @model_validator(mode="after")
    def _holds_one(self) -> Self:
        if _minutes(self.ends) - _minutes(self.begins) < self.minutes:
            raise ValueError("it is over before one appointment is")
        if self.last_day and self.last_day < self.first_day:
            raise ValueError("its last day comes before its first")
        return self


class EndSession(Command):
    """Hold a session no longer after a day. Who has an appointment later is told to whoever deals with their case."""

    last_day: SomeDay


class SessionView(View):
    """When people are seen, and for what."""

    session_id: UUID
    services: list[str]
    day: str
    begins: str
    ends: str
    minutes: int
    at_once: int
    first_day: date
    last_day: date | None


class PlaceView(View):
    """A place, as somebody needs to know it who goes there."""

    location_id: UUID
    title: str
    address: str
    accessibility: list[str]
    how_to_get_there: str | None
    open: list[str]


class LocationView(PlaceView):
    """A location of a council: what is done there for whom, and when. `services` are those that it gives appointments for."""

    council: str
    shared_with: list[str]
    services: list[str]
    sessions: list[SessionView]


class LocationsView(View):
    """The locations that a council books at: its own, and those that others share with it."""

    items: list[LocationView]


class FreeTime(View):
    """A time that can be booked, and for how many."""

    starts_at: datetime
    ends_at: datetime
    free: int


class FreeTimesView(View):
    """The times that are free at a location from a day on, and the day from which there may be more."""

    location_id: UUID
    service: Code
    items: list[FreeTime]
    next: date | None


class UnknownCouncil(Refusal):
    """There is no such council to share this with."""


def _minutes(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)
