"""What the clock brings about in customer-account."""

from __future__ import annotations

from common.runtime.timers import Due, rings
from common.runtime.transaction import Transaction

from customer_account.commands import sealing
from customer_account.commands.sealing import SEAL


@rings(SEAL)
async def seal_who_looked(tx: Transaction, due: Due) -> None:
    """Chain and sign the access entries that came since the last seal."""
    await sealing.seal(tx, due.due_at)
