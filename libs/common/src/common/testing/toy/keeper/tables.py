"""Papers with their pages, and opinions: what goes by itself in tests."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from common.runtime.tables import Aggregate, OfCouncil, OfPartnership, moment


class ToyKeeper(SQLModel, registry=registry()):
    """The toy keeper's own registry."""


class Paper(Aggregate, OfCouncil, ToyKeeper, table=True):
    """A paper about somebody, or nobody."""

    __tablename__ = "paper"
    __table_args__ = (Index("paper_over", "council", "changed_at"),)

    person_id: UUID | None = None
    status: str
    changed_at: datetime = moment()


class Sheet(OfCouncil, ToyKeeper, table=True):
    """A page of a paper."""

    __tablename__ = "sheet"
    __table_args__ = (Index("sheet_of_paper", "paper_id"),)

    id: UUID = Field(primary_key=True)
    paper_id: UUID
    person_id: UUID | None = None
    words: str


class Opinion(OfPartnership, ToyKeeper, table=True):
    """What somebody thought on a day. It counts without them, and without their words."""

    __tablename__ = "opinion"
    __table_args__ = (Index("opinion_over", "given_on", postgresql_where="person_id IS NOT NULL OR words IS NOT NULL"),)

    id: UUID = Field(primary_key=True)
    person_id: UUID | None = None
    given_on: date
    mark: int
    words: str | None = None
