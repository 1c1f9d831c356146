"""What pages of all kinds share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, Text, Uuid, bindparam, tuple_
from sqlmodel import col

TEXTS, IDS = ARRAY(Text), ARRAY(Uuid)


def before(moment: Any, row: Any) -> Any:
    """Behind the row that a page's cursor names."""
    return tuple_(col(moment), col(row)) < tuple_(bindparam("at"), bindparam("row"))
