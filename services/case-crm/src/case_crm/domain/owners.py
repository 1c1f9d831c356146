"""Who deals with a case: taken once, given on with a reason, every handoff counted."""

from __future__ import annotations

from common.contracts.cases import AlreadyTaken, CaseAssigned, CaseHandedOff, ReasonNeeded, SetOwner

ASSIGNS = "cases:assign"
MOST_HANDOFFS = 2  # more is passing the parcel


def settle(
    command: SetOwner, *, owner: str | None, handoffs: int, me: str, assigns: bool
) -> CaseAssigned | CaseHandedOff | None:
    """What makes the officer of the command the owner of a case; None where they are. Raises AlreadyTaken or ReasonNeeded."""
    officer = command.officer_id or me
    if owner is None:
        return CaseAssigned(officer_id=officer)
    if owner == officer:
        return None
    if owner != me and not assigns:
        raise AlreadyTaken
    if not command.reason:
        raise ReasonNeeded
    return CaseHandedOff(was=owner, officer_id=officer, handoffs=handoffs + 1, reason=command.reason)
