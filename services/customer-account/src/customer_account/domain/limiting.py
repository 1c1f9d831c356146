"""What people ask us not to do with their data: on which grounds, what needs no decision, how long they are told before it ends."""

from __future__ import annotations

from datetime import timedelta

from common.contracts.partners.consents import Purpose
from common.contracts.people.limits import RestrictedBecause, SayOnWhatGround, SayWhatTheAnswerIs
from common.contracts.people.rights import DecideRightsRequest, Right, SayForWhat

HOLDS = frozenset({Right.RESTRICTION, Right.OBJECTION})
"""What goes on holding once it is done: until it is lifted, or taken back."""

NOTICE = timedelta(days=7)
"""How long before their data is used again a person reads that it will be (UK GDPR article 18)."""

AT_A_WORD = frozenset({Purpose.CONTACT_ME, Purpose.SERVICE_REVIEW, Purpose.EQUALITY_ANALYSIS, Purpose.TELL_US_ONCE})
"""Purposes that nobody need explain their objection to: no officer decides."""

_GROUNDS = frozenset({*RestrictedBecause} - {RestrictedBecause.OTHER})
_PURPOSES = frozenset({*Purpose} - {Purpose.OTHER})


def needs_no_decision(purpose: str | None) -> bool:
    """Whether an objection to this purpose is kept to at once. Raises SayForWhat where we use data for no such purpose."""
    if purpose not in _PURPOSES:
        raise SayForWhat
    return purpose in AT_A_WORD


def check_granted(right: Right, command: DecideRightsRequest) -> None:
    """Raises SayOnWhatGround or SayWhatTheAnswerIs where what is granted lacks what the person must be told."""
    if right is Right.RESTRICTION and command.because not in _GROUNDS:
        raise SayOnWhatGround
    if right is Right.OTHER and command.explanation is None:
        raise SayWhatTheAnswerIs
