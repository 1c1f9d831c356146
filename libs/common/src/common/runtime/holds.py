"""Legal holds as every service knows them: while there is one on a person, nothing of theirs goes."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Table, Uuid, bindparam, select

from common.contracts.people.holds import LegalHoldEvent, LegalHoldLifted, LegalHoldPlaced
from common.runtime.envelope import Heard
from common.runtime.query import of_person, query, there_is
from common.runtime.reading import Reading
from common.runtime.store import ledger
from common.runtime.tables import OfMachine
from common.runtime.transaction import Transaction


class Held(OfMachine):
    """One hold on one person."""

    __table__: ClassVar[Table] = ledger.held

    hold_id: UUID
    person_id: UUID


_OF_THEM = of_person(ledger.held.c.person_id, bindparam("person_id", type_=Uuid()))
HELD = query(select(ledger.held).where(_OF_THEM).limit(1), into=Held)


async def is_held(read: Reading, person_id: UUID) -> bool:
    """Whether there is a legal hold on somebody, under whichever of their ids, whichever council placed it.

    Officers may ask, and the service itself.
    """
    return await read.one(HELD, person_id=person_id) is not None


def under_hold(column: Any) -> ColumnElement[bool]:
    """The same, of whoever a column of a read names."""
    return there_is(of_person(ledger.held.c.person_id, column))


def know_of_hold(tx: Transaction, heard: Heard, event: LegalHoldEvent) -> None:
    """Keep in mind that somebody is held, until it is lifted."""
    if heard.person_id is None:
        return
    hold = Held(hold_id=heard.aggregate_id, person_id=heard.person_id)
    match event:
        case LegalHoldPlaced():
            tx.put(hold)
        case LegalHoldLifted():
            tx.remove(hold)
