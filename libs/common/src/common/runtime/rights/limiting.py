"""Knowing, in every service, what people asked us not to do with their data."""

from __future__ import annotations

from common.contracts.people.limits import LimitConfirmed
from common.runtime.envelope import Heard
from common.runtime.limits import LIMIT, Limited
from common.runtime.tables import as_read
from common.runtime.transaction import Transaction


def keep_to(tx: Transaction, heard: Heard, *, purpose: str | None) -> None:
    """Know of a request that was granted, and say so."""
    if heard.person_id is None:
        return
    tx.put(Limited(request_id=heard.aggregate_id, person_id=heard.person_id, purpose=purpose, since=heard.occurred))
    tx.say_once(LimitConfirmed(request_id=heard.aggregate_id, service=tx.me.id), about=heard.person_id)


async def let_go_of(tx: Transaction, heard: Heard) -> None:
    """Know that it holds no more."""
    row = await tx.one(LIMIT, request_id=heard.aggregate_id)
    if row is not None:
        tx.put(as_read(Limited, vars(row) | {"until": heard.occurred}))
