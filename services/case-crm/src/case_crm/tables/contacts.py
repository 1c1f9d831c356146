"""What was said at a touch, and the touches that made no case."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from common.runtime.tables import OfCouncil, PlainRows, moment
from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from case_crm.tables.registry import CaseCrm


class Said(SQLModel, metaclass=PlainRows):
    """What was asked, said and promised at a touch, what kind of demand it was, and how somebody was helped to do it online."""

    asked: str | None = None
    said: str | None = None
    promised: str | None = None
    promised_by: date | None = None
    demand: str | None = None
    failure: str | None = None
    helped_how: str | None = None
    helped_where: str | None = None


class Contact(Said, OfCouncil, CaseCrm, table=True):
    """One touch on one channel that made no case. `service` is which it was about, or `general`."""

    __tablename__ = "contact"
    __table_args__ = (
        Index("contact_of_person", "person_id", "at", "id"),
        Index("contact_over", "council", "at"),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID | None = None
    service: str
    at: datetime = moment()
    channel: str
    purpose: str
    by_role: str
    by_id: str
    note: str | None = None
