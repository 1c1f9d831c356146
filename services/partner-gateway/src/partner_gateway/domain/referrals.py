"""Moving a referral along, who its caller is to it, and how much of it each party sees. No I/O."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol
from uuid import UUID

from common.contracts.partners.consents import FieldGroup
from common.contracts.partners.referral_events import NotMadeReason, ReferralMoved, ReferralStatus
from common.contracts.partners.referrals import (
    FailReferral,
    HoldReferral,
    NotYourMove,
    RecordOutcome,
    ReferralAction,
    ReferralCannotGoThere,
    RejectReferral,
    RerouteReferral,
    StepReferral,
    StillTimeToAnswer,
)

from partner_gateway.domain.moves import BY, CODES, LABELS, NEXT, SAYS, Part, told

Move = StepReferral | RejectReferral | RerouteReferral | HoldReferral | RecordOutcome | FailReferral
Parts = frozenset[Part]
NO_MORE: Mapping[str, Any] = MappingProxyType({})

# The receiver reads what was shared only while it has something to do with it.
SHARED_IS_SHOWN = frozenset(
    {
        ReferralStatus.SENT,
        ReferralStatus.RECEIVED,
        ReferralStatus.ACCEPTED,
        ReferralStatus.IN_PROGRESS,
        ReferralStatus.ON_HOLD,
        ReferralStatus.OUTCOME_RECORDED,
        ReferralStatus.FAILED,
    }
)

# What tells where somebody is, or how to reach them.
TELLS_WHERE = frozenset({FieldGroup.ADDRESS, FieldGroup.CONTACT, FieldGroup.HOUSEHOLD, FieldGroup.HOUSING})


class Protects(Protocol):
    """A protection that somebody is under, and since when."""

    @property
    def person_id(self) -> UUID: ...
    @property
    def since(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Parties:
    """Between whom a referral is. Without a receiving partner, the council is asked."""

    council: str
    made_by: str
    person_id: UUID
    from_partner: str | None
    partner_id: str | None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and for which council. Whoever acts for a resident asks not `in_person`."""

    role: str
    council: str | None = None
    person_id: UUID | None = None
    partner: str | None = None
    in_person: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a referral stands."""

    status: ReferralStatus
    held_from: ReferralStatus | None
    answer_by: datetime
    to_name: str | None


def parts_of(caller: Caller, parties: Parties, *, held_back: bool = False) -> Parts:
    """Who the caller is to a referral. Nobody (an empty set) may not even know that it exists.

    Whatever is held back has no receiver yet.
    """
    parts = _parts(caller, parties)
    return parts - {Part.RECEIVER} if held_back else parts


def _parts(caller: Caller, parties: Parties) -> Parts:
    match caller.role:
        case "resident":
            return _resident(caller, parties)
        case "partner":
            return _partner(caller, parties)
        case "officer" if caller.council == parties.council:
            return _officer(parties)
    return frozenset()


def _resident(caller: Caller, parties: Parties) -> Parts:
    if caller.person_id != parties.person_id:
        return frozenset()
    if not caller.in_person:
        return frozenset({Part.REPRESENTATIVE})
    return frozenset({Part.CLIENT, Part.REFERRER} if parties.made_by == "resident" else {Part.CLIENT})


def _partner(caller: Caller, parties: Parties) -> Parts:
    if caller.partner is None:
        return frozenset()
    sent = {Part.REFERRER, Part.OWNER} if caller.partner == parties.from_partner else set()
    return frozenset(sent | ({Part.RECEIVER} if caller.partner == parties.partner_id else set()))


def _officer(parties: Parties) -> Parts:
    """The council owns what its officers and its residents sent, and receives what partners sent to no partner."""
    owned = {"officer": {Part.REFERRER, Part.OWNER}, "resident": {Part.OWNER}}.get(parties.made_by, set())
    return frozenset(owned | (set() if parties.partner_id else {Part.RECEIVER}))


def next_actions(standing: Standing, parts: Parts, *, now: datetime) -> list[ReferralAction]:
    """What this caller may do now, so that no front end needs the rules."""
    return [
        ReferralAction(transition=name, label=LABELS[name], codes=list(CODES.get(name, ())))
        for name in NEXT[standing.status]
        if BY[name] & parts and not (name == "expire" and now <= standing.answer_by)
    ]


def move_referral(
    command: Move, standing: Standing, parts: Parts, *, now: datetime, also: Mapping[str, Any] = NO_MORE
) -> ReferralMoved:
    """The event that a transition makes, which says `also` this. Raises ReferralCannotGoThere, NotYourMove or StillTimeToAnswer."""
    following = NEXT[standing.status].get(command.transition)
    if following is None:
        raise ReferralCannotGoThere(possible=sorted(NEXT[standing.status]))
    if not BY[command.transition] & parts:
        raise NotYourMove
    if command.transition == "expire" and now <= standing.answer_by:
        raise StillTimeToAnswer(answer_by=standing.answer_by)
    if command.transition == "resume" and standing.held_from is not None:
        following = standing.held_from
    return SAYS[command.transition](
        **command.model_dump(),
        **also,
        was=standing.status,
        status=following,
        told_to_resident=told(following, standing.to_name),
    )


def sees_shared(parts: Parts, status: ReferralStatus, *, stopped: bool = False) -> bool:
    """Whether the values that were shared are shown: to the person always, to the receiver while it helps and may."""
    return Part.CLIENT in parts or (Part.RECEIVER in parts and status in SHARED_IS_SHOWN and not stopped)


def protected_later(protections: Sequence[Protects], *, than: datetime, person_id: UUID) -> bool:
    """Whether somebody is protected, and was not yet when it was decided what of theirs may be shared.

    `protections` are those that they are under now, by whichever of their ids. One of the very id that it was decided
    for, and known by then, counts first: where records are joined, the others are protected anew.
    """
    known_by_then = any(each.person_id == person_id and each.since <= than for each in protections)
    return not known_by_then and any(each.since > than for each in protections)


def sees_outcome(parts: Parts, agreed: Collection[str]) -> bool:
    """Whether the outcome is shown: beyond the person, who acts for them and the receiver, only if the person agreed."""
    return bool(parts & {Part.CLIENT, Part.REPRESENTATIVE, Part.RECEIVER}) or FieldGroup.OUTCOME in agreed


def sees_reason(parts: Parts, agreed: Collection[str], because: str | None) -> bool:
    """Whether it is shown why it ended: all may know why it was not taken; why help failed is part of the outcome."""
    return because in (*CODES["reject"], *NotMadeReason) or sees_outcome(parts, agreed)


def sees_person(parts: Parts, shared_groups: Collection[str]) -> bool:
    """Whether it is shown who it is about: to a receiver only if their identity was shared."""
    return parts != {Part.RECEIVER} or FieldGroup.IDENTITY in shared_groups
