"""What happened to a person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.runtime.tables import OfPartnership, moment
from sqlalchemy import Index
from sqlmodel import Field

from customer_account.tables.registry import CustomerAccount


class TimelineEntry(OfPartnership, CustomerAccount, table=True):
    """One thing that happened to or for a person, in words. It carries the value of no fact."""

    __tablename__ = "timeline_entry"
    __table_args__ = (
        Index("timeline_of_person", "person_id", "at", "id"),
        Index("timeline_over", "at"),
        Index("timeline_of_case", "case_id", "person_id", postgresql_where="case_id IS NOT NULL"),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID
    at: datetime = moment()
    event: str
    label: str
    council: str
    service: str
    case_id: UUID | None = None
    representation_id: UUID | None = None
