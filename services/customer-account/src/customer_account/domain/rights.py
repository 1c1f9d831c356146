"""Requests about somebody's data: by when we answer, what an officer decides, where a request goes from where."""

from __future__ import annotations

import calendar
from datetime import date

from common.contracts.people.rights import (
    AskForRight,
    DecideRightsRequest,
    NotForThisRight,
    NotToDecide,
    Right,
    RightsRequestStatus,
    SayWhatIsNotRight,
    SayWhyNot,
)

from customer_account.domain import limiting

DECIDED = frozenset({Right.ERASURE, Right.RESTRICTION, Right.OBJECTION, Right.OTHER})
"""What an officer decides: the law knows reasons not to. Everything else is done when it is asked."""
_ONLY_FOR = {"purpose": Right.OBJECTION, "fact_id": Right.RECTIFICATION, "value": Right.RECTIFICATION}


def due_on(asked: date) -> date:
    """The day by which we answer: a month later, or its last day where that month is shorter (UK GDPR article 12)."""
    year, month = (asked.year + 1, 1) if asked.month == 12 else (asked.year, asked.month + 1)
    return date(year, month, min(asked.day, calendar.monthrange(year, month)[1]))


def reference_of(reference: str) -> str:
    """The reference of a request, from the next of its council: with an R, so that nobody takes it for that of a case."""
    council, _, number = reference.partition("-")
    return f"{council}-R{number}"


def begins_as(command: AskForRight) -> RightsRequestStatus:
    """The status of a new request.

    Raises NotForThisRight, SayForWhat where an objection names no purpose of ours, or SayWhatIsNotRight.
    """
    if any(getattr(command, said) is not None and command.right is not right for said, right in _ONLY_FOR.items()):
        raise NotForThisRight
    if command.right is Right.OBJECTION and limiting.needs_no_decision(command.purpose):
        return RightsRequestStatus.UNDER_WAY
    if command.right is Right.RECTIFICATION and command.fact_id is None:
        raise SayWhatIsNotRight
    return RightsRequestStatus.RECEIVED if command.right in DECIDED else RightsRequestStatus.UNDER_WAY


def check_decision(right: Right, status: str, command: DecideRightsRequest) -> None:
    """Raises NotToDecide; SayWhyNot where it is refused without a reason; or what is lacking where it is granted."""
    if status != RightsRequestStatus.RECEIVED:
        raise NotToDecide
    if not command.granted and (command.because is None or command.explanation is None):
        raise SayWhyNot
    if command.granted:
        limiting.check_granted(right, command)
