"""The life of a partner, from applying to leaving. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import NAMESPACE_URL, UUID, uuid5

from common.contracts.partners.organisations import (
    PartnerAction,
    PartnerActivated,
    PartnerApplied,
    PartnerCannotGoThere,
    PartnerStatus,
    PartnerStatusChanged,
    PartnerSuspended,
    PartnerTransition,
)

NEXT: Mapping[PartnerStatus, Mapping[PartnerTransition, PartnerStatus]] = {
    PartnerStatus.APPLIED: {PartnerTransition.BEGIN_DUE_DILIGENCE: PartnerStatus.DUE_DILIGENCE},
    PartnerStatus.DUE_DILIGENCE: {PartnerTransition.OPEN_SANDBOX: PartnerStatus.SANDBOX},
    PartnerStatus.SANDBOX: {PartnerTransition.ACTIVATE: PartnerStatus.ACTIVE},
    PartnerStatus.ACTIVE: {PartnerTransition.SUSPEND: PartnerStatus.SUSPENDED},
    PartnerStatus.SUSPENDED: {PartnerTransition.OFFBOARD: PartnerStatus.OFFBOARDED},
    PartnerStatus.OFFBOARDED: {},
}

LABELS: Mapping[PartnerTransition, str] = {
    PartnerTransition.BEGIN_DUE_DILIGENCE: "Begin due diligence",
    PartnerTransition.OPEN_SANDBOX: "Open the sandbox",
    PartnerTransition.ACTIVATE: "Activate",
    PartnerTransition.SUSPEND: "Suspend",
    PartnerTransition.OFFBOARD: "Offboard",
}

_SAYS: Mapping[PartnerStatus, type[PartnerStatusChanged]] = {
    PartnerStatus.ACTIVE: PartnerActivated,
    PartnerStatus.SUSPENDED: PartnerSuspended,
}


def aggregate_of(partner_id: str) -> UUID:
    """The id under which a partner's story is said: found from its own id, not remembered."""
    return uuid5(NAMESPACE_URL, f"https://onedoor.example/partners/{partner_id}")


def apply(partner_id: str, *, name: str) -> PartnerApplied:
    """An organisation asks to become a partner."""
    return PartnerApplied(partner_id=partner_id, partner_name=name)


def move_partner(
    transition: PartnerTransition, *, partner_id: str, name: str, status: PartnerStatus
) -> PartnerStatusChanged:
    """The event that a transition makes. Raises PartnerCannotGoThere, with what is possible."""
    following = NEXT[status].get(transition)
    if following is None:
        raise PartnerCannotGoThere(possible=sorted(NEXT[status]))
    event = _SAYS.get(following, PartnerStatusChanged)
    return event(partner_id=partner_id, partner_name=name, transition=transition, was=status, status=following)


def next_actions(status: PartnerStatus) -> list[PartnerAction]:
    """What may be done with a partner now."""
    return [PartnerAction(transition=transition, label=LABELS[transition]) for transition in NEXT[status]]
