"""Whoever carries messages to people: GOV.UK Notify, or, where nothing is to leave, a folder. Each says what became of one."""

from __future__ import annotations

from common.runtime.settings import Settings

from customer_account.domain.messages import Outcome, Sending
from customer_account.outside import notify, outbox


async def carry(sending: Sending, told: Settings) -> Outcome:
    """Hand a message to whoever carries it here. Without anybody it waits until there is."""
    if told.notify_file is not None:
        return await notify.carry(sending, told.notify_file)
    if told.outbox is not None:
        return outbox.carry(sending, told.outbox)
    return Outcome.UNAVAILABLE


def ready(told: Settings) -> None:
    """Refuse to start with a file for GOV.UK Notify that is not what is needed. Raises CannotServe."""
    if told.notify_file is not None:
        notify.agreed(told.notify_file)
