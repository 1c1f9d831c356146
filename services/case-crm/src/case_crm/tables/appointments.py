"""The appointments of cases."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.runtime.tables import OfCouncil, moment
from sqlalchemy import Index
from sqlmodel import Field

from case_crm.tables.registry import CaseCrm

BOOKED = "state = 'booked'"


class Appointment(OfCouncil, CaseCrm, table=True):
    """One appointment of a case. A case has one that is booked, at most; its version is the case's: all is said of that.

    `to_be_moved`: its session is not held then any more, and whoever deals with the case was told.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        Index("appointment_of_case", "case_id", "booked_at", "id"),
        Index("appointment_of_person", "person_id", "case_id"),
        Index("appointment_booked", "case_id", unique=True, postgresql_where=BOOKED),
        Index("appointment_in_session", "session_id", "starts_at", "id", postgresql_where=BOOKED),
        Index("appointment_at_location", "council", "location_id", "starts_at", "id"),
    )

    id: UUID = Field(primary_key=True)
    case_id: UUID
    person_id: UUID | None = None
    location_id: UUID
    session_id: UUID
    number: int
    starts_at: datetime = moment()
    ends_at: datetime = moment()
    state: str
    to_be_moved: bool
    booked_at: datetime = moment()
    channel: str
    by_role: str
    by_id: str
