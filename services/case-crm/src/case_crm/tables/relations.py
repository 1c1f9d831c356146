"""Which cases belong together."""

from __future__ import annotations

from uuid import UUID

from common.runtime.tables import OfCouncil
from sqlalchemy import Index
from sqlmodel import Field

from case_crm.tables.registry import CaseCrm


class CaseLink(OfCouncil, CaseCrm, table=True):
    """What a case is to another, kept once for each of the two: it is read from either."""

    __tablename__ = "case_link"
    __table_args__ = (Index("link_of_person", "person_id", "case_id"), Index("link_to_case", "other_id"))

    case_id: UUID = Field(primary_key=True)
    other_id: UUID = Field(primary_key=True)
    person_id: UUID | None = None
    relation: str
