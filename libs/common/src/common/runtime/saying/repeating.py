"""Saying again: an owner repeats what it said, to one hearer or to all."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import orjson

from common.contracts.base import ANY
from common.runtime.saying.publisher import Publisher
from common.runtime.saying.stream import Stream
from common.runtime.store.database import Database, on_behalf_of
from common.runtime.store.eras import Eras

_SAID = """
SELECT * FROM onedoor.said WHERE id > $1 AND aggregate = ANY($2::text[]) AND ($3::uuid IS NULL OR aggregate_id = $3)
ORDER BY id LIMIT 500
"""


class Repeating:
    """What one service is asked to say again."""

    def __init__(self, service: str, *, stream: Stream, database: Database, publisher: Publisher, eras: Eras) -> None:
        self.service = service
        self.stream = stream
        self.database = database
        self.publisher = publisher
        self.eras = eras
        self._asks: asyncio.Queue[bytes] = asyncio.Queue(maxsize=1000)
        self._waiting: set[bytes] = set()

    async def run(self) -> None:
        """Answer those who ask this service to say again, one at a time, until cancelled."""
        await self.stream.ready()
        for speaker in (self.service, ANY):
            await self.stream.client.subscribe(f"ask.again.{speaker}", queue=self.service, cb=self._asked_to)
        await self.stream.client.subscribe(f"ask.era.{self.service}", queue=self.service, cb=self._asked_for_era)
        while True:
            asked = await self._asks.get()
            try:
                await self._say(orjson.loads(asked))
            finally:
                self._waiting.discard(asked)

    async def _asked_to(self, message: Any) -> None:
        """Whoever asks asks again until it has what it needs: what waits for its turn, or is being said, is said once."""
        if message.data not in self._waiting and not self._asks.full():
            self._waiting.add(message.data)
            self._asks.put_nowait(message.data)

    async def _asked_for_era(self, message: Any) -> None:
        await message.respond(orjson.dumps({"era": self.eras.current}))

    async def _say(self, ask: dict[str, Any]) -> None:
        """Publish the said log, or the part asked for, to the one who asked (or to all where no one is named)."""
        consumer = ask.get("consumer")
        only = UUID(ask["aggregate_id"]) if ask.get("aggregate_id") else None
        last = UUID(ask.get("after") or UUID(int=0).hex)
        while True:
            async with self.database.begin("hearer", on_behalf_of(council=None), reading=True) as connection:
                rows = await connection.fetch(_SAID, last, ask["aggregates"], only)
            for row in rows:
                to = f"again.{consumer}.{row['aggregate']}.{row['name']}" if consumer else None
                await self.publisher.repeat(row, to=to)
                last = row["id"]
            if len(rows) < 500:
                break
        if consumer and ask.get("whole"):
            await self.publisher.tell(f"again.{consumer}.done", {"speaker": self.service, "era": self.eras.current})
