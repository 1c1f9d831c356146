"""Legal holds: what is held of somebody stays as it is, whatever its schedule says, as long as a matter needs it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from common.contracts.base import Command, Event, Line, PersonId, Refusal, View


class HoldReason(StrEnum):
    """For what kind of matter something is kept. It stays where it was said: no event carries it."""

    CLAIM = "claim"
    COMPLAINT = "complaint"
    INVESTIGATION = "investigation"
    INQUIRY = "inquiry"
    SAFEGUARDING_REVIEW = "safeguarding_review"
    AUDIT = "audit"
    OTHER = "other"


class LegalHoldEvent(Event, aggregate="legal_hold", speaker="customer-account"):
    """The life of one hold on a person. Every service hears it, and lets nothing of that person go meanwhile."""


class LegalHoldPlaced(LegalHoldEvent, name="legal_hold.placed"):
    """Nothing of this person goes from now on, whatever its schedule says, or somebody asks."""

    review_on: date


class LegalHoldReviewed(LegalHoldEvent, name="legal_hold.reviewed"):
    """Somebody looked whether it is still needed: it is, until the next review."""

    review_on: date


class LegalHoldReviewDue(LegalHoldEvent, name="legal_hold.review_due"):
    """The day has come on which somebody is to look whether it is still needed. It goes on until they do."""


class LegalHoldLifted(LegalHoldEvent, name="legal_hold.lifted"):
    """It is not needed any more: what was kept only for it goes at the next run."""


class PlaceLegalHold(Command):
    """Keep all that is held of a person. `reference` is that of the matter; the person is not shown it."""

    because: HoldReason
    reference: Line
    review_on: date


class ReviewLegalHold(Command):
    """It is still needed: say when that is looked at again."""

    review_on: date


class LegalHoldView(View):
    """One hold, for officers. It is over where `lifted_at` is given. `review_due`: its day has come."""

    hold_id: UUID
    person_id: PersonId
    version: int
    council: str
    because: HoldReason
    reference: str
    placed_at: datetime
    review_on: date
    review_due: bool
    lifted_at: datetime | None


class LegalHoldsView(View):
    """Holds; those that run now by their next review, those of one person newest first."""

    items: list[LegalHoldView]


class MyLegalHoldView(View):
    """A hold as its person sees it: which council keeps everything for a while, for what kind of matter, since when."""

    council: str
    because: HoldReason
    placed_at: datetime
    review_on: date
    lifted_at: datetime | None


class MyLegalHoldsView(View):
    """What is kept of me for a while although its time may be over, newest first."""

    items: list[MyLegalHoldView]


class UnderLegalHold(Refusal, status=409):
    """There is a legal hold on this record: it stays as it is until that is lifted."""


class NoLongerHeld(Refusal, status=409):
    """This hold was lifted already."""


class WrongReview(Refusal, status=422):
    """A hold is looked at again after today, and within a year."""
