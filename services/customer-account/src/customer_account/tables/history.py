"""What happened to a person, and who looked."""

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
    __table_args__ = (Index("timeline_of_person", "person_id", "at", "id"),)

    id: UUID = Field(primary_key=True)
    person_id: UUID
    at: datetime = moment()
    event: str
    label: str
    council: str
    service: str
    case_id: UUID | None = None


class AccessEntry(OfPartnership, CustomerAccount, table=True):
    """One look at one person's data by somebody else. It is visible to no council: the person alone sees who looked."""

    __tablename__ = "access_entry"
    __table_args__ = (Index("access_to_person", "person_id", "at", "entry_id"),)

    entry_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True)
    at: datetime = moment()
    role: str
    organisation: str | None = None
    system: str
    reason: str
    case_id: UUID | None = None
