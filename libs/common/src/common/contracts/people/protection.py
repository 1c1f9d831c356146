"""Protecting a person: whoever could harm them must not learn from us where they are."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from common.contracts.base import Command, CouncilId, Event, PersonId, Refusal, View


class ProtectionReason(StrEnum):
    """Why a person is protected. It is kept where it was said: no event carries it."""

    DOMESTIC_ABUSE = "domestic_abuse"
    STALKING = "stalking"
    WITNESS = "witness"
    HATE_CRIME = "hate_crime"
    OTHER = "other"


class AskedBy(StrEnum):
    """Who asked that a person is protected, or is no longer."""

    PERSON = "person"
    REPRESENTATIVE = "representative"
    POLICE = "police"
    COURT = "court"
    PROFESSIONAL = "professional"
    OTHER = "other"


class ProtectionEvent(Event, aggregate="protection", speaker="customer-account"):
    """The life of one protection of a person."""


class ProtectionMarked(ProtectionEvent, name="protection.marked"):
    """A person is protected from now on, with every council that may see them."""

    since: date
    review_on: date
    visible_to: list[CouncilId]


class ProtectionReviewed(ProtectionEvent, name="protection.reviewed"):
    """Somebody looked whether a person still needs it: they do, until the next review."""

    review_on: date


class ProtectionLifted(ProtectionEvent, name="protection.lifted"):
    """A person is no longer protected."""


class MarkProtected(Command):
    """Protect a person, at once. `since` is the day from which they are in danger: today, where nothing is said."""

    reason: ProtectionReason
    since: date | None = None
    review_on: date
    asked_by: AskedBy


class ReviewProtection(Command):
    """The person still needs it: say when that is looked at again."""

    review_on: date


class LiftProtection(Command):
    """The person no longer needs it."""

    asked_by: AskedBy


class ProtectionView(View):
    """One protection of a person. It is over where `lifted_at` is given."""

    protection_id: UUID
    person_id: PersonId
    version: int
    reason: ProtectionReason
    asked_by: AskedBy
    since: date
    review_on: date
    marked_at: datetime
    lifted_at: datetime | None


class RecordRestricted(Refusal, status=403):
    """This record is restricted. Ask a colleague who is cleared for it."""


class AddressInText(Refusal, status=422):
    """There seems to be an address in this text. Note it on the person's record instead, where fewer people see it."""


class ProtectedAlready(Refusal, status=409):
    """This person is protected already. Review that protection instead."""


class NoLongerProtected(Refusal, status=409):
    """This protection has ended."""


class WrongDays(Refusal, status=422):
    """A protection begins today or earlier, and is reviewed within a year from today."""
