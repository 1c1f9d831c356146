"""What the clock brings about in case-crm."""

from __future__ import annotations

from common.runtime.timers import Due, rings
from common.runtime.transaction import Transaction

from case_crm import commands
from case_crm.commands.silence import SILENCE


@rings(SILENCE)
async def close_after_silence(tx: Transaction, due: Due) -> None:
    """Close a resolved case of which nobody was heard for ten working days of its council."""
    await commands.close_silent_case(tx, due.aggregate_id)
