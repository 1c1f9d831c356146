"""Cursor pagination: the page after a row, whatever was added meanwhile."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Query

from common.contracts.base import Refusal

MOST = 200
Row = TypeVar("Row")
Place = tuple[datetime, UUID]
_BEFORE_ALL: Place = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))

Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most; 200 is the most we give.")]
Cursor = Annotated[str | None, Query(max_length=200, description="The `next` of the page before.")]


class NoSuchCursor(Refusal, status=404):
    """There is no such page. Please begin again at the first."""


def place(cursor: str | None) -> Place:
    """Where a page, newest first, begins: before everything, or behind the row a cursor names."""
    if cursor is None:
        return _BEFORE_ALL
    try:
        moment, row = base64.urlsafe_b64decode(cursor.encode()).decode().split("|")
        at = datetime.fromisoformat(moment)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)), UUID(row)
    except (ValueError, binascii.Error, UnicodeError) as fault:
        raise NoSuchCursor from fault


def cut(rows: Sequence[Row], limit: int, *, at: Callable[[Row], Place]) -> tuple[list[Row], str | None]:
    """The rows of one page, and the cursor of the next: `rows` were read with one more than `limit`."""
    shown = list(rows[:limit])
    if len(rows) <= limit or not shown:
        return shown, None
    moment, row = at(shown[-1])
    return shown, base64.urlsafe_b64encode(f"{moment.isoformat()}|{row}".encode()).decode()
