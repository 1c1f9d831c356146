"""The directory, and what people were pointed to in it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from common.runtime.tables import Aggregate, OfCouncil, OfEverybody, moment
from sqlalchemy import ARRAY, Index, Uuid
from sqlmodel import Field

from partner_gateway.tables.registry import PartnerGateway, texts


class DirectoryService(Aggregate, OfEverybody, PartnerGateway, table=True):
    """A service that helps: a partner's, or of the council that keeps the entry."""

    __tablename__ = "directory_service"

    council: str
    partner_id: str | None = None
    name: str
    needs: list[str] = texts()
    districts: list[str] = texts()
    councils: list[str] = texts()
    min_age: int | None = None
    max_age: int | None = None
    languages: list[str] = texts()
    cost: str | None = None
    opening_hours: str | None = None
    capacity: int | None = None
    waiting_days: int | None = None
    status: str
    assured_date: date | None = None
    changed_at: datetime = moment()


class ServiceReach(OfEverybody, PartnerGateway, table=True):
    """Under which need and place a service is found: a search reads this key and nothing else."""

    __tablename__ = "service_reach"
    __table_args__ = (Index("reach_of_service", "service_id"),)

    need: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    service_id: UUID = Field(primary_key=True)
    council: str


class Signpost(OfCouncil, PartnerGateway, table=True):
    """Services that somebody was told of. It has no column for who that was, and must not get one."""

    __tablename__ = "signpost"
    __table_args__ = (Index("signpost_of_council", "council", "given_at", "id"),)

    id: UUID = Field(primary_key=True)
    given_at: datetime = moment()
    need: str
    district: str | None = None
    offered: list[UUID] = Field(sa_type=ARRAY(Uuid))
    chosen: UUID | None = None
