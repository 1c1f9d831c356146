"""Asking that a person be written to. How, when and whether is decided by customer-account, which says what became of it."""

from __future__ import annotations

from uuid import UUID

from common.contracts.messages import MessageRequested
from common.runtime.ids import new_id
from common.runtime.tables import Aggregate
from common.runtime.transaction import Transaction


class _Request(Aggregate):
    """The home of one request: it has no table here."""

    person_id: UUID


def request_message(tx: Transaction, wanted: MessageRequested, *, person_id: UUID) -> UUID:
    """Ask, with what else this transaction brings about, that a person be written to. Gives the id that the message will have."""
    home = _Request(id=new_id(), person_id=person_id)
    tx.say_once(wanted, on=home)
    return home.id
