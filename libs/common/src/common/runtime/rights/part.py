"""The one subscriber by which every service that holds something of people does its part in what is decided about them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam
from sqlmodel import select

from common.contracts.people.holds import LegalHoldEvent
from common.contracts.people.limits import ObjectionEnded, ObjectionUpheld, PersonRestricted, PersonUnrestricted
from common.contracts.people.rectifying import RectificationRequested
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
from common.runtime.rights import limiting, packing, rectifying
from common.runtime.store.ledger import ToErase
from common.runtime.subscribers import Subscriber
from common.runtime.transaction import Transaction

NAME = "do_our_part"
_ASKED_BEFORE = query(select(ToErase).where(ToErase.id == bindparam("request_id")))


def our_part(service: str, others: Sequence[Subscriber]) -> Subscriber:
    """The subscriber of `service`; `others` are what else it hears with."""
    keepers = rectifying.keepers(service, others)

    async def do_our_part(tx: Transaction, heard: Heard) -> None:
        """Take in what is asked of every service; what takes longer is done elsewhere."""
        match heard.event:
            case LegalHoldEvent() as hold:
                know_of_hold(tx, heard, hold)
            case AccessPackageRequested() as asked:
                packing.take_on(tx, heard, asked)
            case RectificationRequested() as asked:
                await rectifying.confirm(tx, asked, request_id=heard.aggregate_id, keepers=keepers)
            case PersonRestricted():
                limiting.keep_to(tx, heard, purpose=None)
            case ObjectionUpheld(purpose=purpose):
                limiting.keep_to(tx, heard, purpose=purpose)
            case PersonUnrestricted() | ObjectionEnded():
                await limiting.let_go_of(tx, heard)
            case ErasureRequested(round=how_often, persons=persons):
                tx.put(ToErase(id=heard.aggregate_id, persons=persons, round=how_often))
            case RightsRequestDone(right=Right.ERASURE, partly=False):
                if before := await tx.one(_ASKED_BEFORE, request_id=heard.aggregate_id):
                    tx.change(before, round=before.round + 1, told=False)  # for what was said of them meanwhile

    families = (RightsRequestEvent, LegalHoldEvent)
    return Subscriber(NAME, do_our_part, families, (), of_erased=True, from_the_beginning=True)
