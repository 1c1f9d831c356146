"""What the clock brings about in partner-gateway."""

from __future__ import annotations

from common.runtime.timers import Due, rings
from common.runtime.transaction import Transaction

from partner_gateway import commands
from partner_gateway.commands.releasing import NO_LEAVE_YET
from partner_gateway.commands.sending import NO_ANSWER


@rings(NO_ANSWER)
async def expire_unanswered(tx: Transaction, due: Due) -> None:
    """Give a referral that nobody answered by its day back to its owner."""
    await commands.expire_referral(tx, due.aggregate_id)


@rings(NO_LEAVE_YET)
async def ask_for_leave_again(tx: Transaction, due: Due) -> None:
    """Tell whoever sent a referral that it is held up, and ask again whether it may be sent."""
    await commands.ask_again(tx, due.aggregate_id)
