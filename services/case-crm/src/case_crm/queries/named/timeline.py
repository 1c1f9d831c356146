"""The read of a case's timeline: its touches and its entries, in one order."""

from __future__ import annotations

from typing import Any

from common.runtime.query import query
from sqlalchemy import Boolean, bindparam, literal, null, or_, select, tuple_, union_all
from sqlalchemy.types import BigInteger, Text
from sqlmodel import col

from case_crm.tables import Entry, Interaction


def _page_of(statement: Any, at: Any, id: Any) -> Any:
    """The newest of one sort before a place: as many as a page could take of them alone."""
    before = tuple_(at, id) < tuple_(bindparam("at"), bindparam("row"))
    return statement.where(before).order_by(at.desc(), id.desc()).limit(bindparam("most")).subquery()


_touches = _page_of(
    select(
        col(Interaction.id),
        col(Interaction.at),
        literal("touch", Text).label("kind"),
        col(Interaction.purpose).label("what"),
        null().cast(Text).label("status"),
        col(Interaction.note).label("text"),
        null().cast(BigInteger).label("amount"),
        col(Interaction.by_role),
        col(Interaction.by_id),
    ).where(col(Interaction.case_id) == bindparam("case_id")),
    col(Interaction.at),
    col(Interaction.id),
)
_entries = _page_of(
    select(
        col(Entry.id),
        col(Entry.at),
        col(Entry.kind),
        col(Entry.what),
        col(Entry.status),
        col(Entry.text),
        col(Entry.amount),
        col(Entry.by_role),
        col(Entry.by_id),
    ).where(col(Entry.case_id) == bindparam("case_id"), or_(col(Entry.public), bindparam("private", type_=Boolean))),
    col(Entry.at),
    col(Entry.id),
)
_both = union_all(select(_touches), select(_entries)).subquery("both")

TIMELINE = query(
    select(_both).order_by(_both.c.at.desc(), _both.c.id.desc()).limit(bindparam("most")),
    into=lambda **entry: entry,
)
