"""Asking that a person be written to. How, when and whether is decided by customer-account, which says what became of it."""

from __future__ import annotations

from uuid import UUID

from common.contracts.messages import MessageRequested
from common.runtime.transaction import Transaction


def request_message(tx: Transaction, wanted: MessageRequested, *, person_id: UUID) -> UUID:
    """Ask, with what else this transaction brings about, that a person be written to. Gives the id that the message will have."""
    return tx.say_once(wanted, about=person_id)
