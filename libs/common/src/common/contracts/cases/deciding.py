"""Who may decide what of a case, how it is ended, and what can be done against a decision."""

from __future__ import annotations

from enum import StrEnum

from common.contracts.base import Refusal, View


class DecidingRole(StrEnum):
    """Who decides for a council, from the one who may decide least. Each may what those before it may."""

    OFFICER = "officer"
    TEAM_LEADER = "team_leader"
    MANAGER = "manager"
    HEAD_OF_SERVICE = "head_of_service"


class AppealView(View):
    """What a person can do who does not agree with a decision."""

    route: str
    within_days: int | None


class AmountNeeded(Refusal, status=422):
    """Say how much it comes to: who may decide this depends on the amount."""


class BeyondYourAuthority(Refusal, status=403):
    """Somebody else decides this: see which role may."""


class TooLateToReopen(Refusal, status=409):
    """This ended too long ago to be taken up again. Please ask for it anew, or ask an officer to look at it."""


class ClosedForGood(Refusal, status=403):
    """This case is closed: only somebody who was given leave to change closed cases can change it."""
