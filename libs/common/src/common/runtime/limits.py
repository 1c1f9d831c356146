"""What people asked us not to do with their data, as every service knows it. Whoever acts by themself asks here first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Table, Uuid, bindparam, func, select
from sqlmodel import SQLModel

from common.contracts.base import Refusal
from common.contracts.people.limits import ProcessingRestricted
from common.runtime.query import of_person, query, there_is
from common.runtime.reading import Reading
from common.runtime.store import ledger
from common.runtime.tables import PlainRows, as_read

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class Limited(SQLModel, metaclass=PlainRows):
    """One thing that somebody asked us not to do: to use what we know of them, or (`purpose`) to use it for that."""

    __table__: ClassVar[Table] = ledger.limited

    request_id: UUID
    person_id: UUID
    purpose: str | None
    since: datetime
    until: datetime | None = None


THEIR_OWN = frozenset({"resident", "public"})
"""Roles whose deeds are the person's own: what they asked us not to do does not bind them."""

_limited = ledger.limited.c
_all = select(*_limited)
LIMIT = query(_all.where(_limited.request_id == bindparam("request_id")), into=lambda **row: as_read(Limited, row))
LIMITS_OF = query(
    _all.where(of_person(_limited.person_id, bindparam("person_id", type_=Uuid()))),
    into=lambda **row: as_read(Limited, row),
)


def limited(person: Any, purpose: str | None = None) -> ColumnElement[bool]:
    """A condition of a read: whether what is known of a person is not to be used now; with `purpose`, not for that.

    Of somebody whose records were joined it is so under each of their ids.
    """
    of_it = _limited.purpose.is_(None) if purpose is None else _limited.purpose == purpose
    return there_is(of_person(_limited.person_id, person), of_it, _limited.until.is_(None))


_persons = func.unnest(bindparam("persons", type_=ARRAY(Uuid)))
_asked = _persons.table_valued("id").render_derived(name="asked").c.id
RESTRICTED_AMONG = query(select(_asked).where(limited(_asked)), into=lambda id: UUID(str(id)))


@dataclass(frozen=True, slots=True)
class Limits:
    """All that one person asked us not to do, what is over too."""

    rows: tuple[Limited, ...] = ()

    @property
    def restricted(self) -> bool:
        """Whether what is known of them is kept, and not used."""
        return any(each.purpose is None and each.until is None for each in self.rows)

    def objects(self, *purposes: str) -> bool:
        """Whether they object to what is known of them being used for any of these."""
        return any(each.purpose in purposes and each.until is None for each in self.rows)

    def against(self, *purposes: str, at: datetime | None = None) -> bool:
        """Whether it may not be used for these purposes: now, or at a moment (heard again later, the answer is the same)."""
        return any(
            each.purpose in (None, *purposes) and (each.until is None if at is None else _covers(each, at))
            for each in self.rows
        )

    def since(self, *purposes: str) -> datetime | None:
        """Since when it may not be used for these purposes; None where it may."""
        found = (each.since for each in self.rows if each.until is None and each.purpose in (None, *purposes))
        return max(found, default=None)


NO_LIMITS = Limits()


async def limits_of(session: Reading, person_id: UUID | None) -> Limits:
    """What a person asked us not to do with their data."""
    return Limits(tuple(await session.all(LIMITS_OF, person_id=person_id))) if person_id else NO_LIMITS


async def restricted_among(session: Reading, persons: Iterable[UUID]) -> set[UUID]:
    """Those of these people whose data is kept, and not used."""
    return set(await session.all(RESTRICTED_AMONG, persons=sorted(persons)))


def though_restricted(because: str) -> Callable[[Endpoint], Endpoint]:
    """Beside a route that officers or partners write by: open even where a person's data is kept and not used, and why.

    Every other such route is closed then.
    """

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint.though_restricted = because  # type: ignore[attr-defined]  # a mark on a function
        return endpoint

    return mark


def despite(endpoint: Any) -> str:
    """Why a route is open even then; nothing where it is not."""
    return str(getattr(endpoint, "though_restricted", ""))


def closes(endpoint: Any) -> list[type[Refusal]]:
    """What a route refuses where a person's data is kept and not used: nothing, where it is open even then."""
    others = any(role not in THEIR_OWN for role, _ in endpoint.rule.roles)
    return [ProcessingRestricted] if endpoint.writes and others and not despite(endpoint) else []


def _covers(row: Limited, at: datetime) -> bool:
    return row.since <= at and (row.until is None or at < row.until)
