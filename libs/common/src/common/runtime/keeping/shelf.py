"""What a service keeps for years in the object store: under keys that lie in its rows, and go when those are taken away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nats.errors import Error as NatsError

from common.runtime.envelope import ATTACHMENTS
from common.runtime.keeping.parcels import frames, opened_with
from common.runtime.keeping.secrets import NotOurs
from common.runtime.objects import Kept, OutOfReach, Spoilt
from common.runtime.saying.bucket import Bucket
from common.runtime.saying.stream import Stream
from common.runtime.settings import CannotServe, Settings


class ObjectBucket(Protocol):
    """Where objects lie, as they were put."""

    async def put(self, content: AsyncIterator[bytes], *, name: str) -> Kept: ...

    def read(self, kept: Kept) -> AsyncIterator[bytes]: ...

    async def names(self) -> list[str]: ...

    async def remove(self, name: str) -> None: ...


class SealedShelf:
    """The bucket of attachments, the broker's or another's. Whoever reads it without the rows beside it reads nothing."""

    def __init__(self, bucket: ObjectBucket) -> None:
        self.bucket = bucket

    @classmethod
    def of(cls, stream: Stream, told: Settings) -> SealedShelf:
        """Where this installation has its attachments lie. Raises CannotServe where that needs what is not installed."""
        if told.attachments_in is None:
            return cls(Bucket(stream, ATTACHMENTS))
        try:
            # Here, for only who keeps their files in S3 has what it needs installed.
            from common.runtime.keeping.s3 import S3Bucket
        except ImportError:
            raise CannotServe("ONEDOOR_ATTACHMENTS_IN needs onedoor-common[s3]") from None
        return cls(S3Bucket(told.attachments_in))

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
