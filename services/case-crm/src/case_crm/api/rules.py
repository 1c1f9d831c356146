"""Who may do what with cases: said once for all routes."""

from __future__ import annotations

from common.contracts.cases import (
    AmountNeeded,
    BeyondYourAuthority,
    ChecklistNotDone,
    ClosedForGood,
    PartsFirst,
    TooLateToReopen,
)
from common.contracts.cases.places import DuplicateOfWhich
from common.contracts.cases.relations import WholeFirst
from common.runtime.rules import May, officers, represented

may_read = represented(May.SEE, by_service=True) | officers("cases:read")
may_open = represented(May.TELL, by_service=True) | officers("cases:write")
may_move = represented(May.DECIDE, by_service=True) | officers("cases:write")

HANDLING = (
    AmountNeeded,
    BeyondYourAuthority,
    ChecklistNotDone,
    ClosedForGood,
    DuplicateOfWhich,
    PartsFirst,
    TooLateToReopen,
    WholeFirst,
)
"""What a transition may be refused for by how its service has cases handled."""
