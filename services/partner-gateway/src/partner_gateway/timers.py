"""What the clock brings about in partner-gateway."""

from __future__ import annotations

from common.runtime.timers import Due, rings
from common.runtime.transaction import Transaction

from partner_gateway import commands
from partner_gateway.commands.agreements import ENDS, REVIEW
from partner_gateway.commands.asking import SILENT
from partner_gateway.commands.clients import ASSERTIONS_OVER
from partner_gateway.commands.releasing import NO_LEAVE_YET
from partner_gateway.commands.rerouting import PASS_ON
from partner_gateway.commands.sending import NO_ANSWER


@rings(NO_ANSWER)
async def expire_unanswered(tx: Transaction, due: Due) -> None:
    """Give a referral that nobody answered by its day back to its owner."""
    await commands.expire_referral(tx, due.aggregate_id)


@rings(NO_LEAVE_YET)
async def ask_for_leave_again(tx: Transaction, due: Due) -> None:
    """Tell whoever sent a referral that it is held up, and ask again whether it may be sent."""
    await commands.ask_again(tx, due.aggregate_id)


@rings(REVIEW)
async def agreement_review_due(tx: Transaction, due: Due) -> None:
    """Have it seen that an agreement is to be looked at again."""
    await commands.note_review_due(tx, due.aggregate_id)


@rings(ENDS)
async def agreement_over(tx: Transaction, due: Due) -> None:
    """End an agreement whose last day is over."""
    await commands.end_agreement(tx, due.aggregate_id)


@rings(ASSERTIONS_OVER)
async def used_assertions_over(tx: Transaction, due: Due) -> None:
    """Forget which assertions were used in an hour that is over."""
    await commands.forget_assertions(tx)


@rings(PASS_ON)
async def pass_referral_on(tx: Transaction, due: Due) -> None:
    """Make the referral that takes the place of one whose receiver made way."""
    await commands.pass_on(tx, due.aggregate_id, due.details or {})


@rings(SILENT)
async def person_said_nothing(tx: Transaction, due: Due) -> None:
    """Give up a referral that waits for a person who says nothing."""
    await commands.person_silent(tx, due.aggregate_id)
