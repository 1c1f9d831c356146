"""Consent: who may know what of a person, for what, and until when. Said by customer-account of each person's consents."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from common.contracts.base import Channel, Command, Event, Line, Open, PersonId, Refusal, View, When
from common.contracts.partners.consents import FieldGroup, KnownGroup, Purpose, Recipient

ConsentLanguage = Annotated[
    str, Field(pattern=r"^[a-z]{2,3}$", description="The language it was asked in, such as `pl`.")
]
SomeGroups = Annotated[list[KnownGroup], Field(min_length=1, max_length=20)]


class ConsentState(StrEnum):
    """What became of a question whether something may be shared."""

    REQUESTED = "requested"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    OTHER = "other"


class LawfulBasis(StrEnum):
    """What the sharing rests on. Health and the like need consent that was given in so many words."""

    CONSENT = "consent"
    EXPLICIT_CONSENT = "explicit_consent"
    OTHER = "other"


# -- what is said


class ConsentsEvent(Event, aggregate="consents", speaker="customer-account"):
    """What becomes of one person's consents, and what is released on them: one order, so that of two that meet one is first."""


class ConsentMoved(ConsentsEvent):
    """What happened to one consent: what may go to whom for what."""

    consent_id: UUID
    purpose: Open[Purpose]
    recipient: Recipient
    field_groups: list[Open[FieldGroup]]


class ConsentRequested(ConsentMoved, name="consent.requested"):
    """A person is asked whether something may be shared."""

    wording_version: str
    language: str | None


class ConsentAnswered(ConsentMoved):
    """A person answered: in which wording they were asked, and how they said it."""

    lawful_basis: Open[LawfulBasis]
    wording_version: str
    language: str | None
    given_via: Open[Channel]
    answered_at: datetime


class ConsentGiven(ConsentAnswered, name="consent.given"):
    """A person agreed. Their earlier consents to no more than this, for the same, give way to it."""

    expires_at: datetime | None
    supersedes: list[UUID]


class ConsentRefused(ConsentAnswered, name="consent.refused"):
    """A person did not agree."""


class ConsentWithdrawn(ConsentMoved, name="consent.withdrawn"):
    """A person agrees no longer. `stops` is what was released on it, by its subject: whoever holds that stops, and says so."""

    withdrawn_at: datetime
    stops: list[UUID]


class ConsentExpired(ConsentMoved, name="consent.expired"):
    """The time that a person agreed for is over: nothing more is released on it."""


class ConsentStopped(ConsentMoved, name="consent.stopped"):
    """The recipient of what a person agrees to no longer has said that it stopped."""

    stopped_at: datetime


class WithdrawalUnconfirmed(ConsentMoved, name="consent.withdrawal_unconfirmed"):
    """The days in which a recipient was to say that it stopped are over."""


class ConsentRequestEvent(Event, aggregate="consent_request", speaker="any"):
    """A service wants a person asked whether something may be shared. They answer for their consents."""


class ConsentSought(ConsentRequestEvent, name="consent.sought"):
    """Ask the person this is about whether these field groups may go to the recipient.

    What they are asked already, or have agreed to, they are not asked again.
    """

    purpose: Open[Purpose]
    recipient: Recipient
    field_groups: list[Open[FieldGroup]]
    lawful_basis: Open[LawfulBasis]


# -- what is asked for


class RecordConsent(Command):
    """What a person was asked, and how they answered: `requested` where they are still to answer."""

    purpose: Purpose
    recipient: Recipient
    field_groups: SomeGroups
    lawful_basis: Literal[LawfulBasis.CONSENT, LawfulBasis.EXPLICIT_CONSENT] = LawfulBasis.CONSENT
    wording_version: Line
    language: ConsentLanguage = "en"
    channel: Channel
    answer: Literal[ConsentState.REQUESTED, ConsentState.GIVEN, ConsentState.REFUSED]
    expires_at: When | None = None


class AnswerConsent(Command):
    """The answer to what was asked before."""

    answer: Literal[ConsentState.GIVEN, ConsentState.REFUSED]
    channel: Channel


class WithdrawConsent(Command):
    """The person agrees no longer. They need not say why."""

    channel: Channel
    reason: Line | None = None


# -- what is shown


class ConsentWordingView(View):
    """The words of a question, in one version and language."""

    purpose: str
    version: str
    language: str
    current: bool
    text: str


class ConsentWordingsView(View):
    """The words in which people are asked, and were asked before."""

    items: list[ConsentWordingView]


class PersonConsentView(View):
    """One question whether something may be shared, and what became of it. `told` and `stopped` say it in plain words."""

    consent_id: UUID
    state: str
    told: str
    stopped: str | None
    purpose: str
    recipient: str
    recipient_name: str
    field_groups: list[str]
    lawful_basis: str
    wording_version: str
    wording: str | None
    language: str | None
    asked_by: str
    given_via: str | None
    asked_at: datetime
    answered_at: datetime | None
    expires_at: datetime | None
    released_at: datetime | None
    withdrawn_at: datetime | None
    confirm_by: datetime | None
    confirmed_at: datetime | None
    overdue: bool


class ConsentsView(View):
    """All of a person's consents, newest first. `version` counts what became of them, releases included."""

    person_id: PersonId
    version: int
    items: list[PersonConsentView]


# -- what may be refused


class UnknownWording(Refusal, status=422):
    """There are no such words for this purpose in this version and language."""


class NoSuchRecipient(Refusal, status=422):
    """We know of no such council or partner."""


class ConsentCannotGoThere(Refusal, status=409):
    """That cannot be done with this consent any more. If something is to be shared, ask again and record the answer."""


class ConsentOverAlready(Refusal, status=422):
    """A consent ends after it was given."""
