"""The period of a measure: days of the council's own time, the first in it, the last not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from common.contracts.reviews import PeriodBackwards, PeriodTooLong

MOST_YEARS = 5


@dataclass(frozen=True, slots=True)
class Period:
    """From the start of the day `begins` to the start of the day `ends`."""

    begins: date
    ends: date

    def moments(self, zone: str) -> tuple[datetime, datetime]:
        """The first moment in it where clocks show the time of this zone, and the first one after it."""
        return _midnight(self.begins, zone), _midnight(self.ends, zone)

    @property
    def months(self) -> list[str]:
        """Every month it touches, `2026-03`."""
        last = self.ends.year * 12 + self.ends.month - (2 if self.ends.day == 1 else 1)
        first = self.begins.year * 12 + self.begins.month - 1
        return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(first, last + 1)]


def period(begins: date, ends: date) -> Period:
    """A period that may be asked for. Raises PeriodBackwards or PeriodTooLong."""
    if ends <= begins:
        raise PeriodBackwards
    if (ends.year - MOST_YEARS, ends.month, ends.day) > (begins.year, begins.month, begins.day):
        raise PeriodTooLong
    return Period(begins, ends)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
