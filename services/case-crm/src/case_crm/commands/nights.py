"""What is looked through each night, so that nobody is left out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from common.runtime.tables import Aggregate
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

RECONCILE = Timer("tellings_reconciled")
_ALL_TELLINGS = UUID("6f1c1d9a-31de-4b4e-9f0e-7d1a52b8a0c1")
_HOUR = 3
_SETTLING = timedelta(minutes=1)  # others start too


def look_soon(tx: Transaction) -> None:
    """Have them be looked through after a start: the night may have passed while nothing ran."""
    tx.remind(RECONCILE, about=Aggregate(id=_ALL_TELLINGS), at=tx.now + _SETTLING)


def look_next_night(tx: Transaction) -> None:
    """Have the tellings be looked through at three the next night."""
    night = tx.now.replace(hour=_HOUR, minute=0, second=0, microsecond=0)
    following = night if night > tx.now else night + timedelta(days=1)
    tx.remind(RECONCILE, about=Aggregate(id=_ALL_TELLINGS), at=following)


def go_on(tx: Transaction, after: dict[str, Any]) -> None:
    """Look at the next page of them now."""
    tx.remind(RECONCILE, about=Aggregate(id=_ALL_TELLINGS), at=tx.now, details=after)
