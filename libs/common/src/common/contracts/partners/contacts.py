"""Whom of a partner we may write to, and of what. Said by partner-gateway; what is said names nobody."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import EmailStr, Field

from common.contracts.base import Command, Event, Line, Open, Phone, Refusal, View
from common.contracts.partners.organisations import PartnerId


class ContactDuty(StrEnum):
    """What somebody at a partner is written to about."""

    REFERRALS = "referrals"
    ESCALATION = "escalation"
    DATA_PROTECTION = "data_protection"
    SYSTEMS = "systems"
    OTHER = "other"


Duties = Annotated[
    list[ContactDuty],
    Field(
        min_length=1,
        max_length=5,
        description="referrals: who takes them; escalation: who is told where nobody answers; data_protection: who answers for "
        "people's data; systems: who looks after their systems and keys.",
    ),
]


# -- what is said


class PartnerContactEvent(Event, aggregate="partner_contact", speaker="partner-gateway"):
    """Somebody at a partner: never who."""

    partner_id: PartnerId


class PartnerContactRegistered(PartnerContactEvent, name="partner_contact.registered"):
    """We may write to somebody at a partner about these things."""

    duties: list[Open[ContactDuty]]


class PartnerContactChanged(PartnerContactEvent, name="partner_contact.changed"):
    """They are somebody else, or are reached otherwise, or have these duties."""

    duties: list[Open[ContactDuty]]


class PartnerContactRemoved(PartnerContactEvent, name="partner_contact.removed"):
    """We may not any more, and hold nothing of them."""


# -- what is asked for


class DescribeContact(Command):
    """Somebody at a partner: their name there, an address of their work, and what we may write to them about."""

    name: Line
    email: EmailStr
    phone: Phone | None = None
    duties: Duties


# -- what is shown


class ContactView(View):
    """Somebody at a partner."""

    contact_id: UUID
    partner_id: PartnerId
    name: str
    email: str
    phone: str | None
    duties: list[str]
    registered_at: datetime
    version: int


class ContactsView(View):
    """Those at a partner that we may write to, by their addresses; and the duties that nobody has."""

    items: list[ContactView]
    nobody_for: list[str]


# -- what may be refused


class ContactKnown(Refusal, status=409):
    """Somebody at this partner has this address already. Please change their duties instead."""


class TooManyContacts(Refusal, status=409):
    """A partner has at most twenty contacts. Please remove one first."""
