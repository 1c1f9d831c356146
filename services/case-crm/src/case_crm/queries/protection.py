"""Whether a caller is cleared to see where a protected person is."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from uuid import UUID

from common.runtime.reading import Reading

from case_crm.domain.protection import Reader
from case_crm.queries import named

CLEARANCE = "protection:read"


def cleared(session: Reading) -> bool:
    """Whether an officer may see where people who are protected are."""
    return CLEARANCE in session.me.permissions


def reader_of(session: Reading, protected_kinds: Iterable[Iterable[str]] | None) -> Reader:
    """The caller, as a reader of somebody who is protected, under one id or several, in these kinds of facts; or is not (None)."""
    hidden = session.me.role == "officer" and not cleared(session)
    return Reader(session.me.role, frozenset(chain.from_iterable(protected_kinds or ())) if hidden else frozenset())


async def reader_for(session: Reading, person: UUID | None) -> Reader:
    """The caller as a reader of this person: a form that is filled in from memory is shown to them."""
    if person is None or session.me.role != "officer":
        return Reader(session.me.role)
    protected = await session.all(named.PROTECTED_HERE, person_id=person, council=session.council)
    return reader_of(session, [each.kinds for each in protected])
