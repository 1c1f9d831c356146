"""What the clock brings about for tallies. `mishaps` lets a test watch it, or make it fail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from common.runtime.timers import Due, rings
from common.runtime.transaction import Transaction
from common.testing.toy.contracts import TallyAdded
from common.testing.toy.speaker.alarms import ALARM, TALLY

mishaps: list[Callable[[Transaction, Due], None]] = []


@rings(ALARM)
async def add_one(tx: Transaction, due: Due) -> None:
    """Add one to the tally; below nothing, once more a day later."""
    tally = await tx.one(TALLY, tally_id=due.aggregate_id)
    for mishap in mishaps:
        mishap(tx, due)
    if tally is None or tally.total >= 1000:
        return
    tx.change(tally, total=tally.total + 1)
    tx.say(TallyAdded(amount=1), on=tally)
    if tally.total < 0:
        tx.remind(ALARM, about=tally, at=due.due_at + timedelta(days=1))
