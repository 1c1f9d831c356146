"""The reads of forms that were begun."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from common.runtime.query import EVERY_ID, ME, mine, query
from sqlalchemy import bindparam, func, or_, tuple_
from sqlalchemy import select as columns
from sqlmodel import col, select

from case_crm.queries.named.facts import protected_kinds
from case_crm.tables import Definition, Draft, DraftTouch

MOST_TOUCHES = 1000
_BEFORE = tuple_(col(Draft.begun_at), col(Draft.id)) < tuple_(bindparam("at"), bindparam("row"))
_NEWEST = (col(Draft.begun_at).desc(), col(Draft.id).desc())


def _touch(kept: Mapping[str, Any]) -> DraftTouch:
    """A row, as JSON gave it."""
    read = {"draft_id": UUID(kept["draft_id"]), "person_id": UUID(kept["person_id"])}
    return DraftTouch.model_construct(**{**kept, **read, "at": datetime.fromisoformat(kept["at"])})


def _with_all(
    document: Any, touches: Any, protected_kinds: Any, **draft: Any
) -> tuple[Draft, Any, list[DraftTouch], Any]:
    rows = [_touch(kept) for kept in sorted(touches or (), key=lambda kept: int(kept["number"]))]
    return Draft.model_construct(**draft), document, rows, protected_kinds


_table = DraftTouch.metadata.tables["draft_touch"]
_touches = (
    columns(func.jsonb_agg(func.to_jsonb(_table.table_valued())))
    .where(_table.c.draft_id == col(Draft.id))
    .scalar_subquery()
    .label("touches")
)
DRAFT = query(  # with its service as it is now, and who saved it
    select(Draft, col(Definition.document), _touches, protected_kinds(Draft.person_id))
    .join(Definition, (col(Definition.council) == Draft.council) & (col(Definition.service) == Draft.service))
    .where(
        Draft.id == bindparam("draft_id"), or_(col(Draft.council) == bindparam("for_council"), mine(Draft.person_id))
    ),
    into=_with_all,
)
DRAFT_OVER = query(select(Draft).where(Draft.id == bindparam("draft_id")))
DRAFT_TOUCHES = query(
    select(DraftTouch)
    .where(DraftTouch.draft_id == bindparam("draft_id"))
    .order_by(col(DraftTouch.number))
    .limit(MOST_TOUCHES)
)
DRAFTS_OF_PERSON = query(
    select(Draft).where(col(Draft.person_id) == EVERY_ID, _BEFORE).order_by(*_NEWEST).limit(bindparam("most")),
    whose=ME,
)
DRAFTS_OF_PERSON_HERE = query(
    select(Draft)
    .where(col(Draft.person_id) == EVERY_ID, Draft.council == bindparam("council"), _BEFORE)
    .order_by(*_NEWEST)
    .limit(bindparam("most")),
    whose="person_id",
)
