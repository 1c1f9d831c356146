"""Stop-mail: from the moment a death is confirmed nothing automated is addressed to whoever has died. Load, decide, write."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.commands.messages import withdraw
from customer_account.commands.representations import representations_of
from customer_account.domain.days import day_of
from customer_account.domain.representations import after_death
from customer_account.queries import named
from customer_account.queries.named import messages as mail
from customer_account.queries.representations import representation_kinds
from customer_account.tables import StopMail


async def stop_writing_to(tx: Transaction, person_id: UUID) -> None:
    """Withdraw what waits for somebody who has died, and let nothing else leave."""
    ids = await queries.every_id_of(tx, person_id)
    representative = await _whom_instead(tx, ids)
    waiting = [row for each in ids for row in await tx.all(mail.MESSAGES_WAITING, person_id=each)]
    tx.put(StopMail(person_id=person_id, representative=representative))
    for row in waiting:
        withdraw(tx, row, representative)


async def write_instead(tx: Transaction, person_id: UUID) -> None:
    """Who acts for somebody has changed: where they have died, that is who is written to from now on."""
    ids = await queries.every_id_of(tx, person_id)
    representative = await _whom_instead(tx, ids)
    if await tx.one(mail.STOP_MAIL, person_id=ids[0]):
        tx.put(StopMail(person_id=ids[0], representative=representative))


async def write_instead_from_today(tx: Transaction, representation_id: UUID) -> None:
    """The first day of a representation has begun."""
    row = await tx.one(named.REPRESENTATION, representation_id=representation_id)
    if row is not None:
        await write_instead(tx, row.person_id)


async def write_again_to(tx: Transaction, person_id: UUID) -> None:
    """It was said in error: what is asked for from now on is sent. What was withdrawn stays so."""
    stopped = await tx.one(mail.STOP_MAIL, person_id=person_id)
    if stopped is not None:
        tx.remove(stopped)


async def _whom_instead(tx: Transaction, ids: Sequence[UUID]) -> UUID | None:
    """Whoever acts for somebody, under one of their ids, from their death on; None where nobody does, or not today."""
    return after_death(await representations_of(tx, *ids), representation_kinds(), day_of(tx.now))
