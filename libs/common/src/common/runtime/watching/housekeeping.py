"""What nobody needs any more is let go of, now and then."""

from __future__ import annotations

import asyncio

from common.runtime.store.database import Database, on_behalf_of

EVERY = 600  # seconds

_OLD_ANSWERS = "DELETE FROM onedoor.answer WHERE recorded < now() - interval '2 days'"


async def forget(database: Database) -> None:
    """Until cancelled: forget what callers were answered under idempotency keys long ago."""
    while True:
        async with database.begin("hearer", on_behalf_of(council=None)) as connection:
            await connection.execute(_OLD_ANSWERS)
        await asyncio.sleep(EVERY)
