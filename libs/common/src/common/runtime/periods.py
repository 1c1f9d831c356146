"""How long something is kept: years and days by the calendar, counted in whole days. Pure arithmetic."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Period(BaseModel):
    """Some years, some days, or both. What began on a day is over on the same day so much later, and not before.

    What began on 29 February is over on 1 March where there is no such day: never a day too early.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    years: int = Field(default=0, ge=0, le=150)
    days: int = Field(default=0, ge=0, le=366)

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if self.years + self.days == 0:
            raise ValueError("say for how many years or days")
        return self

    def over_on(self, began: date) -> date:
        """The first day on which it is over."""
        year = began.year + self.years
        leaps = (began.month, began.day) == (2, 29) and not _is_leap(year)
        return (date(year, 3, 1) if leaps else began.replace(year=year)) + timedelta(days=self.days)

    def last_over(self, today: date) -> date:
        """The last day of whatever began so long ago that it is over `today`."""
        day = today - timedelta(days=self.days)
        year = day.year - self.years
        leaps = (day.month, day.day) == (2, 29) and not _is_leap(year)
        return date(year, 2, 28) if leaps else day.replace(year=year)

    def over_before(self, now: datetime, time_zone: str) -> datetime:
        """Whatever began before this moment is over, where the days are counted in `time_zone`."""
        zone = ZoneInfo(time_zone)
        first_kept = self.last_over(now.astimezone(zone).date()) + timedelta(days=1)
        return datetime.combine(first_kept, time(), zone)

    def is_longer_than(self, other: Period) -> bool:
        """Whether it is over later than `other`."""
        return self.over_on(_ANY_DAY) > other.over_on(_ANY_DAY)

    def __str__(self) -> str:
        parts = [f"{n} {word if n > 1 else word[:-1]}" for n, word in ((self.years, "years"), (self.days, "days")) if n]
        return " and ".join(parts)


_ANY_DAY = date(2001, 1, 1)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
