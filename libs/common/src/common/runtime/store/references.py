"""What a person reads aloud: case references from a council's own sequence, taken in blocks so that nobody queues."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

from common.runtime.ids import base32
from common.runtime.settings import Council
from common.runtime.store.database import Database, on_behalf_of

BLOCK = 100

_TAKE = """
INSERT INTO onedoor.reference (council, next) VALUES ($1, $2 + 1)
ON CONFLICT (council) DO UPDATE SET next = reference.next + $2 RETURNING next - $2
"""


class References:
    """Hands out references of each council. A restart leaves a gap, never a repetition."""

    def __init__(self, database: Database, councils: Mapping[str, Council]) -> None:
        self.database = database
        self.councils = councils
        self._blocks: dict[str, Iterator[int]] = {}
        self._taking = asyncio.Lock()

    async def next(self, council: str) -> str:
        """The council's next reference, `NBC-00009T-5`: its code, the number in base 32, a check character."""
        number = next(self._blocks.get(council, iter(())), None)
        while number is None:
            async with self._taking:
                number = next(self._blocks.get(council, iter(())), None)
                if number is None:
                    self._blocks[council] = iter(await self._take(council))
        plain = base32(number, digits=6)
        return f"{self.councils[council].code}-{plain[:-1]}-{plain[-1]}"

    async def _take(self, council: str) -> range:
        async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
            first = await connection.fetchval(_TAKE, council, BLOCK)
        return range(first, first + BLOCK)
