"""Releases: what cannot be taken back once it is sent is asked of customer-account first. No answer, no release."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from common.contracts.base import Channel, Code, Event, Open
from common.contracts.partners.consents import FieldGroup, Purpose, Recipient
from common.contracts.people.consents import ConsentsEvent


class BecauseRefused(StrEnum):
    """Why something may not be released. None of them says more of the person than that they are to be asked."""

    CONSENT_MISSING = "consent_missing"
    CONSENT_REFUSED = "consent_refused"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    ASK_AGAIN = "ask_again"
    OTHER = "other"


class CapturedWithIt(BaseModel):
    """The consent that was captured with what is to be released: there is no order between the two sayings of it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    consent_id: UUID
    purpose: Open[Purpose]
    recipient: Recipient
    field_groups: list[Open[FieldGroup]]
    wording_version: str
    given_via: Open[Channel]
    given_at: datetime


class ReleaseEvent(Event, aggregate="release", speaker="partner-gateway"):
    """One asking: its answer is said of the person's consents, under the same `subject_id`."""


class ReleaseRequested(ReleaseEvent, name="release.requested"):
    """A service asks whether these fields of a person may go to a recipient. `subject` is what carries them, such as a referral."""

    subject: Code
    subject_id: UUID
    purpose: Open[Purpose]
    recipient: Recipient
    field_groups: list[Open[FieldGroup]]
    consent: CapturedWithIt | None


class ReleaseAnswered(ConsentsEvent):
    """The answer to whoever asked for `subject_id`. It stays the answer, however often it is asked for."""

    subject: Code
    subject_id: UUID
    purpose: Open[Purpose]
    recipient: Recipient


class ReleaseGranted(ReleaseAnswered, name="release.granted"):
    """These field groups may go, and no others, until then; on these consents."""

    field_groups: list[Open[FieldGroup]]
    consents: list[UUID]
    valid_until: datetime | None


class ReleaseRefused(ReleaseAnswered, name="release.refused"):
    """Nothing may go."""

    because: Open[BecauseRefused]
