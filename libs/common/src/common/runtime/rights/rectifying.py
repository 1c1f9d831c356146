"""Saying that this service holds what was put right, once its own subscribers have heard it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from common.contracts.people.facts import FactsEvent
from common.contracts.people.rectifying import RectificationConfirmed, RectificationRequested
from common.runtime.hearing.hearing import NotYet
from common.runtime.query import query
from common.runtime.store import ledger
from common.runtime.subscribers import Subscriber, consumer_of
from common.runtime.transaction import Transaction

_mark = ledger.mark.c
HEARD_SO_FAR = query(
    select(_mark.consumer, _mark.era, _mark.version).where(
        _mark.consumer == any_(bindparam("consumers", type_=ARRAY(Text))),
        _mark.aggregate_id == bindparam("aggregate_id"),
        _mark.aggregate == bindparam("aggregate"),
    ),
    into=lambda consumer, era, version: (consumer, (era, version)),
)


def keepers(service: str, subscribers: Sequence[Subscriber]) -> list[str]:
    """The names under which those of a service hear that keep something of what people told us."""
    return [consumer_of(service, each) for each in subscribers if FactsEvent.aggregate in each.aggregates]


async def confirm(tx: Transaction, asked: RectificationRequested, *, request_id: UUID, keepers: Sequence[str]) -> None:
    """Say that what was put right is held here. Raises NotYet until all `keepers` have heard it."""
    if keepers:
        facts = {"aggregate": FactsEvent.aggregate, "aggregate_id": asked.facts_of}
        reached = dict(await tx.all(HEARD_SO_FAR, consumers=keepers, **facts))
        if any(reached.get(each, (0, 0)) < (asked.facts_era, asked.facts_version) for each in keepers):
            raise NotYet("waits until what was put right is heard here")
    confirmed = RectificationConfirmed(request_id=request_id, service=tx.me.id, keeps=bool(keepers))
    tx.say_once(confirmed, about=asked.facts_of)
