"""From the stream to a subscriber: a durable push consumer, bounded in flight, shared by replicas, made anew when it is gone."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from datetime import datetime
from typing import Any

from nats.errors import TimeoutError as NatsTimeout
from nats.js.api import AckPolicy, ConsumerConfig, ConsumerInfo, DeliverPolicy
from nats.js.errors import APIError, NotFoundError

from common.runtime.hearing.again import Again
from common.runtime.hearing.hearing import MOST_IN_A_BATCH, Hearing
from common.runtime.hearing.message import Message
from common.runtime.saying.stream import Stream

log = logging.getLogger(__name__)
IN_FLIGHT = 512
ACK_WAIT = 10  # seconds until what a replica took with it into its death is sent to another, or to its successor


class Consumer:
    """Feeds one subscriber's hearing, and the rebuild of its tables while one is under way."""

    def __init__(self, stream: Stream, live: Hearing, shadow: Hearing, again: Again) -> None:
        self.stream = stream
        self.live = live
        self.shadow = shadow
        self.again = again
        self._arrived: asyncio.Queue[Message] = asyncio.Queue()
        self._bound = asyncio.Event()
        self._last: Any = None  # it says how much there is beyond it

    async def run(self) -> None:
        """Hear until cancelled."""
        while True:
            batch = [await self._arrived.get()]
            while len(batch) < MOST_IN_A_BATCH and not self._arrived.empty():
                batch.append(self._arrived.get_nowait())
            while not self.again.rebuilds.fresh:  # noqa: ASYNC110 - a look at the database that may be away
                await asyncio.sleep(0.05)
            if self.again.rebuilds.of(self.live.consumer):
                await self.shadow.hear([Message(m.headers, m.data, _nothing) for m in batch])
            await self.live.hear(batch)
            self.live.stands(more=not self._arrived.empty() or self._last.metadata.num_pending > 0)

    async def bind(self) -> None:
        """Keep the consumer in the stream: made at start, and again whenever it is found missing."""
        subscription: Any = None
        while True:
            with contextlib.suppress(NatsTimeout, OSError, APIError):
                if self.stream.up:
                    found = await self._make_if_missing()
                    subscription = subscription or await self._subscribe()
                    self._bound.set()
                    self._look(found)
            await asyncio.sleep(2 if self._bound.is_set() else 0.1)

    async def _subscribe(self) -> Any:
        return await self.stream.client.subscribe(
            self._deliver_to, queue=self.live.consumer, cb=self._receive, pending_msgs_limit=-1, pending_bytes_limit=-1
        )

    def _look(self, found: ConsumerInfo) -> None:
        """Have it known how far the copy is, as the stream tells it: the last message may have gone to another replica, or
        what was beyond it may have been no event."""
        self.live.stands(more=bool(found.num_pending or found.num_ack_pending))

    @property
    def _deliver_to(self) -> str:
        return f"deliver.{self.live.consumer}"

    async def _receive(self, message: Any) -> None:
        if message.subject == f"again.{self.live.consumer}.done":  # an event may be called so too
            told = json.loads(message.data)
            await self.again.rebuilds.finished(self.live.consumer, told["speaker"], told.get("era", 0))
            await message.ack()
            return
        self._last = message
        if self._arrived.qsize() >= IN_FLIGHT:
            return  # sent again, because the database is away; there is no more than this that we have not got already
        self._arrived.put_nowait(
            Message(message.headers or {}, message.data, message.ack, self._said_again_at(message))
        )

    def _said_again_at(self, message: Any) -> datetime | None:
        again = message.subject.startswith("again.")
        return message.metadata.timestamp + self.live.clock.offset() if again else None

    async def _make_if_missing(self) -> ConsumerInfo:
        """The consumer as this release wants it, once it is there. A new one where we heard before: a stream was wiped."""
        manager = self.stream.client.jsm()
        subscriber = self.live.subscriber
        wanted = subscriber.subjects(self.live.consumer)
        try:
            found = await manager.consumer_info(subscriber.stream, self.live.consumer)
            heard = sorted(found.config.filter_subjects or [found.config.filter_subject])
            if heard == sorted(wanted) and found.config.ack_wait == ACK_WAIT:
                return found
        except NotFoundError:
            await self.stream.ensure()
            await self.again.after_a_wipe(self.live)
        return await manager.add_consumer(subscriber.stream, self._config(wanted))

    def _config(self, wanted: list[str]) -> ConsumerConfig:
        return ConsumerConfig(
            durable_name=self.live.consumer,
            deliver_subject=self._deliver_to,
            deliver_group=self.live.consumer,
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ACK_WAIT,
            max_ack_pending=IN_FLIGHT,
            filter_subjects=wanted,
        )


async def _nothing() -> None:
    """A rebuild's copy of a message is acknowledged with the live one."""
