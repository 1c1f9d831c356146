"""What is asked, shown and refused of referrals. What is said of them is beside, in referral_events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from common.contracts.base import Code, Command, Line, PersonId, Refusal, Text, View
from common.contracts.partners.consents import ConsentView, GivenConsent, KnownGroup
from common.contracts.partners.organisations import PartnerId
from common.contracts.partners.referral_events import FailReason, Outcome, ReferralType, RejectReason

Number = Annotated[int, Field(ge=-(2**53), le=2**53)] | Annotated[float, Field(allow_inf_nan=False, ge=-1e15, le=1e15)]
SharedValue = bool | Number | Text | Annotated[list[Line], Field(max_length=50)]
Fields = Annotated[
    dict[Code, SharedValue],
    Field(
        min_length=1, max_length=50, json_schema_extra={"additionalProperties": False}
    ),  # the schema alone allows more
]
Shared = Annotated[
    dict[KnownGroup, Fields],
    Field(description="What the receiver is shown: values by field, by field group."),
]


# -- what is asked for


class MakeReferral(Command):
    """Ask a partner to help a person; without `to_partner`, a partner asks the council. It is sent once it may be shared."""

    type: Literal[ReferralType.SELF_REFERRAL, ReferralType.REFERRAL, ReferralType.WARM_HANDOFF] = ReferralType.REFERRAL
    to_partner: PartnerId | None = None
    service_id: UUID | None = None
    person_id: PersonId | None = None
    reason: Code
    shared: Shared = Field(default_factory=dict)
    consent: GivenConsent | None = None
    case_id: UUID | None = None
    despite_full: bool = False


class StepReferral(Command):
    """A transition that needs no more than its name."""

    transition: Literal[
        "acknowledge", "accept", "withdraw", "cancel", "expire", "start", "resume", "close", "enter_in_error"
    ]


class RejectReferral(Command):
    """We cannot help, and why."""

    transition: Literal["reject"]
    reason: Literal[
        RejectReason.NOT_ELIGIBLE,
        RejectReason.NO_CAPACITY,
        RejectReason.OUT_OF_AREA,
        RejectReason.DUPLICATE,
        RejectReason.INSUFFICIENT_INFORMATION,
        RejectReason.WRONG_SERVICE,
    ]


class RerouteReferral(Command):
    """Have another partner asked instead, with what was shared here. The person is asked first where they have not agreed."""

    transition: Literal["reroute"]
    to_partner: PartnerId
    service_id: UUID | None = None
    despite_full: bool = False


class HoldReferral(Command):
    """The person waits, until a day where one is known."""

    transition: Literal["hold"]
    until: date | None = None


class RecordOutcome(Command):
    """What came of it."""

    transition: Literal["outcome"]
    outcome: Literal[
        Outcome.GOT_HELP,
        Outcome.GOT_SOME_HELP,
        Outcome.COULD_NOT_GET_HELP,
        Outcome.NO_LONGER_NEEDED,
        Outcome.REFERRED_ON,
        Outcome.APPOINTMENT_OFFERED,
    ]


class FailReferral(Command):
    """Help had begun and ended without an outcome."""

    transition: Literal["fail"]
    reason: Literal[FailReason.COULD_NOT_CONTACT, FailReason.DISENGAGED, FailReason.SERVICE_ENDED]


MoveReferral = Annotated[
    StepReferral | RejectReferral | RerouteReferral | HoldReferral | RecordOutcome | FailReferral,
    Field(discriminator="transition"),
]
"""A named transition, with what it needs."""


# -- what is shown


class ReferralAction(View):
    """A transition that this caller may make now, and the codes one of which it needs."""

    transition: str
    label: str
    codes: list[str]


class LinkedCase(View):
    """The council's case that a referral belongs to."""

    case_id: UUID
    reference: str
    service: str
    status: str


class ReferralSummary(View):
    """A referral in a list. Who it is about is shown to those who sent it, and to a receiver told of their identity."""

    referral_id: UUID
    type: str
    status: str
    council: str
    made_by: str
    from_partner: str | None
    to_partner: str | None
    to_name: str | None
    service_id: UUID | None
    service_name: str | None
    reason: str
    person_id: PersonId | None
    told_to_resident: str
    sent_at: datetime
    changed_at: datetime
    answer_by: datetime
    delayed_at: datetime | None = None


class ReferralView(ReferralSummary):
    """A referral as its reader may see it: `shared` for the receiver and the person, the outcome as far as agreed.

    What was shared in the groups that are `restricted` is shown to its receiver no more: ask the person again. A partner is
    shown nothing of the groups that are `outside_agreement`: its information-sharing agreement does not name them today.
    """

    version: int
    field_groups: list[str]
    shared: dict[str, dict[str, Any]] | None
    restricted: list[str] = Field(default_factory=list)
    outside_agreement: list[str] = Field(default_factory=list)
    rerouted_from: UUID | None = None
    rerouted_to: UUID | None = None
    person_is_asked: bool = Field(
        default=False, description="It waits for the person to say whether this receiver may be told."
    )
    consent: ConsentView | None
    on_hold_until: date | None
    ended_because: str | None
    outcome: str | None
    case: LinkedCase | None
    next_actions: list[ReferralAction]


# -- what may be refused


class ReferralCannotGoThere(Refusal, status=409):
    """That cannot be done with this referral as it stands now."""


class NotYourMove(Refusal, status=403):
    """Only another party to this referral may do that."""


class StillTimeToAnswer(Refusal, status=409):
    """The receiver still has time to answer."""


class ToWhom(Refusal, status=422):
    """Say which other organisation is asked to help."""


class AddressElsewhere(Refusal, status=422):
    """There seems to be an address in this. Share it in the field group for addresses, which people agree to by name."""


class OnlyForYourself(Refusal, status=403):
    """A resident can refer only themselves; anybody else makes an ordinary referral."""


class NotThatCase(Refusal, status=422):
    """We know of no such case of this person with this council. If it was opened a moment ago, please try again."""


class NotTheirService(Refusal, status=422):
    """That organisation does not offer this service."""


class ServiceClosed(Refusal, status=409):
    """This service is not open at the moment."""


class ServiceFull(Refusal, status=409):
    """This service has no room at the moment."""
