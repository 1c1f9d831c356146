"""What a service keeps for years in the object store: under keys that lie in its rows, and go when those are taken away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nats.errors import Error as NatsError

from common.runtime.envelope import ATTACHMENTS
from common.runtime.keeping.parcels import frames, opened_with
from common.runtime.keeping.secrets import NotOurs
from common.runtime.objects import Kept, OutOfReach, Spoilt
from common.runtime.saying.bucket import Bucket
from common.runtime.saying.stream import Stream


class SealedShelf:
    """The bucket of attachments. Whoever reads it without the rows beside it reads nothing."""

    def __init__(self, stream: Stream) -> None:
        self.bucket = Bucket(stream, ATTACHMENTS)

    async def put(self, name: UUID, content: bytes, *, key: bytes) -> Kept:
        with _within_reach():
            return await self.bucket.put(frames(_whole(content), key), name=name.hex)

    async def read(self, kept: Kept, *, key: bytes) -> AsyncIterator[bytes]:
        cipher = AESGCM(key)
        try:
            with _within_reach():
                async for piece in opened_with(self.bucket.read(kept), lambda _: cipher):
                    yield piece
        except NotOurs:
            raise Spoilt from None

    async def names(self, *, made_before: datetime) -> list[UUID]:
        with _within_reach():
            lies = [UUID(hex=name) for name in await self.bucket.names()]
        return [name for name in lies if _made(name) < made_before]

    async def remove(self, name: UUID) -> None:
        with _within_reach():
            await self.bucket.remove(name.hex)


def _made(name: UUID) -> datetime:
    """When an id was made: a UUIDv7 begins with its milliseconds."""
    return datetime.fromtimestamp((name.int >> 80) / 1000, UTC)


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content


@contextmanager
def _within_reach() -> Iterator[None]:
    try:
        yield
    except (NatsError, TimeoutError):
        raise OutOfReach from None
