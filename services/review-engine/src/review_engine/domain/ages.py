"""Ages in bands, from a month of birth. Nothing here keeps or returns a day of birth."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

FACT_KIND = "date_of_birth"
UNKNOWN = "unknown"
_STARTS = {"75+": 75, "65-74": 65, "45-64": 45, "25-44": 25, "18-24": 18, "0-17": 0}
BANDS = (*reversed(_STARTS), UNKNOWN)


def birth_month(told: Any) -> date | None:
    """The first of the month of a told date of birth; None where it cannot be read as a day."""
    try:
        return date.fromisoformat(told).replace(day=1)
    except (TypeError, ValueError):
        return None


def age_band(born: date | None, at: datetime) -> str:
    """The band of somebody born in this month, at that moment. The month of a birthday counts as reached from its first day."""
    if born is None:
        return UNKNOWN
    years = ((at.year - born.year) * 12 + at.month - born.month) // 12
    return next((band for band, start in _STARTS.items() if years >= start), UNKNOWN)
