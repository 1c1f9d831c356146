"""Tellings, and what each recipient makes of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from common.contracts.keys import KeyClass, Sealed
from common.runtime.tables import Aggregate, OfCouncil, OfMachine, OfPartnership, document, moment
from sqlalchemy import ARRAY, Index, Text, UniqueConstraint
from sqlmodel import Field

from case_crm.tables.registry import CaseCrm

UNDER_WAY = "status IN ('confirmed', 'in_progress')"
OVER = (
    "status IN ('completed', 'completed_with_exceptions', 'superseded', 'withdrawn', 'expired', 'abandoned', 'linked')"
)
OPEN_DELIVERY = "ended_at IS NULL AND delivered_at IS NOT NULL"
_TOLD = Sealed("telling.facts", row="id", under=KeyClass.SPECIAL)
_GIVEN = Sealed("delivery.facts", row="id", council="council", under=KeyClass.SPECIAL)


class Telling(Aggregate, OfPartnership, CaseCrm, table=True):
    """What somebody told us once of a life event. `plan` is who is told, as it was decided when it was confirmed."""

    __tablename__ = "telling"
    __table_args__ = (
        Index("telling_of_person", "person_id", "begun_at", "id"),
        Index("telling_of_life_event", "person_id", "life_event"),
        Index("telling_of_root", "root_id"),
        Index("telling_over", "begun_at", postgresql_where=OVER),
        Index("telling_put_right", "root_id", postgresql_where="status = 'superseded'"),
        Index("telling_with_reference", "registrar", "person_id", postgresql_where="registrar IS NOT NULL"),
        Index("telling_of_other_person", "other_person_id"),
        Index("telling_to_look_at", "begun_at", "id", postgresql_where=UNDER_WAY),
        UniqueConstraint("reference_in_use", "person_id"),
    )

    told_to: str
    reference: str
    person_id: UUID | None = None
    other_person_id: UUID | None = None
    life_event: str
    status: str
    told_by: str
    channel: str
    facts: Any = document(sealed=_TOLD)
    told_facts: Any = document()  # by kind: under which id its first hearers keep what it told
    said_no: Any = document()
    plan: Any = document()
    previewed: str | None = None  # the name of the preview that was read
    previewed_at: datetime | None = moment(default=None, nullable=True)
    abandoned_by: str | None = None
    abandoned_because: str | None = None
    registrar: str | None = None  # a keyed digest: it is compared, and read by nobody
    registered_on: date | None = None
    reference_in_use: str | None = None
    root_id: UUID
    supersedes: UUID | None = None
    linked_to: UUID | None = None
    begun_at: datetime = moment()
    confirmed_at: datetime | None = moment(default=None)


class RegistrarReference(OfMachine, CaseCrm, table=True):
    """Whom a registrar's reference, which lies as a keyed digest, was told about first: it is of nobody else, in no council."""

    __tablename__ = "registrar_reference"
    __table_args__ = (Index("registrar_reference_of_telling", "telling_id", unique=True),)
    officer_may: ClassVar[str] = "SELECT, INSERT, DELETE"
    resident_may: ClassVar[str] = "SELECT, INSERT, DELETE"

    reference: str = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    telling_id: UUID


class Delivery(Aggregate, OfCouncil, CaseCrm, table=True):
    """One recipient's part of a telling: the facts it needs, and what became of it."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("council", "telling_id", "interest", "sends"),
        Index("delivery_of_telling", "telling_id"),
        Index("delivery_over", "council", "ended_at"),
        Index("delivery_of_root", "root_id"),
        Index("delivery_of_person", "person_id", "telling_id"),
        Index("delivery_of_who_agrees", "consent_by", "status", "recipient", "purpose"),
        Index(
            "delivery_queue",
            "council",
            "act_by",
            "id",
            postgresql_where="ended_at IS NULL AND delivered_at IS NOT NULL",
        ),
    )

    telling_id: UUID
    root_id: UUID
    person_id: UUID | None = None
    consent_by: UUID | None = None
    purpose: str | None = None
    field_groups: Any = document()
    interest: str
    title: str
    recipient: str
    to_partner: bool
    owner: str
    escalates_to: str
    basis: str
    sends: str
    status: str
    facts: Any = document(sealed=_GIVEN)
    fact_kinds: Any = document()
    guarded: Any = document()
    opens: Any = document(default=None, nullable=True)  # the case it is worked on in, as its plan says it
    case_id: UUID | None = None
    case_reference: str | None = None
    reason: str | None = None
    effect: str | None = None
    effective_date: date | None = None
    acknowledge_by: datetime = moment()
    act_by: datetime = moment()
    planned_at: datetime = moment()
    delivered_at: datetime | None = moment(default=None)
    acknowledged_at: datetime | None = moment(default=None)
    escalated_at: datetime | None = moment(default=None)
    ended_at: datetime | None = moment(default=None)


class KnownConsent(OfMachine, CaseCrm, table=True):
    """The last word of somebody on whether a recipient may be told of them for a purpose."""

    __tablename__ = "known_consent"

    person_id: UUID = Field(primary_key=True)
    recipient: str = Field(primary_key=True)
    purpose: str = Field(primary_key=True)
    given: bool
    field_groups: Any = document()
    said_at: datetime = moment()


class KnownAgreement(OfMachine, CaseCrm, table=True):
    """An agreement in force with a partner: for which councils, and what it may be shown of people for which purpose."""

    __tablename__ = "known_agreement"
    __table_args__ = (Index("known_agreement_with_partner", "partner_id", "ends_on"),)
    officer_may: ClassVar[str] = "SELECT"
    resident_may: ClassVar[str] = "SELECT"

    agreement_id: UUID = Field(primary_key=True)
    partner_id: str
    councils: list[str] = Field(sa_type=ARRAY(Text))
    terms: Any = document()
    ends_on: date
