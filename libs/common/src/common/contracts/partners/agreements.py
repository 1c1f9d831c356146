"""Information-sharing agreements: what a partner may be shown of people and may tell of them, for what, and until when.

Said by partner-gateway. Each names its councils, and for each purpose the legal basis and the field groups either way. Without
one in force nothing of anybody passes, whatever the person agreed to.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.base import Command, CouncilId, Event, Line, Open, Refusal, Text, View
from common.contracts.partners.consents import FieldGroup, KnownGroup, Purpose
from common.contracts.partners.organisations import PartnerId


class AgreementStatus(StrEnum):
    """How far an agreement has come. It is in force while active, and while its review is due."""

    DRAFT = "draft"
    SIGNED = "signed"
    ACTIVE = "active"
    REVIEW_DUE = "review_due"
    EXPIRED = "expired"
    REVOKED = "revoked"
    OTHER = "other"


class LegalBasis(StrEnum):
    """What the law rests a sharing on."""

    PUBLIC_TASK = "public_task"
    LEGAL_DUTY = "legal_duty"
    CONTRACT = "contract"
    VITAL_INTERESTS = "vital_interests"
    EXPLICIT_CONSENT = "explicit_consent"
    OTHER = "other"


KnownBasis = Literal[
    LegalBasis.PUBLIC_TASK,
    LegalBasis.LEGAL_DUTY,
    LegalBasis.CONTRACT,
    LegalBasis.VITAL_INTERESTS,
    LegalBasis.EXPLICIT_CONSENT,
]
IN_FORCE = (AgreementStatus.ACTIVE, AgreementStatus.REVIEW_DUE)
Groups = Annotated[list[KnownGroup], Field(max_length=10)]


# -- what is said


class AgreedTerm(BaseModel):
    """For one purpose: on which basis, and the field groups that the partner may be shown and may tell."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    purpose: Open[Purpose]
    basis: Open[LegalBasis]
    shown: list[Open[FieldGroup]]
    told: list[Open[FieldGroup]]


class AgreementEvent(Event, aggregate="agreement", speaker="partner-gateway"):
    """The life of an information-sharing agreement."""

    partner_id: PartnerId
    councils: list[CouncilId]
    status: Open[AgreementStatus]


class AgreementDrafted(AgreementEvent, name="agreement.drafted"):
    """An agreement was written down. Nothing passes on it yet."""


class AgreementSigned(AgreementEvent, name="agreement.signed"):
    """A council signed, and before it the partner. It is signed once every council that it names has."""

    council: CouncilId


class AgreementActivated(AgreementEvent, name="agreement.activated"):
    """It is in force: this may pass, for these purposes, until that day."""

    terms: list[AgreedTerm]
    ends_on: date


class AgreementReviewDue(AgreementEvent, name="agreement.review_due"):
    """The day has come on which somebody is to look at it again. It stays in force until they do, or it ends."""

    review_on: date


class AgreementReviewed(AgreementEvent, name="agreement.reviewed"):
    """Somebody looked at it again: it stands as it is until the next review."""

    review_on: date


class AgreementExpired(AgreementEvent, name="agreement.expired"):
    """Its last day is over: nothing passes on it any more."""


class AgreementRevoked(AgreementEvent, name="agreement.revoked"):
    """One who signed took it back: nothing passes on it any more."""

    council: CouncilId


# -- what is asked for


class AgreementTerm(Command):
    """For one purpose: why the law allows it, and which field groups the partner may be shown and may tell."""

    purpose: Literal[
        Purpose.PROVIDE_SERVICE,
        Purpose.TELL_US_ONCE,
        Purpose.REFERRAL,
        Purpose.SAFEGUARDING,
        Purpose.SERVICE_REVIEW,
        Purpose.LEGAL_DUTY,
    ]
    basis: KnownBasis
    shown: Groups = Field(default_factory=list, description="What the partner may be shown of people.")
    told: Groups = Field(default_factory=list, description="What the partner may tell of people.")


class DraftAgreement(Command):
    """Write down what was agreed with a partner. It is in force once all have signed and it is activated."""

    partner_id: PartnerId
    title: Line
    councils: Annotated[list[CouncilId], Field(min_length=1, max_length=20)]
    terms: Annotated[list[AgreementTerm], Field(min_length=1, max_length=6)]
    begins_on: date
    review_on: date
    ends_on: date


class SignAgreement(Command):
    """Sign for your council; whoever is first says also who signed for the partner."""

    transition: Literal["sign"]
    signed_by: Line
    for_partner: Line | None = None


class ActivateAgreement(Command):
    """Put it in force: what it covers may pass from now on."""

    transition: Literal["activate"]


class ReviewAgreement(Command):
    """It was looked at, and stands until the next review."""

    transition: Literal["review"]
    review_on: date


class RevokeAgreement(Command):
    """End it at once. Nothing passes on it from then on."""

    transition: Literal["revoke"]
    reason: Text


MoveAgreement = Annotated[
    SignAgreement | ActivateAgreement | ReviewAgreement | RevokeAgreement, Field(discriminator="transition")
]


# -- what is shown


class TermView(View):
    """What an agreement allows for one purpose."""

    purpose: str
    basis: str
    shown: list[str]
    told: list[str]


class SignatureView(View):
    """Who signed, for which council; for the partner where none is named."""

    council: str | None
    signed_by: str
    signed_at: datetime


class AgreementAction(View):
    """A transition that may be made now."""

    transition: str
    label: str


class AgreementView(View):
    """An agreement with a partner. `in_force`: what it covers may pass today."""

    agreement_id: UUID
    partner_id: PartnerId
    title: str
    councils: list[str]
    terms: list[TermView]
    begins_on: date
    review_on: date
    ends_on: date
    status: str
    in_force: bool
    signatures: list[SignatureView]
    revoked_because: str | None
    version: int
    changed_at: datetime
    next_actions: list[AgreementAction]


# -- what may be refused


class AgreementDates(Refusal, status=422):
    """An agreement begins, is looked at again within three years, and ends, in that order."""


class SamePurposeTwice(Refusal, status=422):
    """An agreement says once what is allowed for a purpose."""


class NotServedHere(Refusal, status=422):
    """We know no such council."""


class NotYourAgreement(Refusal, status=403):
    """Your council is not part of this agreement."""


class SignedAlready(Refusal, status=409):
    """Your council has signed this agreement."""


class WhoSignedForThePartner(Refusal, status=422):
    """Say who signed for the partner: nobody has yet."""


class AgreementCannotGoThere(Refusal, status=409):
    """That cannot be done with this agreement as it stands now."""


class AgreementNotBegun(Refusal, status=409):
    """This agreement begins on a later day."""


class NoAgreement(Refusal, status=409):
    """No information-sharing agreement with this organisation is in force for this."""


class BeyondAgreement(Refusal, status=422):
    """The information-sharing agreement does not cover all that would be shared."""
