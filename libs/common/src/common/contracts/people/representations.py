"""Acting for somebody: who may, in what, on what evidence, from when until when."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from common.contracts.base import Code, Command, CouncilId, Event, Line, May, PersonId, Refusal, View


class RepresentationState(StrEnum):
    """How a representation stands. A suspended one is that of a protected person, until a cleared officer confirms it."""

    NOT_BEGUN = "not_begun"
    CURRENT = "current"
    SUSPENDED = "suspended"
    ENDED = "ended"


class RepresentationEvent(Event, aggregate="representation", speaker="customer-account"):
    """The life of one representation of a person by another. What was seen as evidence is in none of it."""


class RepresentationGiven(RepresentationEvent, name="representation.given"):
    """Somebody acts for a person, in these council services (none named: in all), from a day until another or for good."""

    representative_id: PersonId
    kind: Code
    may: list[Code]
    services: list[Code] | None = None
    effective_from: date
    effective_to: date | None = None
    visible_to: list[CouncilId]
    told_to_resident: str
    told_to_representative: str


class RepresentationEnded(RepresentationEvent, name="representation.ended"):
    """Somebody acts for a person no longer: by whose wish, or because of what."""

    representative_id: PersonId
    kind: Code
    because: Code
    visible_to: list[CouncilId]
    told_to_resident: str
    told_to_representative: str


class RepresentationSuspended(RepresentationEvent, name="representation.suspended"):
    """Somebody cannot act for a person for now: the person is protected, and nobody who is cleared has confirmed it."""

    representative_id: PersonId
    kind: Code
    visible_to: list[CouncilId]
    told_to_resident: str


class RepresentationResumed(RepresentationEvent, name="representation.resumed"):
    """Somebody can act for a person again: it was confirmed, or the person is not protected any more."""

    representative_id: PersonId
    kind: Code
    visible_to: list[CouncilId]
    told_to_resident: str


class Evidence(Command):
    """What was seen that shows that somebody may act: the kind of paper, and what it is found by."""

    kind: Code
    reference: Line


class _Scope(Command):
    representative_id: PersonId
    kind: Code
    may: list[May] | None = Field(default=None, min_length=1, max_length=3)
    services: list[Code] | None = Field(default=None, min_length=1, max_length=50)
    effective_from: date | None = None
    effective_to: date | None = None


class GiveRepresentation(_Scope):
    """Somebody acts for a person. Unsaid, they may what is usual for the kind, in all services, from today on."""

    evidence: Evidence | None = None


class AppointRepresentative(_Scope):
    """Somebody acts for me, because I say so. `name` is what I call them; they know their own `representative_id`."""

    name: Line


class EndRepresentation(Command):
    """End it, and say why."""

    reason: Line


class RepresentationKindView(View):
    """A way of acting for somebody: what it is called, what may be allowed, and what shows that it is so."""

    kind: Code
    label: str
    means: str
    may: list[May]
    usually: list[May]
    evidence: dict[str, str]
    by_person: bool
    death: str
    until_age: int | None


class RepresentationKindsView(View):
    """Every way of acting for somebody."""

    items: list[RepresentationKindView]


class RepresentationView(View):
    """One representation, as officers see it."""

    representation_id: UUID
    version: int
    person_id: PersonId
    representative_id: PersonId
    kind: str
    label: str
    may: list[str]
    services: list[str] | None
    state: RepresentationState
    effective_from: date
    effective_to: date | None
    evidence_kind: str | None
    evidence_reference: str | None
    given_by: str
    given_at: datetime
    suspended_at: datetime | None
    confirmed_at: datetime | None
    ended_at: datetime | None
    ended_because: str | None
    ended_reason: str | None


class RepresentationsView(View):
    """Who acts for a person, and for whom they act; also what is over."""

    acting_for_them: list[RepresentationView]
    they_act_for: list[RepresentationView]


class ActingTokenView(View):
    """A token with which I act for somebody in every service, for a few minutes. What I do is said to be mine."""

    token: str
    expires_at: datetime
    person_id: PersonId
    may: list[str]
    services: list[str] | None


class MyRepresentationView(View):
    """Somebody who acts for me, or for whom I act. Of whom I act for I am told no name while that is suspended."""

    representation_id: UUID
    version: int
    name: str | None
    kind: str
    label: str
    may: list[str]
    services: list[str] | None
    state: RepresentationState
    effective_from: date
    effective_to: date | None


class MyRepresentationsView(View):
    """Who acts for me, and for whom I act."""

    acting_for_me: list[MyRepresentationView]
    i_act_for: list[MyRepresentationView]


class UnknownRepresentationKind(Refusal, status=422):
    """We do not know this way of acting for somebody."""


class EvidenceNeeded(Refusal, status=422):
    """Say what shows that they may act for this person: which paper you saw, and its reference."""


class EvidenceNotAccepted(Refusal, status=422):
    """This paper does not show that somebody may act in this way."""


class OfficerMustSee(Refusal, status=422):
    """This cannot be said here: an officer must see a paper that shows it."""


class MoreThanKind(Refusal, status=422):
    """Somebody who acts in this way may not be allowed this."""


class NobodyForThemself(Refusal, status=422):
    """Nobody acts for themself."""


class GrownUp(Refusal, status=422):
    """A parent acts for a child. This person is of age by then."""


class ActsAlready(Refusal, status=409):
    """They act for this person in this way already. End that first, or leave it as it is."""


class RepresentationOver(Refusal, status=409):
    """This has ended: nobody acts for anybody by it any more."""


class NotBegunYet(Refusal, status=409):
    """You cannot act for this person yet."""


class NotAtTheMoment(Refusal, status=403):
    """You cannot act for this person at the moment. Please ask the council."""


class NothingToConfirm(Refusal, status=409):
    """This is not suspended, so there is nothing to confirm."""
