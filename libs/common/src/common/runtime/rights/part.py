"""The one subscriber of every service that does its part in what people ask us to do with their data."""

from __future__ import annotations

from collections.abc import Sequence

from common.contracts.people.limits import ObjectionEnded, ObjectionUpheld, PersonRestricted, PersonUnrestricted
from common.contracts.people.rectifying import RectificationRequested
from common.contracts.people.rights import RightsRequestEvent
from common.runtime.envelope import Heard
from common.runtime.rights import limiting, rectifying
from common.runtime.subscribers import Subscriber
from common.runtime.transaction import Transaction

NAME = "do_our_part"


def our_part(service: str, others: Sequence[Subscriber]) -> Subscriber:
    """The subscriber of `service`; `others` are what else it hears with."""
    keepers = rectifying.keepers(service, others)

    async def do_our_part(tx: Transaction, heard: Heard) -> None:
        """Do what was asked with a person's data, as far as it lies here, and say so."""
        match heard.event:
            case RectificationRequested() as asked:
                await rectifying.confirm(tx, asked, request_id=heard.aggregate_id, keepers=keepers)
            case PersonRestricted():
                limiting.keep_to(tx, heard, purpose=None)
            case ObjectionUpheld(purpose=purpose):
                limiting.keep_to(tx, heard, purpose=purpose)
            case PersonUnrestricted() | ObjectionEnded():
                await limiting.let_go_of(tx, heard)

    return Subscriber(NAME, do_our_part, (RightsRequestEvent,), ())
