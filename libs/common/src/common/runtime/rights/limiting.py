"""Knowing, in every service, what people asked us not to do with their data."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people.limits import LimitConfirmed
from common.runtime.envelope import Heard
from common.runtime.ids import new_id
from common.runtime.limits import LIMIT, Limited
from common.runtime.tables import Aggregate, as_read
from common.runtime.transaction import Transaction


class _Part(Aggregate):
    """The home of one answer: it has no table."""

    person_id: UUID


def keep_to(tx: Transaction, heard: Heard, *, purpose: str | None) -> None:
    """Know of a request that was granted, and say so."""
    if heard.person_id is None:
        return
    tx.put(Limited(request_id=heard.aggregate_id, person_id=heard.person_id, purpose=purpose, since=heard.occurred))
    home = _Part(id=new_id(), person_id=heard.person_id)
    tx.say_once(LimitConfirmed(request_id=heard.aggregate_id, service=tx.me.id), on=home)


async def let_go_of(tx: Transaction, heard: Heard) -> None:
    """Know that it holds no more."""
    row = await tx.one(LIMIT, request_id=heard.aggregate_id)
    if row is not None:
        tx.put(as_read(Limited, vars(row) | {"until": heard.occurred}))
