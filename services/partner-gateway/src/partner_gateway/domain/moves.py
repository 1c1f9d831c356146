"""The life of a referral as a table: where each transition leads, who may make it, what it says. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from common.contracts.partners.referral_events import (
    FailReason,
    NotMadeReason,
    Outcome,
    ReferralAccepted,
    ReferralCancelled,
    ReferralClosed,
    ReferralEnteredInError,
    ReferralExpired,
    ReferralFailed,
    ReferralMoved,
    ReferralOutcomeRecorded,
    ReferralPutOnHold,
    ReferralReceived,
    ReferralRejected,
    ReferralRerouted,
    ReferralResumed,
    ReferralStarted,
    ReferralStatus,
    ReferralWithdrawn,
    RejectReason,
)


class Part(StrEnum):
    """Who somebody is to a referral. One caller may be several of them, or none."""

    REFERRER = "referrer"
    OWNER = "owner"
    RECEIVER = "receiver"
    CLIENT = "client"
    REPRESENTATIVE = "representative"
    SYSTEM = "system"


S = ReferralStatus

NEXT: Mapping[ReferralStatus, Mapping[str, ReferralStatus]] = {
    S.SENDING: {"withdraw": S.WITHDRAWN, "cancel": S.CANCELLED, "enter_in_error": S.ENTERED_IN_ERROR},
    S.NOT_MADE: {"close": S.CLOSED, "enter_in_error": S.ENTERED_IN_ERROR},
    S.SENT: {
        "acknowledge": S.RECEIVED,
        "accept": S.ACCEPTED,
        "reject": S.REJECTED,
        "reroute": S.REROUTED,
        "withdraw": S.WITHDRAWN,
        "cancel": S.CANCELLED,
        "expire": S.EXPIRED,
        "enter_in_error": S.ENTERED_IN_ERROR,
    },
    S.RECEIVED: {
        "accept": S.ACCEPTED,
        "reject": S.REJECTED,
        "reroute": S.REROUTED,
        "withdraw": S.WITHDRAWN,
        "cancel": S.CANCELLED,
        "enter_in_error": S.ENTERED_IN_ERROR,
    },
    S.ACCEPTED: {
        "reroute": S.REROUTED,
        "start": S.IN_PROGRESS,
        "hold": S.ON_HOLD,
        "cancel": S.CANCELLED,
        "enter_in_error": S.ENTERED_IN_ERROR,
    },
    S.IN_PROGRESS: {
        "hold": S.ON_HOLD,
        "outcome": S.OUTCOME_RECORDED,
        "fail": S.FAILED,
        "cancel": S.CANCELLED,
        "enter_in_error": S.ENTERED_IN_ERROR,
    },
    S.ON_HOLD: {
        "resume": S.IN_PROGRESS,  # or accepted, where it was held from there
        "cancel": S.CANCELLED,
        "enter_in_error": S.ENTERED_IN_ERROR,
    },
    S.OUTCOME_RECORDED: {"close": S.CLOSED, "enter_in_error": S.ENTERED_IN_ERROR},
    S.REJECTED: {"reroute": S.REROUTED, "close": S.CLOSED, "enter_in_error": S.ENTERED_IN_ERROR},
    S.REROUTED: {"close": S.CLOSED, "enter_in_error": S.ENTERED_IN_ERROR},
    S.FAILED: {"close": S.CLOSED, "enter_in_error": S.ENTERED_IN_ERROR},
    S.EXPIRED: {"close": S.CLOSED, "enter_in_error": S.ENTERED_IN_ERROR},
    S.CANCELLED: {"close": S.CLOSED, "enter_in_error": S.ENTERED_IN_ERROR},
    S.WITHDRAWN: {"close": S.CLOSED, "enter_in_error": S.ENTERED_IN_ERROR},
    S.CLOSED: {"enter_in_error": S.ENTERED_IN_ERROR},
    S.ENTERED_IN_ERROR: {},
}

BY: Mapping[str, frozenset[Part]] = {
    "acknowledge": frozenset({Part.RECEIVER}),
    "accept": frozenset({Part.RECEIVER}),
    "reject": frozenset({Part.RECEIVER}),
    "reroute": frozenset({Part.RECEIVER, Part.OWNER}),
    "withdraw": frozenset({Part.REFERRER}),
    "cancel": frozenset({Part.CLIENT}),
    "expire": frozenset({Part.SYSTEM, Part.OWNER}),
    "start": frozenset({Part.RECEIVER}),
    "hold": frozenset({Part.RECEIVER}),
    "resume": frozenset({Part.RECEIVER}),
    "outcome": frozenset({Part.RECEIVER}),
    "fail": frozenset({Part.RECEIVER}),
    "close": frozenset({Part.OWNER}),
    "enter_in_error": frozenset({Part.REFERRER, Part.RECEIVER}),
}

SAYS: Mapping[str, type[ReferralMoved]] = {
    "acknowledge": ReferralReceived,
    "accept": ReferralAccepted,
    "reject": ReferralRejected,
    "reroute": ReferralRerouted,
    "withdraw": ReferralWithdrawn,
    "cancel": ReferralCancelled,
    "expire": ReferralExpired,
    "start": ReferralStarted,
    "hold": ReferralPutOnHold,
    "resume": ReferralResumed,
    "outcome": ReferralOutcomeRecorded,
    "fail": ReferralFailed,
    "close": ReferralClosed,
    "enter_in_error": ReferralEnteredInError,
}

LABELS: Mapping[str, str] = {
    "acknowledge": "Say that you have seen it",
    "accept": "Accept",
    "reject": "Say that you cannot help",
    "reroute": "Have somebody else asked instead",
    "withdraw": "Take it back",
    "cancel": "Stop this request",
    "expire": "Take it back: nobody answered in time",
    "start": "Note the first contact",
    "hold": "Put on hold",
    "resume": "Go on",
    "outcome": "Record what came of it",
    "fail": "Say that it could not go on",
    "close": "Close",
    "enter_in_error": "Mark as made by mistake",
}


def _codes(listed: type[StrEnum]) -> tuple[str, ...]:
    return tuple(code.value for code in listed if code.value != "other")


CODES: Mapping[str, tuple[str, ...]] = {
    "reject": _codes(RejectReason),
    "outcome": _codes(Outcome),
    "fail": _codes(FailReason),
}

TOLD: Mapping[ReferralStatus, str] = {
    S.SENDING: "We are making sure that {to} may be told this about you.",
    S.NOT_MADE: "{to} was not asked to help you.",
    S.SENT: "{to} has been asked to help you.",
    S.RECEIVED: "{to} has seen the request and will answer soon.",
    S.ACCEPTED: "{to} will help you and will be in touch.",
    S.REJECTED: "{to} cannot help with this.",
    S.REROUTED: "{to} has made way for somebody else who may help you.",
    S.WITHDRAWN: "The request to {to} was taken back.",
    S.CANCELLED: "You stopped the request to {to}.",
    S.EXPIRED: "{to} did not answer in time. We will look for other help.",
    S.IN_PROGRESS: "{to} is helping you.",
    S.ON_HOLD: "{to} has put you on its waiting list.",
    S.OUTCOME_RECORDED: "{to} has told us how it went.",
    S.FAILED: "{to} could not go on helping you.",
    S.CLOSED: "The request to {to} is finished.",
    S.ENTERED_IN_ERROR: "The request to {to} was made by mistake.",
}


WHY_NOT: Mapping[str, str] = {
    NotMadeReason.CONSENT_MISSING: "You have not agreed to what would have been shared.",
    NotMadeReason.CONSENT_REFUSED: "You said no to what would have been shared.",
    NotMadeReason.CONSENT_WITHDRAWN: "You took back your agreement to what would have been shared.",
    NotMadeReason.ASK_AGAIN: "We must ask you again whether you agree to what would have been shared.",
    NotMadeReason.PARTNER_NOT_ACTIVE: "It takes no requests at the moment.",
    NotMadeReason.NO_AGREEMENT: "We have no agreement with it any more to share anything.",
}


def told(status: ReferralStatus, to_name: str | None, because: str | None = None) -> str:
    """What the person is told of where their referral stands; where it was not made, also why."""
    text = TOLD[status].format(to=to_name or "the council")
    why = WHY_NOT.get(because or "", "") if status is S.NOT_MADE else ""
    return f"{text[0].upper()}{text[1:]} {why}".rstrip()
