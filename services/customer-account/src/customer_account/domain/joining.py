"""Which of two records that are surely of one person leads on to the other, and whether that needs an officer. No I/O."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from common.contracts.people.accounts import AccountStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """One of the two, with what would keep it apart.

    `left_alone`: it is under a legal hold, or kept and not used. `told_apart`: whoever registered it was shown people
    like it, and said that it is none of them.
    """

    person_id: UUID
    kind: str
    since: datetime
    visible_to: frozenset[str]
    status: AccountStatus
    protected: bool
    left_alone: bool
    told_apart: bool


class Joined(NamedTuple):
    """The record that leads on, and the one it leads on to."""

    alias: UUID
    into: UUID


def joined_without_officer(one: Half, other: Half, councils: Collection[str]) -> Joined | None:
    """How these councils have two sure halves joined by themselves: the later leads on to the earlier. None: somebody decides.

    Nobody signs in with either: who knows somebody's name, birth date and number could sign up as them, tell it, and
    be led to their record. And the same councils see both: none learns by it whom the other knows.
    """
    earlier, later = sorted((one, other), key=lambda half: (half.since, half.person_id))
    alike = (one.kind, one.visible_to) == (other.kind, other.visible_to)
    if not alike or not one.visible_to or not one.visible_to <= set(councils) or later.told_apart:
        return None
    if any(half.protected or half.left_alone or half.status is not AccountStatus.PROVISIONAL for half in (one, other)):
        return None
    return Joined(alias=later.person_id, into=earlier.person_id)
