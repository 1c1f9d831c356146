"""What each of those who share something is shown of the others, and what is said of a change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Protocol
from uuid import UUID

from common.contracts.people import ImpossibleDates, TooManyKept
from common.contracts.people.households import HouseholdKind, NotOfThese, SharesAlready

from customer_account.domain.days import EARLIEST, Days

MOST_MEMBERS = 30
_YOURS = {"home": "your household", "council_tax": "your council tax account", "tenancy": "your tenancy"}
_DAY = timedelta(days=1)


class Member(Protocol):
    """Somebody who shares it, or did. `unseen`: they were protected before they joined."""

    person_id: UUID
    name: str | None
    role: str
    effective_from: date
    left_on: date | None
    protected: bool
    unseen: bool


def others_of(one: Member, members: Iterable[Member]) -> list[dict[str, Any]]:
    """What `one` is shown of the others whose days were theirs too.

    A protected person who has left, or who was protected before they joined, is not among them. One who is still there is
    shown as before: that they vanished would warn whom they fear. Of what came after `one` left, nothing is shown.
    """
    return [
        _shown(each, one)
        for each in members
        if each.person_id != one.person_id and _together(each, one) and _seen(each)
    ]


def changed_on(one: Member, members: Iterable[Member], kind: str) -> date | None:
    """The last day from which those who are liable together with `one` are others; None for a home, which has no liability."""
    if kind == HouseholdKind.HOME:
        return None
    days = [
        day
        for each in members
        if each.person_id != one.person_id and _together(each, one)
        for day in (each.effective_from, each.left_on)
        if day is not None and one.effective_from < day and _before(day, one.left_on)
    ]
    return max(days, default=None)


def told_of_others(kind: str, on: date | None) -> str:
    """What the others read of a change."""
    since = f" from {on.day} {on:%B %Y}" if on else ""
    return f"Who shares {_YOURS[kind]} changed{since}"


def told(kind: str, change: str) -> str:
    """What somebody reads of having joined or left."""
    return f"You share {_YOURS[kind]} no longer" if change == "left" else f"We noted {_YOURS[kind]}"


def told_day(kind: str, on: date, *, protected: bool) -> date | None:
    """The day that is said of a change: of a protected person's none but that of a liability."""
    return None if protected and kind == HouseholdKind.HOME else on


def check_day(day: date | None, today: date, *, name: str, after: date = EARLIEST) -> date:
    """The day of a change. It is noted from its day on: nobody reads beforehand who is going to leave. Raises ImpossibleDates."""
    found = day or today
    if not after <= found <= today:
        why = "this is still to come: note it on that day" if found > today else "this is too early"
        raise ImpossibleDates(errors=[{"pointer": f"/{name}", "detail": why}])
    return found


def check_joining(person_id: UUID, members: Sequence[Member], day: date) -> None:
    """Raises SharesAlready or TooManyKept."""
    theirs = [each for each in members if each.person_id == person_id]
    if any(each.left_on is None or day < each.left_on for each in theirs):
        raise SharesAlready
    if len(members) >= MOST_MEMBERS:
        raise TooManyKept


def current(person_id: UUID, members: Sequence[Member]) -> int:
    """The place among the members of somebody who is one now. Raises NotOfThese."""
    for place, each in enumerate(members):
        if each.person_id == person_id and each.left_on is None:
            return place
    raise NotOfThese


def _seen(each: Member) -> bool:
    return not each.protected or (each.left_on is None and not each.unseen)


def _shown(each: Member, one: Member) -> dict[str, Any]:
    left = each.left_on if _before(each.left_on or date.max, one.left_on) else None
    days = {"effective_from": each.effective_from.isoformat(), "left_on": left.isoformat() if left else None}
    return {"name": each.name, "role": each.role, **days}


def _together(each: Member, one: Member) -> bool:
    return _days(each).overlap(_days(one))


def _days(member: Member) -> Days:
    return Days(member.effective_from, member.left_on - _DAY if member.left_on else None)


def _before(day: date, end: date | None) -> bool:
    return end is None or day <= end
