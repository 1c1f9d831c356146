"""Referrals, and what decides who sees them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from common.contracts.keys import KeyClass, Sealed
from common.runtime.tables import Aggregate, OfCouncil, OfMachine, document, moment
from sqlalchemy import ARRAY, Index, Uuid
from sqlmodel import Field

from partner_gateway.tables.registry import PartnerGateway, texts

_SHARED = Sealed("referral.shared", row="id", council="council", under=KeyClass.REFERRAL)


class Referral(Aggregate, OfCouncil, PartnerGateway, table=True):
    """One organisation, or the person, asks another to help. `partner_id` is the receiver; without one, the council."""

    __tablename__ = "referral"
    __table_args__ = (
        Index("referral_of_person", "person_id", "sent_at", "id"),
        Index("referral_over", "council", "changed_at"),
        Index("referral_asked_as", "asked_as", postgresql_where="asked_as IS NOT NULL"),
        Index("referral_waiting", "person_id", "partner_id", postgresql_where="person_asked_at IS NOT NULL"),
        Index("referral_received", "partner_id", "sent_at", "id"),
        Index("referral_sent", "from_partner", "sent_at", "id"),
        Index("referral_sent_by_council", "council", "sent_at", "id", postgresql_where="from_partner IS NULL"),
        Index("referral_received_by_council", "council", "sent_at", "id", postgresql_where="partner_id IS NULL"),
    )
    partner_is: ClassVar[tuple[str, ...]] = ("partner_id", "from_partner")

    person_id: UUID
    partner_id: str | None = None
    from_partner: str | None = None
    to_name: str | None = None
    made_by: str
    type: str
    reason: str
    service_id: UUID | None = None
    service_name: str | None = None
    case_id: UUID | None = None
    status: str
    held_from: str | None = None
    on_hold_until: date | None = None
    ended_because: str | None = None
    outcome: str | None = None
    field_groups: list[str] = texts()
    shared: Any = document(sealed=_SHARED)
    consent: Any = document(default=None, nullable=True)
    sent_at: datetime = moment()
    changed_at: datetime = moment()
    answer_by: datetime = moment()
    held_back: bool = Field(
        default=False, sa_column_kwargs={"server_default": "false"}
    )  # it never went to its receiver
    delayed_at: datetime | None = moment(default=None, nullable=True)
    stopped_at: datetime | None = moment(default=None, nullable=True)
    granted_at: datetime | None = moment(default=None, nullable=True)  # when it was decided that it may go
    rerouted_from: UUID | None = None
    rerouted_to: UUID | None = None
    person_asked_at: datetime | None = moment(default=None, nullable=True)  # while it waits for what they say
    asked_as: UUID | None = None  # under which leave is asked for again; else its own id
    outcome_agreed: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})


class Withdrawal(Aggregate, OfCouncil, PartnerGateway, table=True):
    """A consent that was withdrawn: its id is the consent's. Without a partner, its recipient is the council."""

    __tablename__ = "withdrawal"
    __table_args__ = (
        Index("withdrawal_of_partner", "partner_id", "told_at", "id"),
        Index("withdrawal_of_person", "person_id"),
        Index("withdrawal_over", "council", "told_at"),
        Index("withdrawal_of_council", "council", "told_at", "id", postgresql_where="partner_id IS NULL"),
    )

    person_id: UUID
    partner_id: str | None = None
    referrals: list[UUID] = Field(sa_type=ARRAY(Uuid))
    told_at: datetime = moment()
    confirmed_at: datetime | None = moment(default=None, nullable=True)


class Protection(OfMachine, PartnerGateway, table=True):
    """A protection that somebody is under, as long as they are. It decides what receivers are shown; nobody is shown it."""

    __tablename__ = "protection"
    __table_args__ = (Index("protection_of_person", "person_id"),)
    officer_may: ClassVar[str] = "SELECT"
    partner_may: ClassVar[str] = "SELECT"

    protection_id: UUID = Field(primary_key=True)
    person_id: UUID
    since: datetime = moment()


class KnownCase(OfCouncil, PartnerGateway, table=True):
    """A council's case, as far as a referral that belongs to it shows."""

    __tablename__ = "known_case"
    __table_args__ = (Index("known_case_of_person", "person_id"),)

    case_id: UUID = Field(primary_key=True)
    person_id: UUID | None = None
    reference: str
    service: str
    status: str
