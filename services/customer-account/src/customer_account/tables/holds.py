"""Legal holds that councils placed on people."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from common.runtime.tables import Aggregate, OfCouncil, moment
from sqlalchemy import Index

from customer_account.tables.registry import CustomerAccount


class LegalHold(Aggregate, OfCouncil, CustomerAccount, table=True):
    """One hold, from its placing to its lifting. That there is one every service knows; why, this row alone.

    While `hidden_until` lies ahead its person does not see it, unless the secrecy that it was placed under was ended before.
    """

    __tablename__ = "legal_hold"
    __table_args__ = (
        Index("legal_hold_of_person", "person_id", "placed_at", "id"),
        Index("legal_hold_running", "council", "review_on", "id", postgresql_where="lifted_at IS NULL"),
        Index("legal_hold_over", "council", "lifted_at"),
    )

    person_id: UUID
    because: str
    reference: str
    placed_at: datetime = moment()
    placed_by: str
    review_on: date
    review_due: bool = False
    hidden_until: datetime | None = moment(default=None, nullable=True)
    secrecy_id: UUID | None = None
    lifted_at: datetime | None = moment(default=None, nullable=True)
    lifted_by: str | None = None
