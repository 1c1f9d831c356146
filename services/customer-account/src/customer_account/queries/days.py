"""Pages by a day, earliest first: what is due first is on the first."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from uuid import UUID

from common.runtime.pages import Place, place

_FIRST = (date.min, UUID(int=0))


def place_by_day(cursor: str | None) -> tuple[date, UUID]:
    """Where a page begins: before everything, or behind the row that a cursor names. Raises NoSuchCursor."""
    if cursor is None:
        return _FIRST
    at, row = place(cursor)
    return at.date(), row


def at_day(day: date, row: UUID) -> Place:
    """Where a row is, for the cursor of the page after it."""
    return datetime.combine(day, time(), UTC), row
