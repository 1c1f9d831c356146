"""Signing in: what is under way, who is who at which provider, sessions, and which sign-ins are used up."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from common.runtime.tables import Aggregate, OfPartnership, moment
from sqlalchemy import Index
from sqlmodel import Field

from customer_account.tables.registry import CustomerAccount


class SignIn(OfPartnership, CustomerAccount, table=True):
    """A browser that was sent to a provider and may come back once. Of what it carries only digests are kept.

    `person_id` and `session_id` are those of somebody signed in who went to prove who they are.
    """

    __tablename__ = "sign_in"
    __table_args__ = (Index("sign_in_over", "ends_at"), Index("sign_in_of_person", "person_id"))
    public_may: ClassVar[str] = "SELECT, INSERT"

    state_hash: str = Field(primary_key=True)
    browser_hash: str
    provider: str
    return_to: str
    nonce: str
    verifier: str
    person_id: UUID | None = None
    session_id: UUID | None = None
    ends_at: datetime = moment()


class SignInLink(OfPartnership, CustomerAccount, table=True):
    """Who somebody is whom a provider knows by a subject. One person may sign in by several."""

    __tablename__ = "sign_in_link"
    __table_args__ = (Index("sign_in_link_of_person", "person_id"),)
    public_may: ClassVar[str] = "SELECT"

    issuer: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    person_id: UUID
    linked_at: datetime = moment()


class Session(Aggregate, OfPartnership, CustomerAccount, table=True):
    """Somebody signed in with one browser, which holds a cookie whose digest this is. It is over at the latest at `ends_at`."""

    __tablename__ = "session"
    __table_args__ = (
        Index("session_of_cookie", "cookie_hash", unique=True),
        Index("session_of_person", "person_id", postgresql_where="ended_at IS NULL"),
        Index("sessions_of_person", "person_id"),
        Index("session_at_provider", "issuer", "subject", postgresql_where="ended_at IS NULL"),
        Index("session_over", "ends_at"),
    )
    public_may: ClassVar[str] = "SELECT"

    person_id: UUID
    cookie_hash: str
    provider: str
    issuer: str
    subject: str
    provider_session: str | None = None
    level: str
    began_at: datetime = moment()
    seen_at: datetime = moment()
    ends_at: datetime = moment()
    ended_at: datetime | None = moment(default=None, nullable=True)


class UsedSignIn(OfPartnership, CustomerAccount, table=True):
    """A sign-in that somebody came back with, and how sure it made us: that it has its row says that it is used up."""

    __tablename__ = "used_sign_in"
    __table_args__ = (Index("used_sign_in_of_person", "person_id", "at"), Index("used_sign_in_over", "at"))
    public_may: ClassVar[str] = "SELECT"

    state_hash: str = Field(primary_key=True)
    person_id: UUID
    method: str
    level: str
    at: datetime = moment()
