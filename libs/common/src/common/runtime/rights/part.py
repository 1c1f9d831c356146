"""The one subscriber that every service which holds something of people has beside its own: it does our part in what they ask."""

from __future__ import annotations

from common.contracts.people.rights import AccessPackageRequested, RightsRequestEvent
from common.runtime.envelope import Heard
from common.runtime.rights import packing
from common.runtime.subscribers import subscribes
from common.runtime.transaction import Transaction


@subscribes(RightsRequestEvent)
async def do_our_part(tx: Transaction, heard: Heard) -> None:
    """Do with what this service holds of somebody what they asked for."""
    match heard.event:
        case AccessPackageRequested() as asked:
            packing.take_on(tx, heard, asked)
