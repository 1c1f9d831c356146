"""The reads of who has a part in a case."""

from __future__ import annotations

from common.contracts.cases import PartyRole
from common.runtime.query import query
from sqlalchemy import bindparam, func, literal, select, text, tuple_
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col
from sqlmodel import select as rows_of

from case_crm.queries.named.clocks import clocks_of
from case_crm.tables import Case, Party

_each = (
    select(col(Party.officer_id), col(Party.role), col(Party.called), col(Party.since))
    .where(col(Party.case_id) == Case.id)
    .order_by(col(Party.officer_id))
    .limit(200)
    .correlate(Case)
    .lateral("each_party")
)
PARTIES = (
    select(func.coalesce(func.jsonb_agg(func.to_jsonb(text("each_party")), type_=JSONB), text("'[]'::jsonb")))
    .select_from(_each)
    .scalar_subquery()
    .label("parties")
)
PARTY = query(
    rows_of(Party).where(col(Party.case_id) == bindparam("case_id"), col(Party.officer_id) == bindparam("officer_id"))
)
CASES_OF_COUNCILLOR = query(
    rows_of(Case, col(Party.since), clocks_of(Case.id))
    .join(Party, col(Party.case_id) == Case.id)
    .where(
        col(Party.council) == bindparam("council"),
        col(Party.officer_id) == bindparam("officer_id"),
        col(Party.role) == literal(PartyRole.COUNCILLOR.value),
        tuple_(col(Party.since), col(Party.case_id)) < tuple_(bindparam("at"), bindparam("row")),
    )
    .order_by(col(Party.since).desc(), col(Party.case_id).desc())
    .limit(bindparam("most")),
    into=lambda since, clocks, **case: (Case.model_construct(**case), since, clocks),
)
