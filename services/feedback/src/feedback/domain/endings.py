"""When a case has ended, and when an ending is a new one."""

from __future__ import annotations

from enum import StrEnum

from common.contracts.cases import (
    CaseCancelled,
    CaseClosed,
    CaseReopened,
    CaseResolved,
    CaseStatusChanged,
    CaseWithdrawn,
)


class Life(StrEnum):
    """Whether a case goes on. A closed case that was resolved before has ended once, not twice."""

    GOING_ON = "going_on"
    ENDED = "ended"


ENDINGS = (CaseResolved, CaseClosed, CaseWithdrawn, CaseCancelled)


def life_after(life: Life, event: CaseStatusChanged) -> Life:
    """Whether a case goes on after this event."""
    if isinstance(event, CaseReopened):
        return Life.GOING_ON
    return Life.ENDED if isinstance(event, ENDINGS) else life


def invites(life: Life, event: CaseStatusChanged) -> bool:
    """Whether this event is an ending after which we ask how it went. What is only recorded as history asks nobody."""
    return life is Life.GOING_ON and life_after(life, event) is Life.ENDED and not event.history
