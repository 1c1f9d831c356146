"""The reads of who sees a case that not every officer does."""

from __future__ import annotations

from common.runtime.query import query
from common.runtime.restricting import RestrictedCase
from sqlalchemy import ARRAY, Uuid, any_, bindparam
from sqlmodel import col, select

from case_crm.tables import Case

RESTRICTION = query(select(RestrictedCase).where(RestrictedCase.id == bindparam("case_id")))
RESTRICTIONS_AMONG = query(
    select(RestrictedCase).where(col(RestrictedCase.id) == any_(bindparam("ids", type_=ARRAY(Uuid))))
)
RESTRICTED_TO = (
    select(col(RestrictedCase.shown_to))
    .where(col(RestrictedCase.id) == Case.id)
    .correlate(Case)
    .scalar_subquery()
    .label("restricted_to")
)
