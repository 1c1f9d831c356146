"""Looks at a person's data: whether one is kept from the person for a while, and who can be asked about it."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from common.contracts.people import NotACouncilsLook, SecrecyOver, SecrecyTooLong


class Running(Protocol):
    """A secrecy, as far as it matters for a look."""

    id: UUID
    declared_at: datetime
    until: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Hidden:
    """Until when a look is kept from its person, and by which secrecy; both None where it is not."""

    until: datetime | None = None
    by: UUID | None = None


def hidden(secrecies: Iterable[Running], *, at: datetime) -> Hidden:
    """What hides something of whoever all these are about, at that moment: of several, the one that runs longest."""
    longest = max((each for each in secrecies if _runs(each, at)), key=lambda each: each.until, default=None)
    return Hidden(longest.until, longest.id) if longest else Hidden()


def check_term(until: datetime, *, now: datetime) -> None:
    """Raises SecrecyTooLong unless it ends after now and within twelve months, counted by the calendar."""
    if not now < until <= _a_year_after(now):
        raise SecrecyTooLong


def check_running(secrecy: Running, *, now: datetime) -> None:
    """Raises SecrecyOver where there is nothing left to end."""
    if not _runs(secrecy, now):
        raise SecrecyOver


def council_of(organisation: str | None, councils: Container[str]) -> str:
    """The council that is to answer for a look. Raises NotACouncilsLook where it was somebody else's."""
    if organisation is None or organisation not in councils:
        raise NotACouncilsLook
    return organisation


def _runs(secrecy: Running, at: datetime) -> bool:
    over = min(secrecy.until, secrecy.ended_at or secrecy.until)
    return secrecy.declared_at <= at < over


def _a_year_after(moment: datetime) -> datetime:
    try:
        return moment.replace(year=moment.year + 1)
    except ValueError:  # the twenty-ninth of February
        return moment.replace(year=moment.year + 1, day=28)
