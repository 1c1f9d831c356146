"""What the toy hearer hears. `mishaps` lets a test make its subscriber fail."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import bindparam
from sqlmodel import select

from common.runtime.envelope import Heard
from common.runtime.query import query
from common.runtime.subscribers import subscribes
from common.runtime.transaction import Transaction
from common.testing.toy.contracts import TallyAdded, TallyEvent, TallyStarted
from common.testing.toy.hearer.tables import Copy

COPY = query(select(Copy).where(Copy.id == bindparam("copy_id")))
mishaps: list[Callable[[Heard], None]] = []


@subscribes(TallyEvent, rebuilds=(Copy,))
async def keep_copies(tx: Transaction, heard: Heard) -> None:
    """Append the version that was heard, and add its amount."""
    for mishap in mishaps:
        mishap(heard)
    match heard.event:
        case TallyStarted(amount=amount):
            first = Copy(
                id=heard.aggregate_id, council=heard.council, person_id=heard.person_id, total=amount, versions=[1]
            )
            tx.add(first)
        case TallyAdded(amount=amount):
            held = await tx.one(COPY, copy_id=heard.aggregate_id)
            if held is None:
                raise LookupError("an addition to a tally that never began")
            tx.change(held, total=held.total + amount, versions=[*held.versions, heard.version])
