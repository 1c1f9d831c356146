"""What the clock brings about in customer-account."""

from __future__ import annotations

from common.runtime.timers import Due, rings
from common.runtime.transaction import Transaction

from customer_account import commands


@rings(commands.FACTS_END)
async def expire_facts(tx: Transaction, due: Due) -> None:
    """Hold no longer to be so what was told up to a day that is over."""
    await commands.expire_facts(tx, due.aggregate_id)
