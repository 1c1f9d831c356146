"""What somebody asked us not to do with their data: not to use it but to keep it, or not to use it for a purpose."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from common.contracts.base import Code, Command, CouncilId, Event, Open, Refusal, Text
from common.contracts.people.rights import RightsRequestEvent


class RestrictedBecause(StrEnum):
    """Why data is kept and not used (UK GDPR article 18)."""

    ACCURACY_CONTESTED = "accuracy_contested"
    UNLAWFUL = "unlawful"
    NEEDED_FOR_CLAIMS = "needed_for_claims"
    OBJECTION_PENDING = "objection_pending"
    OTHER = "other"


class PersonRestricted(RightsRequestEvent, name="person.restricted"):
    """What is known of this person is kept, and not used, from now on."""

    because: Open[RestrictedBecause]
    visible_to: list[CouncilId]


class RestrictionEnding(RightsRequestEvent, name="restriction.ending"):
    """Its person is told that what is known of them is used again from this moment on."""

    ends_at: datetime
    visible_to: list[CouncilId]


class PersonUnrestricted(RightsRequestEvent, name="person.unrestricted"):
    """What is known of this person is used again, as far as this request goes."""

    visible_to: list[CouncilId]


class ObjectionUpheld(RightsRequestEvent, name="objection.upheld"):
    """What is known of this person is not used for this purpose from now on."""

    purpose: Code
    visible_to: list[CouncilId]


class ObjectionEnded(RightsRequestEvent, name="objection.ended"):
    """The person no longer objects to this purpose."""

    purpose: Code
    visible_to: list[CouncilId]


class LimitPartEvent(Event, aggregate="limit_part", speaker="any"):
    """One service's part in not using somebody's data."""


class LimitConfirmed(LimitPartEvent, name="limit.confirmed"):
    """A service keeps to it from now on."""

    request_id: UUID
    service: str


class LiftRestriction(Command):
    """Say why what is known of a person may be used again. They read it a week before that."""

    because: Code
    explanation: Text


class SayOnWhatGround(Refusal, status=422):
    """Say on which of the grounds that the law has for it."""


class SayWhatTheAnswerIs(Refusal, status=422):
    """Say what the answer is: the person reads it."""


class NotRestricted(Refusal, status=409):
    """This does not restrict anything, or it is known already when it ends."""


class ProcessingRestricted(Refusal, status=409):
    """What we know of this person is kept and not used at the moment, because they asked for that."""
