"""What happened to cases, beside the touches: how they moved, who dealt with them, what was written on them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.runtime.tables import OfCouncil, moment
from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from case_crm.tables.registry import CaseCrm


class Entry(OfCouncil, CaseCrm, table=True):
    """One entry of a case's timeline, written in the transaction of what it tells. What is not `public` is for officers."""

    __tablename__ = "case_entry"
    __table_args__ = (
        Index("entry_of_case", "case_id", "at", "id"),
        Index("entry_of_person", "person_id", "case_id"),
    )

    id: UUID = Field(primary_key=True)
    case_id: UUID
    person_id: UUID | None = None
    at: datetime = moment()
    kind: str
    public: bool
    what: str | None = None
    status: str | None = None
    text: str | None = None
    amount: int | None = Field(default=None, sa_type=BigInteger)
    by_role: str
    by_id: str
