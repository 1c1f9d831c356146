"""Partner organisations and how they join: said by partner-gateway. Nothing of what is shared with them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from common.contracts.base import Command, Event, Line, Open, Refusal, View

PartnerId = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,31}$"),
    Field(description="A partner's id, such as `frs-nsfr`: also the subject of its platform token."),
]


class PartnerStatus(StrEnum):
    """How far a partner has come."""

    APPLIED = "applied"
    DUE_DILIGENCE = "due_diligence"
    SANDBOX = "sandbox"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    OFFBOARDED = "offboarded"
    OTHER = "other"


class PartnerKind(StrEnum):
    """What kind of organisation a partner is. `other` is one that is none of these, such as a contractor."""

    POLICE = "police"
    FIRE = "fire"
    PROBATION = "probation"
    HEALTH = "health"
    EDUCATION = "education"
    HOUSING = "housing"
    VOLUNTARY = "voluntary"
    OTHER = "other"


class PartnerTransition(StrEnum):
    """What can be done with a partner."""

    BEGIN_DUE_DILIGENCE = "begin_due_diligence"
    OPEN_SANDBOX = "open_sandbox"
    ACTIVATE = "activate"
    SUSPEND = "suspend"
    OFFBOARD = "offboard"


# -- what is said


class PartnerEvent(Event, aggregate="partner", speaker="partner-gateway"):
    """The life of a partner organisation."""

    partner_id: PartnerId
    partner_name: str


class PartnerApplied(PartnerEvent, name="partner.applied"):
    """An organisation asked to become a partner."""


class PartnerStatusChanged(PartnerEvent, name="partner.status_changed"):
    """A partner came to another status."""

    transition: str
    was: Open[PartnerStatus]
    status: Open[PartnerStatus]


class PartnerActivated(PartnerStatusChanged, name="partner.activated"):
    """The partner may send and receive referrals from now on."""


class PartnerSuspended(PartnerStatusChanged, name="partner.suspended"):
    """Nothing is shared with the partner any more."""


# -- what is asked for


class ApplyAsPartner(Command):
    """An organisation wants to become a partner."""

    partner_id: PartnerId
    name: Line
    kind: PartnerKind = PartnerKind.OTHER


class MovePartner(Command):
    """Take a partner to its next status."""

    transition: PartnerTransition


# -- what is shown


class PartnerAction(View):
    """A transition that may be made now."""

    transition: str
    label: str


class PartnerView(View):
    """A partner organisation."""

    partner_id: PartnerId
    name: str
    kind: str
    status: str
    version: int
    applied_at: datetime
    changed_at: datetime
    next_actions: list[PartnerAction]


# -- what may be refused


class PartnerIdTaken(Refusal, status=409):
    """A partner has this id already."""


class PartnerCannotGoThere(Refusal, status=409):
    """That cannot be done with this partner as it stands now."""


class UnknownPartner(Refusal, status=422):
    """We know no such partner."""


class PartnerNotActive(Refusal, status=409):
    """This partner is not active, so nothing is shared with it."""


class NotAnActivePartner(Refusal, status=403):
    """Your organisation is not an active partner."""
