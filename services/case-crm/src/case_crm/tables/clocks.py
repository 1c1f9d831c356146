"""The clocks of cases: what was promised, and by when. And the working calendars they go by."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from common.runtime.tables import Aggregate, OfCouncil, OfEverybody, document, moment
from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from case_crm.tables.registry import CaseCrm


class CaseClock(OfCouncil, CaseCrm, table=True):
    """One promise of a case, with every moment it was ever due at. Its version is the case's: every turn is said of that."""

    __tablename__ = "case_clock"
    __table_args__ = (
        Index("clock_of_case", "case_id"),
        Index("clock_of_person", "person_id"),
    )

    id: UUID = Field(primary_key=True)
    case_id: UUID
    person_id: UUID | None = None
    term: str
    kind: str
    direction: str
    promise: str
    basis: str
    state: str
    started_at: datetime = moment()
    due_at: datetime = moment()
    warned: bool
    paused_at: datetime | None = moment(default=None)
    ended_at: datetime | None = moment(default=None)
    extended_because: str | None = None
    history: Any = document()


class CouncilCalendar(Aggregate, OfEverybody, CaseCrm, table=True):
    """A council's working calendar, as it was last published."""

    __tablename__ = "council_calendar"
    __table_args__ = (UniqueConstraint("council"),)

    council: str
    calendar_version: int
    document: Any = document()
