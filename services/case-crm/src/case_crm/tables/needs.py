"""What people want met."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.runtime.tables import Aggregate, OfCouncil, moment
from sqlalchemy import Index

from case_crm.tables.registry import CaseCrm


class Need(Aggregate, OfCouncil, CaseCrm, table=True):
    """What somebody wants met, of the council they first asked, with `case_id`; and since when all its cases have ended."""

    __tablename__ = "need"
    __table_args__ = (Index("need_of_person", "person_id", "id"), Index("need_of_case", "case_id"))

    person_id: UUID | None = None
    case_id: UUID
    met_at: datetime | None = moment(default=None, nullable=True)
