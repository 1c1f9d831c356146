"""Setting an alarm on a tally: what its routes write, what its timer reads."""

from __future__ import annotations

from sqlalchemy import bindparam
from sqlmodel import select

from common.runtime.query import query
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction
from common.testing.toy.contracts import SetAlarm
from common.testing.toy.speaker.tables import Tally

ALARM = Timer("alarm")
TALLY = query(select(Tally).where(Tally.id == bindparam("tally_id")))


def set_alarm(tx: Transaction, tally: Tally, command: SetAlarm) -> None:
    """Set it, move it, or (without a moment) forget it."""
    if command.at:
        tx.remind(ALARM, about=tally, at=command.at)
    else:
        tx.forget(ALARM, about=tally)
