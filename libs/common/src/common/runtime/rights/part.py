"""The one subscriber by which every service that holds something of people does its part in what is decided about them."""

from __future__ import annotations

from common.contracts.people.holds import LegalHoldEvent
from common.runtime.envelope import Heard
from common.runtime.holds import know_of_hold
from common.runtime.subscribers import subscribes
from common.runtime.transaction import Transaction


@subscribes(LegalHoldEvent, from_the_beginning=True)
async def do_our_part(tx: Transaction, heard: Heard) -> None:
    """Do what has to be done in this service. What it holds of people, `holdings.yaml` says: no service adds to this."""
    match heard.event:
        case LegalHoldEvent() as event:
            know_of_hold(tx, heard, event)
