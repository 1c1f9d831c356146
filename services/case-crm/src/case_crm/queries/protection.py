"""Whether a caller is cleared to see where a protected person is."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from common.runtime.reading import Reading

from case_crm.domain.protection import Reader

CLEARANCE = "protection:read"


def cleared(session: Reading) -> bool:
    """Whether an officer may see where people who are protected are."""
    return CLEARANCE in session.me.permissions


def reader_of(session: Reading, protected_kinds: Iterable[Iterable[str]] | None) -> Reader:
    """The caller, as a reader of somebody who is protected, under one id or several, in these kinds of facts; or is not (None)."""
    hidden = session.me.role == "officer" and not cleared(session)
    return Reader(session.me.role, frozenset(chain.from_iterable(protected_kinds or ())) if hidden else frozenset())
