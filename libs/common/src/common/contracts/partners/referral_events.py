"""What is said of referrals, and its words. Events carry ids, codes and names of field groups, never what was shared."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from common.contracts.base import Code, Event, Open
from common.contracts.partners.consents import FieldGroup
from common.contracts.partners.organisations import PartnerId


class ReferralType(StrEnum):
    """Who moves the person on, and how."""

    SELF_REFERRAL = "self_referral"
    REFERRAL = "referral"
    WARM_HANDOFF = "warm_handoff"
    OTHER = "other"


class ReferralStatus(StrEnum):
    """Where a referral stands. While it is `sending`, nothing has gone to its receiver: leave to share is asked for."""

    SENDING = "sending"
    NOT_MADE = "not_made"
    SENT = "sent"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REROUTED = "rerouted"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    OUTCOME_RECORDED = "outcome_recorded"
    FAILED = "failed"
    CLOSED = "closed"
    ENTERED_IN_ERROR = "entered_in_error"
    OTHER = "other"


class RejectReason(StrEnum):
    """Why a receiver cannot take a referral."""

    NOT_ELIGIBLE = "not_eligible"
    NO_CAPACITY = "no_capacity"
    OUT_OF_AREA = "out_of_area"
    DUPLICATE = "duplicate"
    INSUFFICIENT_INFORMATION = "insufficient_information"
    WRONG_SERVICE = "wrong_service"
    OTHER = "other"


class NotMadeReason(StrEnum):
    """Why a referral was not sent."""

    CONSENT_MISSING = "consent_missing"
    CONSENT_REFUSED = "consent_refused"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    ASK_AGAIN = "ask_again"
    PARTNER_NOT_ACTIVE = "partner_not_active"
    NO_AGREEMENT = "no_agreement"
    OTHER = "other"


class FailReason(StrEnum):
    """Why help that had begun ended without an outcome."""

    COULD_NOT_CONTACT = "could_not_contact"
    DISENGAGED = "disengaged"
    SERVICE_ENDED = "service_ended"
    OTHER = "other"


class Outcome(StrEnum):
    """What came of it for the person."""

    GOT_HELP = "got_help"
    GOT_SOME_HELP = "got_some_help"
    COULD_NOT_GET_HELP = "could_not_get_help"
    NO_LONGER_NEEDED = "no_longer_needed"
    REFERRED_ON = "referred_on"
    APPOINTMENT_OFFERED = "appointment_offered"
    OTHER = "other"


# -- what is said


class ReferralEvent(Event, aggregate="referral", speaker="partner-gateway"):
    """The life of one referral. `to_partner` is absent where the council itself is asked."""


class ReferralSent(ReferralEvent, name="referral.sent"):
    """An organisation, or the person, asked another organisation to help."""

    type: Open[ReferralType]
    made_by: Code
    from_partner: PartnerId | None
    to_partner: PartnerId | None
    to_name: str | None
    service_id: UUID | None
    service_name: str | None
    reason: Code
    field_groups: list[Open[FieldGroup]]
    consent_id: UUID | None
    case_id: UUID | None
    status: Open[ReferralStatus]
    told_to_resident: str
    answer_by: datetime
    rerouted_from: UUID | None = None


class ReferralMoved(ReferralEvent):
    """A named transition took the referral to another status. Each has an event of its own."""

    transition: str
    was: Open[ReferralStatus]
    status: Open[ReferralStatus]
    told_to_resident: str


class ReferralDelayed(ReferralEvent, name="referral.delayed"):
    """It is not known yet whether it may be sent: that is asked for again."""

    status: Open[ReferralStatus]
    told_to_resident: str


class ReferralNotMade(ReferralMoved, name="referral.not_made"):
    """It is not sent: what it says may not be shared."""

    reason: Open[NotMadeReason]


class ReferralReceived(ReferralMoved, name="referral.received"):
    """The receiver has seen it."""


class ReferralAccepted(ReferralMoved, name="referral.accepted"):
    """The receiver will help."""


class ReferralRejected(ReferralMoved, name="referral.rejected"):
    """The receiver cannot help."""

    reason: Open[RejectReason]


class ReferralRerouted(ReferralMoved, name="referral.rerouted"):
    """Somebody else is asked instead, by a referral of its own, with no more than was shared here. Nobody tells it anew."""

    to_referral: UUID
    to_partner: PartnerId


class ReferralWithdrawn(ReferralMoved, name="referral.withdrawn"):
    """The referrer took it back."""


class ReferralCancelled(ReferralMoved, name="referral.cancelled"):
    """The person stopped it."""


class ReferralExpired(ReferralMoved, name="referral.expired"):
    """Nobody answered in time: it is its owner's again."""


class ReferralStarted(ReferralMoved, name="referral.started"):
    """The receiver has been in touch with the person."""


class ReferralPutOnHold(ReferralMoved, name="referral.put_on_hold"):
    """The person waits, until a day where one is known."""

    until: date | None


class ReferralResumed(ReferralMoved, name="referral.resumed"):
    """The waiting is over."""


class ReferralOutcomeRecorded(ReferralMoved, name="referral.outcome_recorded"):
    """The receiver said what came of it."""

    outcome: Open[Outcome]


class ReferralFailed(ReferralMoved, name="referral.failed"):
    """The help that had begun ended without an outcome."""

    reason: Open[FailReason]


class ReferralClosed(ReferralMoved, name="referral.closed"):
    """Nothing more will happen to it."""


class ReferralEnteredInError(ReferralMoved, name="referral.entered_in_error"):
    """It should never have been made."""
