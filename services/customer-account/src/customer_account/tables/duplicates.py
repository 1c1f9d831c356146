"""What records are looked up by when others like them are looked for, and the pairs that may be of one person."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from common.runtime.tables import Aggregate, OfMachine, OfPartnership, document, moment
from sqlalchemy import Index
from sqlmodel import Field

from customer_account.tables.registry import CustomerAccount


class MatchKey(OfPartnership, CustomerAccount, table=True):
    """A digest of something a person is looked up by. Two people who share none are not compared."""

    __tablename__ = "match_key"
    # Who has a key is read from the index alone: of most who share one, nothing else is ever read.
    __table_args__ = (Index("match_key_seen", "key", postgresql_include=["person_id", "visible_to"]),)

    person_id: UUID = Field(primary_key=True)
    key: UUID = Field(primary_key=True)


class PossibleDuplicate(Aggregate, OfPartnership, CustomerAccount, table=True):
    """Two people, the lesser id first, who may be one; for councils that may see both."""

    __tablename__ = "possible_duplicate"
    __table_args__ = (
        Index("possible_duplicate_pair", "one_person", "other_person", unique=True),
        Index("possible_duplicate_of_other", "other_person"),
        Index("possible_duplicate_open", "suspected_at", "id", postgresql_where="outcome IS NULL"),
    )

    one_person: UUID
    other_person: UUID
    weight: float
    sure: bool
    compared: Any = document()
    suspected_at: datetime = moment()
    outcome: str | None = None
    decided_at: datetime | None = moment(default=None, nullable=True)
    decided_by: str | None = None
    why: str | None = None


class Comparing(OfMachine, CustomerAccount, table=True):
    """How far everybody is compared anew since the weights changed. There is one row."""

    __tablename__ = "comparing"
    officer_may: ClassVar[str] = "SELECT"

    one: int = Field(default=1, primary_key=True)
    weights: str
    begun_at: datetime = moment()
    people: int
    compared: int = 0
    reached: UUID = UUID(int=0)
    ended_at: datetime | None = moment(default=None, nullable=True)
