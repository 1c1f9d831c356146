"""Who is protected."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from common.runtime.tables import Aggregate, OfPartnership, moment
from sqlalchemy import Index

from customer_account.tables.registry import CustomerAccount


class Protection(Aggregate, OfPartnership, CustomerAccount, table=True):
    """One protection of a person, from its beginning to its end. A person has one at a time."""

    __tablename__ = "protection"
    __table_args__ = (
        Index("protection_of_person", "person_id", unique=True, postgresql_where="lifted_at IS NULL"),
        Index("protections_of_person", "person_id"),
        Index("protection_over", "lifted_at"),
    )

    person_id: UUID
    reason: str
    asked_by: str
    since: date
    review_on: date
    marked_at: datetime = moment()
    marked_by: str
    lifted_at: datetime | None = moment(default=None, nullable=True)
    lifted_by: str | None = None
    lift_asked_by: str | None = None
