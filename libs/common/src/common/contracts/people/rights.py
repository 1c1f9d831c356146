"""What somebody may ask us to do with their data: show it, hand it over, put it right, erase it, leave it alone, stop."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from pydantic import Field

from common.contracts.base import Channel, Code, Command, CouncilId, Event, Line, Open, PersonId, Refusal, Text, View


class Right(StrEnum):
    """What is asked for (UK GDPR articles 15 to 21)."""

    ACCESS = "access"
    PORTABILITY = "portability"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    OTHER = "other"


class RightsRequestStatus(StrEnum):
    """How far a request has got. `received`: an officer has to decide; `partly_done`: the law has us keep something for a while."""

    RECEIVED = "received"
    UNDER_WAY = "under_way"
    READY = "ready"
    DONE = "done"
    PARTLY_DONE = "partly_done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OTHER = "other"


HOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "customer-account": "Your account",
        "case-crm": "Requests and cases",
        "feedback": "Tracking and feedback",
        "partner-gateway": "Help from partners",
        "review-engine": "Reviews of our services",
    }
)
"""Every service that holds something of people, and what it is called to them: each does its part in every request."""


# -- what customer-account says


class RightsRequestEvent(Event, aggregate="rights_request", speaker="customer-account"):
    """The life of one request. Every service hears it, and does its part."""


class RightsRequestReceived(RightsRequestEvent, name="rights_request.received"):
    """Somebody asked us to do something with their data. We answer by `due_on`."""

    right: Open[Right]
    reference: str
    channel: Open[Channel]
    due_on: date
    visible_to: list[CouncilId]


class RightsRequestRefused(RightsRequestEvent, name="rights_request.refused"):
    """We do not do what was asked, and said why."""

    because: Code
    visible_to: list[CouncilId]


class RightsRequestWithdrawn(RightsRequestEvent, name="rights_request.withdrawn"):
    """Whoever asked no longer wants it."""

    visible_to: list[CouncilId]


class RightsRequestDone(RightsRequestEvent, name="rights_request.done"):
    """What was asked is done: everywhere, or (`partly`) wherever the law does not have us keep something."""

    right: Open[Right]
    partly: bool = False
    unanswered: list[str] = Field(default_factory=list)
    visible_to: list[CouncilId]


class AccessPackageRequested(RightsRequestEvent, name="access_package.requested"):
    """Every service is to hand in what it holds of the person; of what is to be taken elsewhere (`told`) only what they told us.

    Asked again, `of` names the services whose part could not be read.
    """

    told: bool = False
    answer_by: datetime
    of: list[str] = Field(default_factory=list)


class RightsRequestAnswered(RightsRequestEvent, name="rights_request.answered"):
    """One service has done its part."""

    service: str
    visible_to: list[CouncilId]


class AccessPackageReady(RightsRequestEvent, name="access_package.ready"):
    """The person can fetch their package `until` then. `unanswered` are the services that did not answer in time.

    Said again where one of them answered later: the package is then made anew.
    """

    unanswered: list[str]
    until: datetime
    visible_to: list[CouncilId]


class ErasureRequested(RightsRequestEvent, name="erasure.requested"):
    """Every service is to empty what it holds of these people, but for what the law has it keep. Asked again, when that is over.

    `persons` are all the ids of the one person: records that were joined with theirs lead to them.
    """

    round: int = 1
    persons: list[PersonId]


class AccessPackageDownloadEvent(Event, aggregate="access_package_download", speaker="customer-account"):
    """One time that somebody fetched their package."""


class AccessPackageFetched(AccessPackageDownloadEvent, name="access_package.fetched"):
    """Somebody fetched their package."""

    request_id: UUID


# -- what each holder answers


class AccessPackagePartEvent(Event, aggregate="access_package_part", speaker="any"):
    """One service's part of somebody's package."""


class AccessPackagePartReady(AccessPackagePartEvent, name="access_package.part_ready"):
    """A part lies in the object store under `object`, sealed to customer-account; `sha256` is the digest of what lies there."""

    request_id: UUID
    service: str
    object: str
    sha256: str
    size: int
    records: int


class KeptByLaw(View):
    """Records that are not erased: what they are, how many, why, and until when. `for_good`: they are not going to be."""

    called: Line
    records: int
    because: Line
    until: date | None
    for_good: bool = False


# -- what is asked for, and shown


class AskForRight(Command):
    """Ask us to do something with your data. For an objection `purpose` says what we should stop using it for."""

    right: Right
    purpose: Code | None = None
    fact_id: UUID | None = Field(default=None, description="To put something right: what we hold that is not right.")
    value: Any = Field(default=None, description="What is right. Unsaid, an officer looks into it.")
    says: Line | None = Field(default=None, description="Why, or what else you ask for, in your own words.")


class AskForRightOf(AskForRight):
    """Note that a person asked for something to be done with their data."""

    channel: Channel


class DecideRightsRequest(Command):
    """Grant a request, or refuse it and say why. The person reads both, and how to complain."""

    granted: bool
    because: Code | None = None
    explanation: Text | None = None


class HolderAnswer(View):
    """How far one service has got with a request: since when it is waited for, and when it answered."""

    service: str
    called: str
    answered_at: datetime | None
    records: int | None = None
    kept: list[KeptByLaw] = Field(default_factory=list)
    keeps: bool = Field(default=True, description="False: it holds nothing of what was to be put right.")


class Receiver(View):
    """Somebody outside the councils who was told something of the person: what, when, and whether they stopped using it."""

    recipient: str
    name: str
    field_groups: list[str]
    told_at: datetime
    stopped: bool


class PackageView(View):
    """A package that can be fetched: its SHA-256 (in hexadecimal) and size in bytes, and which services are not in it."""

    made_at: datetime
    until: datetime
    sha256: str
    size: int
    unanswered: list[str]


class RightsRequestView(View):
    """A request, how far it has got and what each service answered."""

    id: UUID
    person_id: PersonId
    version: int
    reference: str
    right: str
    purpose: str | None
    status: str
    asked_at: datetime
    due_on: date
    ended_at: datetime | None
    because: str | None
    explanation: str | None
    holders: list[HolderAnswer]
    package: PackageView | None = None
    proof_reference: str | None = Field(
        default=None,
        description="Shown once: with it anybody can see what was erased, where, and what is kept and why.",
    )
    fact_id: UUID | None = None
    says: str | None = None
    receivers: list[Receiver] = Field(
        default_factory=list, description="Who was told something of you before it was put right."
    )
    holds: bool = Field(default=False, description="Whether what you asked us not to do is kept to now.")
    ends_at: datetime | None = Field(default=None, description="When your data is used again, where that is known.")


class RightsRequestsView(View):
    """What somebody asked us to do with their data, newest first."""

    items: list[RightsRequestView]


class RightAskedAlready(Refusal, status=409):
    """This was asked for already, and we are at it: see what we answered."""


class NotToDecide(Refusal, status=409):
    """There is nothing to decide about this any more."""


class SayWhyNot(Refusal, status=422):
    """Say why it is refused: the person has a right to know."""


class SayForWhat(Refusal, status=422):
    """Say for which purpose we should stop using your data."""


class PackageNotReady(Refusal, status=409):
    """We are still putting this together. Come back a little later."""


class PackageGone(Refusal, status=410):
    """This is gone: we keep it for 30 days at most. Ask for it again, and we make it anew."""


class SayWhatIsNotRight(Refusal, status=422):
    """Say which of the things that we hold is not right."""


class NotForThisRight(Refusal, status=422):
    """Name a purpose only where you object to it, and what we hold only where it is not right."""


class HeldAlready(Refusal, status=409):
    """This is what we hold already."""
