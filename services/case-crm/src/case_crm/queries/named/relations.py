"""The read of what a case is related to, as part of the read of the case."""

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased
from sqlmodel import col

from case_crm.tables import Case, CaseLink

_other = aliased(Case, name="other")
_each = (
    select(
        col(CaseLink.other_id).label("case_id"),
        col(_other.reference),
        col(_other.service),
        col(_other.title),
        col(_other.status),
        col(CaseLink.relation),
    )
    .select_from(CaseLink)
    .outerjoin(_other, col(_other.id) == CaseLink.other_id)  # somebody else's is not seen by a resident
    .where(col(CaseLink.case_id) == Case.id)
    .order_by(col(_other.opened_at))
    .limit(200)
    .correlate(Case)
    .lateral("each_related")
)
RELATED = (
    select(func.coalesce(func.jsonb_agg(func.to_jsonb(text("each_related")), type_=JSONB), text("'[]'::jsonb")))
    .select_from(_each)
    .scalar_subquery()
    .label("related")
)
