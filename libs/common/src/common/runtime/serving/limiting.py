"""Where somebody else than the person writes: nothing, while their data is kept and not used."""

from __future__ import annotations

from common.contracts.people.limits import ProcessingRestricted
from common.runtime.limits import RESTRICTED_AMONG, THEIR_OWN
from common.runtime.store.database import Database, on_behalf_of
from common.runtime.transaction import Transaction


async def keep_to_limits(tx: Transaction, database: Database) -> None:
    """Raises ProcessingRestricted where what is about to be written is about somebody whose data is not to be used."""
    concerned = {row["person_id"] for row in tx.work.said if row["person_id"]} | tx.seen
    if tx.me.role in THEIR_OWN or tx.work.empty() or not concerned:
        return
    await tx.release()  # one request never holds two connections
    asked = RESTRICTED_AMONG.arguments({"persons": [*concerned]})
    if await database.read(tx.me.database_role, on_behalf_of(council=tx.me.council), RESTRICTED_AMONG.sql, asked):
        raise ProcessingRestricted
