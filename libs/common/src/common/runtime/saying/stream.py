"""The connection to NATS: kept alive for ever, its streams made where they are missing."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

from nats.js.api import DiscardPolicy, StorageType, StreamConfig
from nats.js.errors import BadRequestError, NotFoundError

from common.runtime.envelope import (
    ACCESS_STREAM,
    ATTACHMENTS,
    ATTACHMENTS_STREAM,
    EVENTS_STREAM,
    KEYS_STREAM,
    PACKAGES,
    PACKAGES_STREAM,
)
from common.runtime.saying.gathering import Client

log = logging.getLogger(__name__)

DAY = 24 * 3600
STREAMS = (
    StreamConfig(
        name=EVENTS_STREAM,
        subjects=["evt.>", "again.>"],
        max_age=21 * DAY,
        storage=StorageType.FILE,
        duplicate_window=120,
    ),
    StreamConfig(
        name=ACCESS_STREAM, subjects=["access.>"], max_age=21 * DAY, storage=StorageType.FILE, duplicate_window=120
    ),
    StreamConfig(name=KEYS_STREAM, subjects=["key.>"], max_age=DAY, storage=StorageType.FILE, duplicate_window=120),
    StreamConfig(  # as the NATS object store has it, so that its tools show what is there; full, it takes nothing more
        name=PACKAGES_STREAM,
        subjects=[f"$O.{PACKAGES}.C.>", f"$O.{PACKAGES}.M.>"],
        max_age=31 * DAY,
        max_bytes=1024**3,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,
        allow_rollup_hdrs=True,
    ),
    StreamConfig(  # it goes when its row does; an operator who keeps more of them gives the stream more room
        name=ATTACHMENTS_STREAM,
        subjects=[f"$O.{ATTACHMENTS}.C.>", f"$O.{ATTACHMENTS}.M.>"],
        max_bytes=2 * 1024**3,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,
        allow_rollup_hdrs=True,
    ),
)


def inbox_of(service: str) -> str:
    """Where answers to a service arrive."""
    return f"_INBOX.{service}"


class Stream:
    """One connection of one service. `connected` callbacks run at every connection, the first too."""

    def __init__(self, url: str, *, name: str) -> None:
        self.url = url
        self.name = name
        self.client: Any = Client()
        self.connected: list[Callable[[], None]] = []
        self.made = False  # whether the streams are known to exist: before, nobody could be heard

    async def run(self) -> None:
        """Connect, however long that takes, and stay connected until cancelled."""
        await self.client.connect(
            self.url,
            name=self.name,
            inbox_prefix=inbox_of(self.name),  # its own, so that the broker lets nobody else read the answers
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.2,
            ping_interval=5,
            max_outstanding_pings=2,
            allow_reconnect=True,
            reconnected_cb=self._back,
            error_cb=self._error,
            pending_size=32 * 1024 * 1024,
        )
        await self._back()
        await asyncio.Event().wait()

    async def close(self) -> None:
        with contextlib.suppress(Exception):  # whatever state it is in, we are leaving
            await asyncio.wait_for(self.client.close(), 3)

    async def ready(self) -> None:
        """Wait for a connection."""
        while not self.up:  # noqa: ASYNC110 - the driver has no event for it
            await asyncio.sleep(0.05)

    @property
    def up(self) -> bool:
        return bool(self.client.is_connected)

    async def ensure(self) -> None:
        """Make the streams that are missing."""
        manager = self.client.jsm()
        for config in STREAMS:
            try:
                await manager.stream_info(config.name)
            except NotFoundError:
                with contextlib.suppress(BadRequestError):  # another service made it meanwhile
                    await manager.add_stream(config)
        self.made = True

    async def has_forgotten(self, stream: str) -> bool:
        """Whether a stream no longer holds its beginning: what was in it has aged out."""
        return bool((await self.client.jsm().stream_info(stream)).state.first_seq > 1)

    async def _back(self) -> None:
        for callback in self.connected:
            callback()

    async def _error(self, error: Exception) -> None:
        log.warning("the event stream reports %s", type(error).__name__)
