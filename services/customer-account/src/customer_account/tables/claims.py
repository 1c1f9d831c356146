"""Claims of accounts: what came of them, and how often somebody was wrong."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from common.runtime.tables import Aggregate, OfMachine, OfPartnership, moment
from sqlalchemy import Index
from sqlmodel import Field

from customer_account.tables.registry import CustomerAccount


class ClaimsOfLogin(Aggregate, OfPartnership, CustomerAccount, table=True):
    """What one login claimed: its id is the login's, which alone sees it. Nothing of what was said is here."""

    __tablename__ = "claims_of_login"
    person_is: ClassVar[str] = "id"
    one_story: ClassVar[bool] = False

    status: str
    claimed: UUID | None = None
    tries: int
    counted_since: datetime = moment()


class WrongClaim(OfMachine, CustomerAccount, table=True):
    """A claim that did not match, and why: counted by its reference, whether or not there is such a one, and by its council."""

    __tablename__ = "wrong_claim"
    __table_args__ = (
        Index("wrong_claim_of_reference", "digest", postgresql_where="digest IS NOT NULL"),
        Index("wrong_claim_in_council", "council", "at"),
    )

    claim_id: UUID = Field(primary_key=True)
    digest: str | None = None
    council: str
    at: datetime = moment()
    why: str
