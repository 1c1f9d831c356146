"""Partners, the directory, signposts and referrals: tables private to this service."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from common.contracts.keys import KeyClass, Sealed
from common.runtime.tables import Aggregate, OfCouncil, OfEverybody, OfMachine, document, moment
from sqlalchemy import ARRAY, Index, Text, Uuid
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class PartnerGateway(SQLModel, registry=registry()):
    """This service's tables share one registry, apart from every other service's."""


def texts() -> Any:
    """A column with a list of texts."""
    return Field(sa_type=ARRAY(Text))


class Partner(Aggregate, OfEverybody, PartnerGateway, table=True):
    """A partner organisation. Its name and status are no secret; nothing of its people is kept here."""

    __tablename__ = "partner"
    __table_args__ = (Index("partner_by_age", "applied_at", "id"),)

    partner_id: str = Field(unique=True)
    name: str
    kind: str = Field(default="other", sa_column_kwargs={"server_default": "other"})
    status: str
    applied_at: datetime = moment()
    changed_at: datetime = moment()


class Agreement(Aggregate, OfEverybody, PartnerGateway, table=True):
    """What may pass between a partner and councils, as they signed it. Agreements are no secret; nobody's data is in one."""

    __tablename__ = "agreement"
    __table_args__ = (
        Index("agreement_by_age", "drafted_at", "id"),
        Index("agreement_of_partner", "partner_id", "drafted_at", "id"),
        Index("agreement_in_force", "partner_id", postgresql_where="status IN ('active', 'review_due')"),
    )

    partner_id: str
    title: str
    councils: list[str] = texts()
    terms: Any = document()
    begins_on: date
    review_on: date
    ends_on: date
    status: str
    signatures: Any = document()
    revoked_because: str | None = None
    drafted_at: datetime = moment()
    changed_at: datetime = moment()


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


class DirectoryService(Aggregate, OfEverybody, PartnerGateway, table=True):
    """A service that helps: a partner's, or of the council that keeps the entry."""

    __tablename__ = "directory_service"

    council: str
    partner_id: str | None = None
    name: str
    needs: list[str] = texts()
    districts: list[str] = texts()
    councils: list[str] = texts()
    min_age: int | None = None
    max_age: int | None = None
    languages: list[str] = texts()
    cost: str | None = None
    opening_hours: str | None = None
    capacity: int | None = None
    waiting_days: int | None = None
    status: str
    assured_date: date | None = None
    changed_at: datetime = moment()


class ServiceReach(OfEverybody, PartnerGateway, table=True):
    """Under which need and place a service is found: a search reads this key and nothing else."""

    __tablename__ = "service_reach"
    __table_args__ = (Index("reach_of_service", "service_id"),)

    need: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    service_id: UUID = Field(primary_key=True)
    council: str


class Signpost(OfCouncil, PartnerGateway, table=True):
    """Services that somebody was told of. It has no column for who that was, and must not get one."""

    __tablename__ = "signpost"
    __table_args__ = (Index("signpost_of_council", "council", "given_at", "id"),)

    id: UUID = Field(primary_key=True)
    given_at: datetime = moment()
    need: str
    district: str | None = None
    offered: list[UUID] = Field(sa_type=ARRAY(Uuid))
    chosen: UUID | None = None


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


_TOLD = Sealed("delivery.told", row="id", council="council", under=KeyClass.TELLING)


class Delivery(Aggregate, OfCouncil, PartnerGateway, table=True):
    """What a partner was told of a life event, under the id of its delivery, and the last it answered."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index("delivery_of_partner", "partner_id", "told_at", "id"),
        Index("delivery_of_matter", "matter_id", "partner_id", "told_at"),
        Index("delivery_of_person", "person_id"),
        Index("delivery_over", "council", "told_at"),
    )

    person_id: UUID
    partner_id: str
    matter_id: UUID
    interest: str
    title: str
    basis: str
    sends: str
    status: str
    fact_kinds: list[str] = texts()
    facts: Any = document(sealed=_TOLD)
    told_at: datetime = moment()
    acknowledge_by: datetime = moment()
    act_by: datetime = moment()
    last_move: str | None = None
    effect: str | None = None
    effective_date: date | None = None
    reason: str | None = None
    ended_at: datetime | None = moment(default=None, nullable=True)


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
