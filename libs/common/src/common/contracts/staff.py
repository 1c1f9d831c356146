"""Who works with the platform for a council: their roles, and every permission that a route asks of each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class StaffRole(StrEnum):
    """What somebody who works for a council is to the platform."""

    OFFICER = "officer"
    REVIEWER = "reviewer"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"


# All that may be given; a word that is not here would open no door, and is a typing error.
PERMISSIONS: Mapping[StaffRole, frozenset[str]] = {
    StaffRole.OFFICER: frozenset(
        {
            "access:answer",
            "accounts:write",
            "cases:read",
            "cases:write",
            "deaths:write",
            "directory:write",
            "duplicates:decide",
            "feedback:read",
            "history:write",
            "holds:write",
            "partners:read",
            "persons:merge",
            "persons:read",
            "persons:write",
            "protection:read",
            "protection:write",
            "referrals:read",
            "referrals:write",
            "rights:decide",
            "secrecy:write",
        }
    ),
    StaffRole.REVIEWER: frozenset({"evidence:read"}),
    StaffRole.OPERATOR: frozenset(),
    StaffRole.ADMINISTRATOR: frozenset({"directory:write", "outbox:read", "partners:write"}),
}
