"""From the commit to the stream: publish at once, hold until long after the broker's acknowledgement, sweep what was missed."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

import orjson

from common.runtime.envelope import subject, to_headers
from common.runtime.saying.stream import Stream
from common.runtime.store.database import Database, on_behalf_of
from common.runtime.store.work import Values

log = logging.getLogger(__name__)

HOLD = 10.0  # seconds an id stays in the to-say list after its acknowledgement
MOST_UNANSWERED = 4000  # messages under way; what does not fit is left to the sweep
PAGE = 500

# The inner limit keeps the planner from merging the list with the whole said log: each id is one look by its key.
_LEFT = """
SELECT s.* FROM onedoor.to_say t CROSS JOIN LATERAL (SELECT * FROM onedoor.said
    WHERE (aggregate_id, aggregate, version) = (t.aggregate_id, t.aggregate, t.version) LIMIT 1) s
WHERE t.id > $1 AND t.queued_at <= now() - $2 * interval '1 second' ORDER BY t.id LIMIT 500
"""


class Publisher:
    """Says what this service's transactions committed."""

    def __init__(self, stream: Stream, database: Database, *, speaker: str) -> None:
        self.stream = stream
        self.database = database
        self.speaker = speaker
        self._ordinal = itertools.count()
        self._inbox = ""
        self._stream_gone = True
        # By token, since when, and which event; none where it is said again to one hearer, which settles nothing.
        self._under_way: dict[str, tuple[float, UUID | None]] = {}
        self._held: deque[tuple[float, UUID]] = deque()
        self._known: set[UUID] = set()
        self._queue: deque[Values] = deque(maxlen=MOST_UNANSWERED)
        self._wake = asyncio.Event()
        self._sweep = asyncio.Event()
        stream.connected.append(self._reconnected)

    def committed(self, said: Sequence[Values]) -> None:
        """Publish these rows of the said log as soon as the loop allows. Never waits and never fails: the list has them."""
        self._queue.extend(said)
        self._wake.set()

    async def run(self) -> None:
        """Publish what is committed, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue and self.stream.up and self._inbox:
                await self.send(self._queue.popleft())
            self._queue.clear()  # the stream is away: the sweep says it when it is back

    async def send(self, said: Mapping[str, Any], *, to: str | None = None, message_id: str | None = None) -> None:
        """Publish one row of the said log, to its own subject or to another; its acknowledgement is awaited elsewhere."""
        token = f"{next(self._ordinal):x}"
        event_id = UUID(str(said["id"]))
        self._under_way[token] = (time.monotonic(), None if to else event_id)
        if not to:
            self._known.add(event_id)
        headers = to_headers(said, speaker=self.speaker)
        headers["Nats-Msg-Id"] = message_id or str(event_id)
        await self.stream.client.publish(
            to or subject(said["aggregate"], said["name"]),
            orjson.dumps(said["data"]),
            reply=f"{self._inbox}.{token}",
            headers=headers,
        )

    async def repeat(self, said: Mapping[str, Any], *, to: str | None) -> None:
        """Say a row again, to one subscriber or to all; under a new message id, or the broker would drop it."""
        await self._room()
        await self.send(said, to=to, message_id=f"again-{uuid4()}")

    async def tell(self, to: str, data: Mapping[str, Any]) -> None:
        """A note to a subscriber, in the stream behind what was said to it before."""
        await self.stream.client.publish(to, orjson.dumps(data), reply=f"{self._inbox}.note")

    async def sweep(self) -> None:
        """Publish, at start, after every reconnection and now and then, what nobody is known to have published."""
        age = 0.0
        while True:
            if self.stream.up:
                await self._listen()
                self._forget(older_than=HOLD)
                await self._say_what_is_left(older_than=age)
            try:
                await asyncio.wait_for(self._sweep.wait(), 5)
                age = 0.0
            except TimeoutError:
                age = HOLD * 1.5
            self._sweep.clear()

    def sweep_now(self) -> None:
        """Look at once for what is not known to be published."""
        self._sweep.set()

    async def clear(self) -> None:
        """Take ids off the list once they were held long enough."""
        while True:
            await asyncio.sleep(1)
            old = self._held_since(time.monotonic() - HOLD)
            if old:
                async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
                    await connection.execute("DELETE FROM onedoor.to_say WHERE id = ANY($1)", old)
                for _ in old:  # only now: a database that was away must not make us forget what to clear
                    self._held.popleft()
                self._known.difference_update(old)

    def _held_since(self, moment: float) -> list[UUID]:
        return [event_id for _, event_id in itertools.takewhile(lambda held: held[0] < moment, self._held)]

    async def _say_what_is_left(self, *, older_than: float) -> None:
        last = UUID(int=0)
        while True:
            async with self.database.begin("hearer", on_behalf_of(council=None), reading=True) as connection:
                rows = await connection.fetch(_LEFT, last, older_than)
            for row in rows:
                last = row["id"]
                if last not in self._known:
                    await self.send(row)
            if len(rows) < PAGE:
                return
            await self._room()

    async def _room(self) -> None:
        """Wait while too many messages are under way."""
        while len(self._under_way) > MOST_UNANSWERED // 2 and self.stream.up:  # noqa: ASYNC110 - answers come in a callback
            await asyncio.sleep(0.01)

    def _reconnected(self) -> None:
        """What was under way when the connection broke is unknown again."""
        self._forget(older_than=0)
        self._sweep.set()

    def _forget(self, *, older_than: float) -> None:
        """Messages without an answer for so long are taken for unsaid; said twice, they are heard once."""
        moment = time.monotonic() - older_than
        for token, (sent, event_id) in list(self._under_way.items()):
            if sent <= moment:
                del self._under_way[token]
                if event_id:
                    self._known.discard(event_id)

    async def _listen(self) -> None:
        if self._stream_gone:
            await self.stream.ensure()
            self._stream_gone = False
        if not self._inbox:
            inbox = self.stream.client.new_inbox()
            await self.stream.client.subscribe(f"{inbox}.*", cb=self._acknowledged)
            self._inbox = inbox

    async def _acknowledged(self, message: Any) -> None:
        found = self._under_way.pop(message.subject.rpartition(".")[2], None)
        answer = json.loads(message.data or b'{"error": "nobody listens"}')
        if found is None:
            return
        _, event_id = found
        if "error" in answer:
            self._stream_gone = True
            log.warning("the stream did not take an event; it is swept later")
            if event_id:
                self._known.discard(event_id)
        elif event_id:
            self._held.append((time.monotonic(), event_id))
