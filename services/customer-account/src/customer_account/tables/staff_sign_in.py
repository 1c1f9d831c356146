"""Sessions of people who work for a council. They name no person: who it is, is a digest of what their provider calls them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from common.runtime.tables import Aggregate, OfMachine, moment
from sqlalchemy import ARRAY, Index, Text
from sqlmodel import Field

from customer_account.tables.registry import CustomerAccount


class StaffSession(Aggregate, OfMachine, CustomerAccount, table=True):
    """Somebody of a council's staff, signed in with one browser, which holds a cookie whose digest this is.

    What they may do is as it was when they signed in. `state_hash` is that of the sign-in, which is used up by it. No caller
    reads it but whoever is known by nothing yet than their cookie: the public.
    """

    __tablename__ = "staff_session"
    __table_args__ = (
        Index("staff_session_of_cookie", "cookie_hash", unique=True),
        Index("staff_session_of_sign_in", "state_hash", unique=True),
        Index("staff_session_of_staff", "staff_id", postgresql_where="ended_at IS NULL"),
        Index("staff_session_over", "ends_at"),
    )
    public_may: ClassVar[str] = "SELECT, INSERT, UPDATE"

    staff_id: str
    state_hash: str
    cookie_hash: str
    provider: str
    provider_session: str | None = None
    role: str
    permissions: list[str] = Field(sa_type=ARRAY(Text))
    councils: list[str] = Field(sa_type=ARRAY(Text))
    level: str
    began_at: datetime = moment()
    seen_at: datetime = moment()
    ends_at: datetime = moment()
    ended_at: datetime | None = moment(default=None, nullable=True)
