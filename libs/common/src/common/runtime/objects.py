"""What is too large for an event, or too much somebody's own: it lies in the object store for a while, sealed to one service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Kept:
    """Something in the object store: its name there, the SHA-256 (in hexadecimal) and the size of the bytes that lie there."""

    object: str
    sha256: str
    size: int


class Spoilt(Exception):
    """What lies in the object store is not what was put there, or lies there no longer."""


class OutOfReach(Exception):
    """The object store does not answer within seconds, or takes nothing more at the moment."""


def part_of(request_id: UUID, service: str) -> str:
    """What a part is sealed as: it is no use in another request, or as another service's."""
    return f"access package part|{request_id}|{service}"


class Objects(Protocol):
    """The object store of the platform. `about` says what an object is, and is bound to it: it is no use as anything else.

    Where the broker does not answer within seconds, a TimeoutError is raised.
    """

    async def put(self, content: AsyncIterator[bytes], *, about: str) -> Kept:
        """Put something there, sealed to the service that puts packages together."""
        ...

    async def check(self, kept: Kept) -> None:
        """Read it once, and raise Spoilt where it is not what was put there."""
        ...

    def read(self, kept: Kept, *, about: str) -> AsyncIterator[bytes]:
        """The content again, piece by piece, for the service it was sealed to. Raises Spoilt where it is not as it was put."""
        ...


class Shelf(Protocol):
    """Where a service keeps large things for years. Each is sealed under a key of its own, which lies in the row that names it.

    What no row names is to be taken away: of an upload that died on the way, or whose row is gone. Each of these may raise
    OutOfReach.
    """

    async def put(self, name: UUID, content: bytes, *, key: bytes) -> Kept:
        """Put something there under a new id. It is there whole, or not at all unless this process dies meanwhile."""
        ...

    def read(self, kept: Kept, *, key: bytes) -> AsyncIterator[bytes]:
        """The content again, piece by piece. Raises Spoilt where it is not as it was put."""
        ...

    async def names(self, *, made_before: datetime) -> list[UUID]:
        """What lies there, whole or not, whose id is from before then (in real time)."""
        ...

    async def remove(self, name: UUID) -> None:
        """Take it away, if it is there."""
        ...


class NoShelf:
    """Where there is no broker to put things."""

    async def put(self, name: UUID, content: bytes, *, key: bytes) -> Kept:
        raise OutOfReach

    def read(self, kept: Kept, *, key: bytes) -> AsyncIterator[bytes]:
        raise OutOfReach

    async def names(self, *, made_before: datetime) -> list[UUID]:
        raise OutOfReach

    async def remove(self, name: UUID) -> None:
        raise OutOfReach


class NoObjects:
    """For a service that has no secrets, and so can neither seal nor open."""

    async def put(self, content: AsyncIterator[bytes], *, about: str) -> Kept:
        raise RuntimeError("what goes into the object store is sealed: set ONEDOOR_KEY_FILE and ONEDOOR_PUBLIC_KEYS")

    async def check(self, kept: Kept) -> None:
        raise Spoilt

    def read(self, kept: Kept, *, about: str) -> AsyncIterator[bytes]:
        raise Spoilt
