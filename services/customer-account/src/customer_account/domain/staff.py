"""As what people who work for a council are let in, for how long, and by what name they are known."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple

from common.contracts.staff import StaffRole

from customer_account.domain.identity import Gone, Identity, Unproven
from customer_account.domain.providers import StaffTold

LONGEST = timedelta(hours=10)  # a working day with its breaks, and no second one
IDLE = timedelta(minutes=15)  # a screen that shows many people's lives, in a room with others: half of a resident's


class Granted(NamedTuple):
    """What somebody is here, and may do."""

    role: StaffRole
    permissions: frozenset[str]


def granted(told: StaffTold, groups: Collection[str]) -> Granted:
    """What these groups give: the first role in the file's order, with all that any of them gives to it. Raises Unproven."""
    mine = [each for each in told.groups if each.group in groups]
    if not mine:
        raise Unproven("no_group")
    role = mine[0].role
    return Granted(role, frozenset().union(*(each.permissions for each in mine if each.role is role)))


def staff_id(identity: Identity | Gone) -> str:
    """By what name they are known here, for ever: a digest, since a provider's own name for somebody may be an address."""
    return sha256(f"{identity.issuer}\n{identity.subject}".encode()).hexdigest()
