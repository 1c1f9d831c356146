"""The reads of what happened."""

from __future__ import annotations

from common.runtime.query import EVERY_ID, ME, query
from sqlalchemy import (
    bindparam,
    tuple_,
)
from sqlmodel import col, select

from customer_account.queries.named.seen import seen_by
from customer_account.tables import (
    TimelineEntry,
)

# -- what happened

_BEFORE_ENTRY = tuple_(col(TimelineEntry.at), col(TimelineEntry.id)) < tuple_(bindparam("at"), bindparam("row"))
_NEWEST_ENTRY = (col(TimelineEntry.at).desc(), col(TimelineEntry.id).desc())

TIMELINE_OF_CASE = query(select(TimelineEntry).where(col(TimelineEntry.case_id) == bindparam("case_id")))
MY_TIMELINE = query(
    select(TimelineEntry)
    .where(col(TimelineEntry.person_id) == EVERY_ID, _BEFORE_ENTRY)
    .order_by(*_NEWEST_ENTRY)
    .limit(bindparam("most")),
    whose=ME,
)
TIMELINE_FOR_COUNCIL = query(
    select(TimelineEntry)
    .where(TimelineEntry.person_id == bindparam("person_id"), seen_by(TimelineEntry.visible_to), _BEFORE_ENTRY)
    .order_by(*_NEWEST_ENTRY)
    .limit(bindparam("most"))
)
