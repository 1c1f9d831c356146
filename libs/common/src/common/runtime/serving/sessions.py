"""Which sessions and keys ended so lately that a token of theirs could still be valid: heard by every process for itself."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from nats.errors import TimeoutError as NatsTimeout
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import APIError

from common.contracts.base import Event
from common.contracts.partners.clients import ClientKeyRevoked
from common.contracts.people import SessionEnded
from common.runtime.envelope import EVENTS_STREAM, subject
from common.runtime.saying.stream import Stream
from common.runtime.serving.tokens import LONGEST, SKEW

log = logging.getLogger(__name__)
KEPT = LONGEST + 2 * SKEW  # seconds
HEARTBEAT = 5.0  # seconds; the broker gives a sign of life where there is nothing to tell


def ending(service: str) -> list[type[Event]]:
    """What ends tokens that this service takes: signing out; and, where it gives tokens for keys, that one is revoked."""
    return [SessionEnded, *([ClientKeyRevoked] if ClientKeyRevoked.speaker == service else [])]


def subject_of(event: type[Event]) -> str:
    """Where it is said."""
    return subject(event.aggregate, event.name)


class EndedSessions:
    """What the stream says ended so, from a token's lifetime ago until now. Nothing is stored: the stream remembers it.

    It is not a subscriber: those share their events among the replicas of a service, and here each must hear all.
    """

    def __init__(self, stream: Stream, *, service: str, by: type[Event] = SessionEnded) -> None:
        self.stream = stream
        self.subject = subject_of(by)
        self.deliver_to = f"deliver.{service}-ended-sessions"
        self._until: dict[UUID, float] = {}
        self._last_sign = 0.0
        self._anew = asyncio.Event()

    def __contains__(self, session: object) -> bool:
        return session in self._until

    async def run(self) -> None:
        """Follow the stream until cancelled; from a token's lifetime ago, at every connection."""
        self.stream.connected.append(self._anew.set)
        while True:
            await self.stream.ready()
            self._anew.clear()
            with contextlib.suppress(NatsTimeout, OSError, APIError):
                await self._follow()
            await asyncio.sleep(0.1)

    async def _follow(self) -> None:
        """Hear until the connection is another one, or the broker gives no sign of life."""
        name = secrets.token_hex(8)
        subscription = await self.stream.client.subscribe(f"{self.deliver_to}.{name}", cb=self._hear)
        try:
            await self.stream.client.jsm().add_consumer(EVENTS_STREAM, self._config(name))
            self._last_sign = time.monotonic()
            while time.monotonic() - self._last_sign < 3 * HEARTBEAT:
                self._forget()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._anew.wait(), HEARTBEAT)
                    return
        finally:
            with contextlib.suppress(Exception):  # the connection may be gone
                await subscription.unsubscribe()

    def _config(self, name: str) -> ConsumerConfig:
        return ConsumerConfig(
            name=name,
            deliver_subject=f"{self.deliver_to}.{name}",
            deliver_policy=DeliverPolicy.BY_START_TIME,
            opt_start_time=datetime.now(UTC) - timedelta(seconds=KEPT),
            ack_policy=AckPolicy.NONE,
            filter_subject=self.subject,
            idle_heartbeat=HEARTBEAT,
            inactive_threshold=6 * HEARTBEAT,
            headers_only=True,
            mem_storage=True,
            num_replicas=1,
        )

    async def _hear(self, message: Any) -> None:
        self._last_sign = time.monotonic()
        if named := (message.headers or {}).get("ce-aggregateid"):
            try:
                self._until[UUID(named)] = time.monotonic() + KEPT
            except ValueError:
                log.error("an ended session without an id is dropped")

    def _forget(self) -> None:
        now = time.monotonic()
        self._until = {session: until for session, until in self._until.items() if until > now}
