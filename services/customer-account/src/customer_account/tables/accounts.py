"""The login that leads to a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from common.runtime.tables import Aggregate, OfPartnership, document, moment
from sqlalchemy import Index

from customer_account.tables.registry import CustomerAccount


class Account(Aggregate, OfPartnership, CustomerAccount, table=True):
    """How far somebody's login may be used: its id is the person's. A person is known without one who signs in.

    `before` is the status to go back to when what locked the account is taken back. `merged_into` makes the account the
    alias of another person: it is kept for ever, so that whoever holds the old id is led to the right one. Of the reference that
    it can be claimed with there are digests alone.
    """

    __tablename__ = "account"
    __table_args__ = (
        Index("account_claimable", "claim_digest", unique=True, postgresql_where="claim_digest IS NOT NULL"),
        Index("account_led_to", "merged_into", postgresql_where="merged_into IS NOT NULL"),
    )
    person_is: ClassVar[str] = "id"
    one_story: ClassVar[bool] = False
    public_may: ClassVar[str] = "SELECT"  # whoever signs in is nobody yet, and is asked whether they may

    status: str
    since: datetime = moment()
    before: str | None = None
    because: str | None = None
    merged_into: UUID | None = None
    checks: Any = document(default_factory=list)
    claim_digest: str | None = None
    claim_proof: str | None = None
    claim_expires_at: datetime | None = moment(default=None)
