"""The one subscriber by which every service that holds something of people does its part in what is decided about them."""

from __future__ import annotations

from sqlalchemy import bindparam
from sqlmodel import select

from common.contracts.people.holds import LegalHoldEvent
from common.contracts.people.rights import (
    AccessPackageRequested,
    ErasureRequested,
    Right,
    RightsRequestDone,
    RightsRequestEvent,
)
from common.runtime.envelope import Heard
from common.runtime.holds import know_of_hold
from common.runtime.query import query
from common.runtime.rights import packing
from common.runtime.store.ledger import ToErase
from common.runtime.subscribers import Subscriber
from common.runtime.transaction import Transaction

_ASKED_BEFORE = query(select(ToErase).where(ToErase.id == bindparam("request_id")))


async def do_our_part(tx: Transaction, heard: Heard) -> None:
    """Take in what is asked of every service; what it takes to do it is done elsewhere."""
    match heard.event:
        case LegalHoldEvent() as hold:
            know_of_hold(tx, heard, hold)
        case AccessPackageRequested() as asked:
            packing.take_on(tx, heard, asked)
        case ErasureRequested(round=how_often, persons=persons):
            tx.put(ToErase(id=heard.aggregate_id, persons=persons, round=how_often))
        case RightsRequestDone(right=Right.ERASURE, partly=False):
            if before := await tx.one(_ASKED_BEFORE, request_id=heard.aggregate_id):
                tx.change(before, round=before.round + 1, told=False)  # once more, for what was said of them meanwhile


OUR_PART = Subscriber(
    "do_our_part", do_our_part, (RightsRequestEvent, LegalHoldEvent), (), of_erased=True, from_the_beginning=True
)
