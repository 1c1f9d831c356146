"""What people told us."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from common.contracts.keys import FACT_VALUE
from common.runtime.tables import Aggregate, OfPartnership, document, moment
from sqlalchemy import Index
from sqlmodel import Field

from customer_account.tables.registry import CustomerAccount


class FactsOfPerson(Aggregate, OfPartnership, CustomerAccount, table=True):
    """The home of one person's facts: its id is the person's, its version counts every change of what we know."""

    __tablename__ = "facts_of_person"
    person_is: ClassVar[str] = "id"
    one_story: ClassVar[bool] = False

    protected: bool = False


class Fact(OfPartnership, CustomerAccount, table=True):
    """What was held of a person for a while: of one kind, true for these days, from one moment to another.

    Nothing of it is ever overwritten but its end. What is held now has no `known_until`; of that, what is `current` is held
    to be so, and the rest to have been so on days that are over. That a person has one current fact of a kind is kept by
    the version of their facts, which every change moves.
    """

    __tablename__ = "fact"
    __table_args__ = (
        Index("fact_current", "person_id", "kind", postgresql_where="current"),
        Index("fact_past", "person_id", "kind", postgresql_where="known_until IS NULL AND NOT current"),
        Index("fact_history", "person_id", "kind", "known_from", "fact_id"),
        Index("fact_over", "known_until"),
    )

    fact_id: UUID = Field(primary_key=True)
    known_from: datetime = moment(primary_key=True)
    known_until: datetime | None = moment(default=None)
    until_because: str | None = None
    person_id: UUID
    kind: str
    value: Any = document(sealed=FACT_VALUE)
    current: bool = True
    supersedes: UUID | None = None
    asserted_by: str
    channel: str
    told_at: datetime = moment()
    told_to: str
    told_to_service: str
    effective_from: date | None = None
    effective_to: date | None = None
    fresh_until: date | None = None
    verification: str
    evidence: str | None = None
