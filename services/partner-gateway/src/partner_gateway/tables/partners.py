"""Partners, the people there that we write to, and the systems of theirs that sign in."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from common.runtime.tables import Aggregate, OfEverybody, OfMachine, document, moment
from sqlalchemy import Index
from sqlmodel import Field

from partner_gateway.tables.registry import PartnerGateway, texts


class Partner(Aggregate, OfEverybody, PartnerGateway, table=True):
    """A partner organisation. Its name and status are no secret."""

    __tablename__ = "partner"
    __table_args__ = (Index("partner_by_age", "applied_at", "id"),)

    partner_id: str = Field(unique=True)
    name: str
    kind: str = Field(default="other", sa_column_kwargs={"server_default": "other"})
    status: str
    applied_at: datetime = moment()
    changed_at: datetime = moment()


class PartnerContact(Aggregate, OfMachine, PartnerGateway, table=True):
    """Somebody at a partner, as they are known in their work, and what we write to them about. Gone once they are removed."""

    __tablename__ = "partner_contact"
    __table_args__ = (Index("partner_contact_by_email", "partner_id", "email", unique=True),)
    officer_may: ClassVar[str] = "SELECT, INSERT, UPDATE, DELETE"
    partner_may: ClassVar[str] = "SELECT"

    partner_id: str
    name: str
    email: str
    phone: str | None = None
    duties: list[str] = texts()
    registered_at: datetime = moment()


class PartnerClient(Aggregate, OfMachine, PartnerGateway, table=True):
    """A partner's system that may sign in, and for what."""

    __tablename__ = "partner_client"
    __table_args__ = (Index("clients_of_partner", "partner_id", "registered_at", "id"),)
    officer_may: ClassVar[str] = "SELECT, INSERT, UPDATE"
    partner_may: ClassVar[str] = "SELECT, UPDATE"
    public_may: ClassVar[str] = "SELECT"

    partner_id: str
    name: str
    scopes: list[str] = texts()
    requests_a_minute: int
    registered_at: datetime = moment()
    closed_at: datetime | None = moment(default=None, nullable=True)


class ClientKey(Aggregate, OfMachine, PartnerGateway, table=True):
    """The public half of a key that a client signs with. `until`: another took its place, and it goes on until then."""

    __tablename__ = "client_key"
    __table_args__ = (Index("client_key_of_client", "client_id", "kid", unique=True),)
    officer_may: ClassVar[str] = "SELECT, INSERT, UPDATE"
    partner_may: ClassVar[str] = "SELECT, INSERT, UPDATE"
    public_may: ClassVar[str] = "SELECT"

    client_id: UUID
    partner_id: str
    kid: str
    alg: str
    jwk: Any = document()
    added_at: datetime = moment()
    until: datetime | None = moment(default=None, nullable=True)
    revoked_at: datetime | None = moment(default=None, nullable=True)


class UsedAssertion(OfMachine, PartnerGateway, table=True):
    """An assertion that a token was given for: it is good for no other. Kept until it would have expired."""

    __tablename__ = "used_assertion"
    __table_args__ = (Index("used_assertion_over", "ends_at"),)
    public_may: ClassVar[str] = "SELECT, INSERT"

    digest: str = Field(primary_key=True)
    ends_at: datetime = moment()
