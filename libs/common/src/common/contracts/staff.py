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


SEES_RESTRICTED = "cases:restrict"
"""Restricts cases, lifts that again, and sees every restricted case of their council."""

# All that may be given; a word that is not here would open no door, and is a typing error.
PERMISSIONS: Mapping[StaffRole, frozenset[str]] = {
    StaffRole.OFFICER: frozenset(
        {
            "access:answer",
            "accounts:write",
            "cases:assign",
            "cases:read",
            "cases:restrict",
            "cases:write",
            "closed_cases:write",
            "councillor_cases:read",
            "deaths:write",
            "destruction:write",
            "decisions:head_of_service",
            "decisions:manager",
            "decisions:team_leader",
            "directory:write",
            "duplicates:decide",
            "feedback:read",
            "history:write",
            "holds:write",
            "locations:write",
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
            "teams:write",
        }
    ),
    StaffRole.REVIEWER: frozenset({"evidence:read"}),
    StaffRole.OPERATOR: frozenset(),
    StaffRole.ADMINISTRATOR: frozenset({"definitions:write", "directory:write", "outbox:read", "partners:write"}),
}

# Beside those that routes ask for: a case asks for these by how it stands, whose it is and how far officers decide.
ASKED_BY_CASES = frozenset(
    {"cases:assign", "closed_cases:write", "decisions:head_of_service", "decisions:manager", "decisions:team_leader"}
)
