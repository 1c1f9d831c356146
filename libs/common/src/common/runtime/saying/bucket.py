"""The buckets of the object store: bytes in and out, laid down as NATS has it. What they mean is not known here."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError

from common.runtime.envelope import PACKAGES
from common.runtime.ids import new_id
from common.runtime.objects import Kept, Spoilt
from common.runtime.saying.stream import Stream

ANSWERS_WITHIN = 10.0  # seconds


class Bucket:
    """One bucket. How long what lies there stays is said where its stream is made."""

    def __init__(self, stream: Stream, called: str = PACKAGES) -> None:
        self.stream = stream
        self.called = called
        self.lies_in = f"OBJ_{called}"

    async def put(self, content: AsyncIterator[bytes], *, name: str | None = None) -> Kept:
        """Put the pieces there as one object, under a name nobody used before."""
        name, digest, size, pieces = name or new_id().hex, hashlib.sha256(), 0, 0
        async with self._broker() as broker, self._whole_or_nothing(broker, name):
            await self.stream.ensure()
            async for piece in content:
                await broker.publish(self._pieces_of(name), piece)
                digest.update(piece)
                size, pieces = size + len(piece), pieces + 1
            about = {
                "name": name,
                "bucket": self.called,
                "nuid": name,
                "size": size,
                "chunks": pieces,
                "digest": f"SHA-256={base64.urlsafe_b64encode(digest.digest()).decode()}",
                "mtime": datetime.now(UTC).isoformat(),
            }
            await broker.publish(self._about(name), json.dumps(about).encode(), headers={"Nats-Rollup": "sub"})
        return Kept(name, digest.hexdigest(), size)

    async def read(self, kept: Kept) -> AsyncIterator[bytes]:
        """The pieces of an object. Raises Spoilt once they are not what was put there."""
        digest, size, number = hashlib.sha256(), 0, 0
        async with self._broker() as broker:
            while size < kept.size:
                try:
                    piece = await broker.get_msg(
                        self.lies_in, seq=number + 1, subject=self._pieces_of(kept.object), next=True
                    )
                except NotFoundError:
                    raise Spoilt from None
                number, size = piece.seq, size + len(piece.data)
                digest.update(piece.data)
                if size >= kept.size and (size, digest.hexdigest()) != (kept.size, kept.sha256):
                    raise Spoilt
                yield piece.data

    async def names(self) -> list[str]:
        """The names of all that lies there, whole or not."""
        async with self._broker() as broker:
            await self.stream.ensure()
            found = await broker.stream_info(self.lies_in, subjects_filter=self._pieces_of("*"))
        return [subject.rpartition(".")[2] for subject in found.state.subjects or ()]

    async def remove(self, name: str) -> None:
        """Take an object away, if it is there."""
        async with self._broker() as broker:
            for subject in (self._about(name), self._pieces_of(name)):
                await broker.purge_stream(self.lies_in, subject=subject)

    @asynccontextmanager
    async def _broker(self) -> AsyncIterator[Any]:
        async with asyncio.timeout(ANSWERS_WITHIN):
            await self.stream.ready()
        yield self.stream.client.jetstream(timeout=ANSWERS_WITHIN)

    @asynccontextmanager
    async def _whole_or_nothing(self, broker: Any, name: str) -> AsyncIterator[None]:
        """Leave no pieces of what was not finished: tried again and again, they would fill the bucket."""
        try:
            yield
        except Exception:
            with contextlib.suppress(NatsError, TimeoutError):
                await broker.purge_stream(self.lies_in, subject=self._pieces_of(name))
            raise

    def _pieces_of(self, name: str) -> str:
        return f"$O.{self.called}.C.{name}"

    def _about(self, name: str) -> str:
        return f"$O.{self.called}.M.{base64.urlsafe_b64encode(name.encode()).decode()}"
