"""Who has a part in a case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.runtime.tables import OfCouncil, moment
from sqlalchemy import Index
from sqlmodel import Field

from case_crm.tables.registry import CaseCrm


class Party(OfCouncil, CaseCrm, table=True):
    """Somebody's part in a case, for as long as they have it; for a councillor, by its person's consent."""

    __tablename__ = "case_party"
    __table_args__ = (
        Index("party_of_person", "person_id", "case_id"),
        Index("party_by_officer", "council", "officer_id", "role", "since", "case_id"),
    )

    case_id: UUID = Field(primary_key=True)
    officer_id: str = Field(primary_key=True)
    person_id: UUID | None = None
    role: str
    called: str
    since: datetime = moment()
