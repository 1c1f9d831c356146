"""What becomes of one row that is let go: it is taken away, or emptied, as its holding says."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table
from sqlmodel import SQLModel

from common.runtime.holdings import Holding, emptied
from common.runtime.store.work import table_of
from common.runtime.transaction import Transaction


def changes_of(table: Table, holding: Holding) -> dict[str, Any] | None:
    """What the columns of a row become; None where it goes altogether."""
    return emptied(table, holding.empties) if holding.erased == "emptied" else None


def let_go(tx: Transaction, row: SQLModel, holding: Holding) -> None:
    """Take a row away, or empty it."""
    changes = changes_of(table_of(row), holding)
    if changes is None:
        tx.remove(row)
    else:
        tx.change(row, **changes)
