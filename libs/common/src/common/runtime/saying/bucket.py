"""The bucket of the object store: bytes in and out, laid down as the NATS object store has it. What they mean is not known here."""

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

from common.runtime.envelope import PACKAGES, PACKAGES_STREAM
from common.runtime.ids import new_id
from common.runtime.objects import Kept, Spoilt
from common.runtime.saying.stream import Stream

ANSWERS_WITHIN = 10.0  # seconds


class Bucket:
    """Everything that lies there is gone after a month, whatever anybody forgot."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream

    async def put(self, content: AsyncIterator[bytes]) -> Kept:
        """Put the pieces there as one object, under a name nobody used before."""
        name, digest, size, pieces = new_id().hex, hashlib.sha256(), 0, 0
        async with self._broker() as broker, _whole_or_nothing(broker, name):
            await self.stream.ensure()
            async for piece in content:
                await broker.publish(_pieces_of(name), piece)
                digest.update(piece)
                size, pieces = size + len(piece), pieces + 1
            about = {
                "name": name,
                "bucket": PACKAGES,
                "nuid": name,
                "size": size,
                "chunks": pieces,
                "digest": f"SHA-256={base64.urlsafe_b64encode(digest.digest()).decode()}",
                "mtime": datetime.now(UTC).isoformat(),
            }
            await broker.publish(_about(name), json.dumps(about).encode(), headers={"Nats-Rollup": "sub"})
        return Kept(name, digest.hexdigest(), size)

    async def read(self, kept: Kept) -> AsyncIterator[bytes]:
        """The pieces of an object. Raises Spoilt once they are not what was put there."""
        digest, size, number = hashlib.sha256(), 0, 0
        async with self._broker() as broker:
            while size < kept.size:
                try:
                    piece = await broker.get_msg(
                        PACKAGES_STREAM, seq=number + 1, subject=_pieces_of(kept.object), next=True
                    )
                except NotFoundError:
                    raise Spoilt from None
                number, size = piece.seq, size + len(piece.data)
                digest.update(piece.data)
                if size >= kept.size and (size, digest.hexdigest()) != (kept.size, kept.sha256):
                    raise Spoilt
                yield piece.data

    @asynccontextmanager
    async def _broker(self) -> AsyncIterator[Any]:
        async with asyncio.timeout(ANSWERS_WITHIN):
            await self.stream.ready()
        yield self.stream.client.jetstream(timeout=ANSWERS_WITHIN)


@asynccontextmanager
async def _whole_or_nothing(broker: Any, name: str) -> AsyncIterator[None]:
    """Leave no pieces of what was not finished: tried again and again, they would fill the bucket."""
    try:
        yield
    except Exception:
        with contextlib.suppress(NatsError, TimeoutError):
            await broker.purge_stream(PACKAGES_STREAM, subject=_pieces_of(name))
        raise


def _pieces_of(name: str) -> str:
    return f"$O.{PACKAGES}.C.{name}"


def _about(name: str) -> str:
    return f"$O.{PACKAGES}.M.{base64.urlsafe_b64encode(name.encode()).decode()}"
