"""What the clock brings about in partner-gateway."""

from __future__ import annotations

from common.runtime.timers import Due, rings
from common.runtime.transaction import Transaction

from partner_gateway import commands
from partner_gateway.commands.referrals import NO_ANSWER


@rings(NO_ANSWER)
async def expire_unanswered(tx: Transaction, due: Due) -> None:
    """Give a referral that nobody answered by its day back to its owner."""
    await commands.expire_referral(tx, due.aggregate_id)
