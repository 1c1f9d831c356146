"""For which days a fact is so, and what a newer one leaves of an older one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from common.contracts.people import ImpossibleDates

EARLIEST = date(1900, 1, 1)
_AHEAD = timedelta(days=3653)
_DAY = timedelta(days=1)
_HOME = ZoneInfo("Europe/London")  # the days of the partnership: its councils share people, and so their days


@dataclass(frozen=True, slots=True)
class Days:
    """From one day to another, both included; None is without end on that side."""

    first: date | None
    last: date | None

    def overlap(self, other: Days) -> bool:
        return _before(self.first, other.last) and _before(other.first, self.last)

    def until(self, day: date | None) -> Days | None:
        """What is left of them before `day`; None where nothing is."""
        if day is None or (self.first is not None and self.first >= day):
            return None
        return Days(self.first, min(self.last or date.max, day - _DAY))


def check(days: Days, today: date) -> None:
    """Raises ImpossibleDates where they end before they begin or are over already, or lie beyond any living memory."""
    if days.first is not None and not EARLIEST <= days.first <= today + _AHEAD:
        raise _impossible("effective_from", "this is too long ago, or too far ahead")
    if days.last is not None:
        if days.last < (days.first or EARLIEST):
            raise _impossible("effective_to", "this is before effective_from")
        if days.last < today:
            raise _impossible("effective_to", "this is over already: only what is so now, or will be, is kept as new")


def day_of(moment: datetime) -> date:
    """The day it is at a moment where the people live."""
    return moment.astimezone(_HOME).date()


def begins_at(first: date) -> datetime:
    """The moment at which a day begins there."""
    return datetime.combine(first, time(), _HOME)


def over_at(last: date) -> datetime:
    """The moment at which a last day is over there."""
    return datetime.combine(last + _DAY, time(), _HOME)


def _before(first: date | None, last: date | None) -> bool:
    return first is None or last is None or first <= last


def _impossible(name: str, why: str) -> ImpossibleDates:
    return ImpossibleDates(errors=[{"pointer": f"/{name}", "detail": why}])
