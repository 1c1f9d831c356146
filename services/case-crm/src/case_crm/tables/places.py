"""Where cases are about, who follows them, and which are the same."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.runtime.tables import OfCouncil, OfEverybody, moment
from sqlalchemy import Index
from sqlmodel import Field

from case_crm.tables.registry import CaseCrm


class CasePlace(OfEverybody, CaseCrm, table=True):
    """What everybody may know of a case about a place in public: nothing of who reported it."""

    __tablename__ = "case_place"
    __table_args__ = (Index("case_place_near", "council", "service", "lat", "lon", postgresql_where="going_on"),)

    case_id: UUID = Field(primary_key=True)
    version: int
    council: str
    service: str
    title: str
    lat: float
    lon: float
    status: str
    told_to_resident: str
    going_on: bool
    opened_at: datetime = moment()
    changed_at: datetime = moment()


class CaseFollower(OfCouncil, CaseCrm, table=True):
    """Somebody who follows a case that another may have reported."""

    __tablename__ = "case_follower"
    __table_args__ = (
        Index("case_follower_of_person", "person_id", "followed_at", "case_id"),
        Index("case_follower_over", "council", "followed_at"),
    )

    case_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True)
    followed_at: datetime = moment()


class CaseDuplicate(OfCouncil, CaseCrm, table=True):
    """That a case is the same as another of its council."""

    __tablename__ = "case_duplicate"
    __table_args__ = (Index("duplicate_of_case", "of_case_id"),)

    case_id: UUID = Field(primary_key=True)
    of_case_id: UUID
