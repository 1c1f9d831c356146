"""What the clock brings about in customer-account."""

from __future__ import annotations

from common.runtime.timers import Due, rings
from common.runtime.transaction import Transaction

from customer_account import commands
from customer_account.commands import representations, sealing
from customer_account.commands.sealing import SEAL


@rings(commands.FACTS_END)
async def expire_facts(tx: Transaction, due: Due) -> None:
    """Hold no longer to be so what was told up to a day that is over."""
    await commands.expire_facts(tx, due.aggregate_id)


@rings(representations.REPRESENTATION_ENDS)
async def end_representation(tx: Transaction, due: Due) -> None:
    """Let nobody act for somebody after the last day of it."""
    await representations.end_by_time(tx, due.aggregate_id)


@rings(SEAL)
async def seal_who_looked(tx: Transaction, due: Due) -> None:
    """Chain and sign the access entries that came since the last seal."""
    await sealing.seal(tx, due.due_at)
