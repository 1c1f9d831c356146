"""A bucket of S3, or of a store that speaks as S3 does: bytes in and out, in place of a bucket of the broker's."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from common.runtime.objects import Kept, OutOfReach, Spoilt

ANSWERS_WITHIN = timedelta(seconds=10)
_PIECE = 1024 * 1024  # bytes that are read at a time


class S3Bucket:
    """What lies under one address (s3://bucket/prefix). Keys, region, endpoint come from `AWS_…`, as everywhere."""

    def __init__(self, address: str) -> None:
        self.store = S3Store.from_url(
            address,
            # Plain http only where the endpoint itself says so, as one within the house may: what is sent is sealed.
            client_options={"timeout": ANSWERS_WITHIN, "connect_timeout": timedelta(seconds=3), "allow_http": True},
            retry_config={"max_retries": 2, "retry_timeout": ANSWERS_WITHIN},
        )

    async def put(self, content: AsyncIterator[bytes], *, name: str) -> Kept:
        """Put the pieces there as one object, whole or not at all."""
        whole = b"".join([piece async for piece in content])
        with _within_reach():
            await obstore.put_async(self.store, name, whole, use_multipart=False)
        return Kept(name, hashlib.sha256(whole).hexdigest(), len(whole))

    async def read(self, kept: Kept) -> AsyncIterator[bytes]:
        """The pieces of an object. Raises Spoilt once they are not what was put there."""
        digest, size = hashlib.sha256(), 0
        with _within_reach():
            async for piece in (await obstore.get_async(self.store, kept.object)).stream(_PIECE):
                digest.update(piece)
                size += len(piece)
                if size >= kept.size and (size, digest.hexdigest()) != (kept.size, kept.sha256):
                    raise Spoilt
                yield bytes(piece)
        if size < kept.size:
            raise Spoilt

    async def names(self) -> list[str]:
        """The names of all that lies there."""
        with _within_reach():
            return [about["path"] async for page in obstore.list(self.store) for about in page]

    async def remove(self, name: str) -> None:
        """Take an object away, if it is there."""
        with _within_reach():
            try:
                await obstore.delete_async(self.store, name)
            except FileNotFoundError:  # other stores than Amazon's say so
                return


@contextmanager
def _within_reach() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise Spoilt from None
    except (BaseError, OSError):
        raise OutOfReach from None
