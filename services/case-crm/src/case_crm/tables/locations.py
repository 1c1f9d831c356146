"""Where people are seen, when how many of them, and which of those times are taken."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from common.runtime.tables import OfEverybody, OfMachine, document, moment
from sqlalchemy import Index
from sqlmodel import Field

from case_crm.tables.registry import CaseCrm


class Location(OfEverybody, CaseCrm, table=True):
    """A place where a council sees people. Councils in `shared_with` book there too."""

    __tablename__ = "location"
    __table_args__ = (Index("location_of_council", "council", "title", "id"),)

    id: UUID = Field(primary_key=True)
    council: str
    title: str
    address: str
    accessibility: Any = document()
    how_to_get_there: str | None = None
    open: Any = document()
    shared_with: Any = document()


class Session(OfEverybody, CaseCrm, table=True):
    """On one day of each week, so many are seen at once. But for its last day it is never changed."""

    __tablename__ = "location_session"
    __table_args__ = (Index("session_of_location", "location_id", "last_day"),)

    id: UUID = Field(primary_key=True)
    location_id: UUID
    council: str
    services: Any = document()
    day: str
    begins: str
    ends: str
    minutes: int
    at_once: int
    first_day: date
    last_day: date | None = None


class Seat(OfMachine, CaseCrm, table=True):
    """A time of a session that is taken, by how many: there is no second row of a seat, so nothing is booked twice.

    Whoever takes one has to see which are free; whose they are stands with their cases, and not here.
    """

    __tablename__ = "location_seat"
    officer_may: ClassVar[str] = "SELECT, INSERT, DELETE"
    resident_may: ClassVar[str] = "SELECT, INSERT, DELETE"
    public_may: ClassVar[str] = "SELECT"

    session_id: UUID = Field(primary_key=True)
    starts_at: datetime = moment(primary_key=True)
    number: int = Field(primary_key=True)
    taken_at: datetime = moment()
