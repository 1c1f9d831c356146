"""Terms and when they fall due. Nothing about pauses, and nothing about who promised what."""

from datetime import date, datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from common.promises.calendar import Calendar
from common.promises.days import add_working_days, end_of_day, in_utc, local_date
from common.promises.hours import add_service_time

Unit = Literal["working_days", "days", "weeks", "hours", "working_hours"]

DAYS_IN_A_WEEK = 7


class Term(BaseModel):
    """How long a promise may take. Days and weeks do not count the day it starts; hours are exact.

    `working_days` and `working_hours` follow the calendar; `days`, `weeks` and `hours` run through weekends and
    closures, and a due day in days or weeks is not moved when it falls on one: a legal term ends when it ends.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: int = Field(gt=0, le=10_000)
    unit: Unit


def due(start: datetime, term: Term, calendar: Calendar) -> datetime:
    """The last moment at which a promise made at `start` is still kept, in UTC.

    Terms in working days, days and weeks end with their due day in the council's zone; terms in hours end to the
    microsecond. Raises `NaiveMoment`, and `BeyondCalendar` for working days and hours outside the calendar's years.
    """
    if term.unit == "hours":
        return in_utc(start) + timedelta(hours=term.amount)
    if term.unit == "working_hours":
        return add_service_time(start, timedelta(hours=term.amount), calendar)
    return end_of_day(_due_day(local_date(start, calendar), term, calendar), calendar)


def extend(current: datetime, by: Term, calendar: Calendar) -> datetime:
    """The new due moment when a promise due at `current` is extended: the extension starts where the term ended."""
    return due(current, by, calendar)


def _due_day(day: date, term: Term, calendar: Calendar) -> date:
    if term.unit == "working_days":
        return add_working_days(day, term.amount, calendar)
    days = term.amount * DAYS_IN_A_WEEK if term.unit == "weeks" else term.amount
    return day + timedelta(days=days)
