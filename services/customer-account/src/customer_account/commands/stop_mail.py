"""Stop-mail: from the moment a death is confirmed nothing automated is addressed to whoever has died. Load, decide, write."""

from __future__ import annotations

from uuid import UUID

from common.runtime.transaction import Transaction

from customer_account.commands.messages import withdraw
from customer_account.queries.named import messages as mail
from customer_account.tables import StopMail


async def stop_writing_to(tx: Transaction, person_id: UUID) -> None:
    """Withdraw what waits for somebody who has died, and let nothing else leave."""
    stopped = await tx.one(mail.STOP_MAIL, person_id=person_id)
    waiting = await tx.all(mail.MESSAGES_WAITING, person_id=person_id)
    representative = stopped.representative if stopped else None
    tx.put(StopMail(person_id=person_id, representative=representative))
    for row in waiting:
        withdraw(tx, row, representative)


async def write_again_to(tx: Transaction, person_id: UUID) -> None:
    """It was said in error: what is asked for from now on is sent. What was withdrawn stays so."""
    stopped = await tx.one(mail.STOP_MAIL, person_id=person_id)
    if stopped is not None:
        tx.remove(stopped)
