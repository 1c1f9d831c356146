"""The reads of needs, and of what was asked for one."""

from __future__ import annotations

from common.runtime.query import of_person, query
from sqlalchemy import Uuid, bindparam
from sqlmodel import col, select

from case_crm.queries.named.cases import LISTED, THEIRS, listed
from case_crm.tables import Case, Need

CASES_OF_NEED = query(
    select(*LISTED)
    .where(Case.need_id == bindparam("need_id"), THEIRS)
    .order_by(col(Case.opened_at), col(Case.id))
    .limit(200),
    into=listed,
)
CASE_OF_NEED = query(
    select(Case.id)
    .where(
        Case.need_id == bindparam("need_id"),
        THEIRS,
        of_person(Case.person_id, bindparam("person_id", type_=Uuid())),
    )
    .limit(1)
)
NEED = query(select(Need).where(Need.id == bindparam("need_id")))
STATUSES_OF_NEED = query(select(Case.status).where(Case.need_id == bindparam("need_id")).limit(200))
