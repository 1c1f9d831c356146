"""What is shown no more of a person who is protected: load, decide, write."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.runtime.transaction import Transaction

from partner_gateway.queries import named


async def restrict(tx: Transaction, person_id: UUID, *, since: datetime | None) -> None:
    """Note of a person's referrals so far that they are protected since then; None: that they are no longer."""
    for row in await tx.all(named.REFERRALS_BEFORE, person_id=person_id, at=since or tx.now):
        if row.restricted_at != since:
            tx.change(row, restricted_at=since)
