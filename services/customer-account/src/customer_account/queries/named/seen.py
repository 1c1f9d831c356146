"""What a council may see."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Text, any_, bindparam


def seen_by(visible_to: Any) -> ColumnElement[bool]:
    """The council that asks is among these."""
    return bindparam("council", type_=Text()) == any_(visible_to)
