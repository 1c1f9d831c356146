"""Consent as it is captured with a referral: said by partner-gateway, kept by customer-account."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from common.contracts.base import Channel, Command, Event, Line, Open, Refusal, View, When

Recipient = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,31}$"),
    Field(description="Whom it may be given to: a partner's or a council's id."),
]


class Purpose(StrEnum):
    """The named reasons for which data about a person may be used."""

    PROVIDE_SERVICE = "provide_service"
    TELL_US_ONCE = "tell_us_once"
    REFERRAL = "referral"
    SAFEGUARDING = "safeguarding"
    EQUALITY_ANALYSIS = "equality_analysis"
    SERVICE_REVIEW = "service_review"
    CONTACT_ME = "contact_me"
    LEGAL_DUTY = "legal_duty"
    OTHER = "other"


class FieldGroup(StrEnum):
    """The named sets of fields that consent is given for."""

    IDENTITY = "identity"
    CONTACT = "contact"
    HOUSEHOLD = "household"
    ADDRESS = "address"
    DATES = "dates"
    MONEY = "money"
    HEALTH = "health"
    NEEDS = "needs"
    HOUSING = "housing"
    OUTCOME = "outcome"
    OTHER = "other"


KnownGroup = Literal[
    FieldGroup.IDENTITY,
    FieldGroup.CONTACT,
    FieldGroup.HOUSEHOLD,
    FieldGroup.ADDRESS,
    FieldGroup.DATES,
    FieldGroup.MONEY,
    FieldGroup.HEALTH,
    FieldGroup.NEEDS,
    FieldGroup.HOUSING,
    FieldGroup.OUTCOME,
]
"""A field group as a command may name it: `other` is for readers of tomorrow's events only."""


class ConsentEvent(Event, aggregate="consent", speaker="partner-gateway"):
    """A consent as it was captured. What becomes of it afterwards is customer-account's to say."""


class ConsentCaptured(ConsentEvent, name="consent.captured"):
    """A person agreed that these field groups go to this recipient for this purpose."""

    purpose: Open[Purpose]
    recipient: Recipient
    field_groups: list[Open[FieldGroup]]
    wording_version: str
    given_via: Open[Channel]
    given_at: datetime
    referral_id: UUID


class GivenConsent(Command):
    """What the person agreed to, in which wording, and how and when they said so."""

    purpose: Purpose
    recipient: Recipient
    field_groups: list[KnownGroup] = Field(min_length=1, max_length=20)
    wording_version: Line
    given_via: Channel
    given_at: When


class ConsentView(View):
    """The consent that something was shared on."""

    consent_id: UUID
    purpose: str
    recipient: str
    field_groups: list[str]
    wording_version: str
    given_via: str
    given_at: datetime


class ConsentMissing(Refusal, status=422):
    """The person has not agreed that this is shared."""
