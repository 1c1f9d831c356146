"""Sealing what is too large for one letter: a key of its own goes by letter, the content in frames under it, none held for long."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from common.contracts.people.rights import RightsRequestEvent
from common.runtime.keeping.secrets import NotOurs, Secrets, letter_to
from common.runtime.objects import Kept, Spoilt
from common.runtime.saying.bucket import Bucket
from common.runtime.saying.stream import Stream

TAG = 16
SEALED_FRAME = 128 * 1024
FRAME = SEALED_FRAME - TAG
_LENGTH = 4  # bytes before the letter that say how long it is


class SealedObjects:
    """The object store as services use it: nothing lies there that anybody but one service can read."""

    def __init__(self, stream: Stream, secrets: Secrets, public_keys: Path) -> None:
        self.bucket = Bucket(stream)
        self.secrets = secrets
        self.public_keys = public_keys

    async def put(self, content: AsyncIterator[bytes], *, about: str) -> Kept:
        public: str = json.loads(self.public_keys.read_text())[RightsRequestEvent.speaker]
        return await self.bucket.put(sealed(content, public, about=about))

    async def check(self, kept: Kept) -> None:
        async for _ in self.bucket.read(kept):
            pass

    async def read(self, kept: Kept, *, about: str) -> AsyncIterator[bytes]:
        try:
            async for piece in opened(self.bucket.read(kept), self.secrets, about=about):
                yield piece
        except NotOurs:
            raise Spoilt from None


async def sealed(content: AsyncIterator[bytes], public: str, *, about: str) -> AsyncIterator[bytes]:
    """`content` sealed to a service's public key, for it alone and as nothing but `about`."""
    key = os.urandom(32)
    letter = letter_to(public, key, about=about).encode()
    yield len(letter).to_bytes(_LENGTH, "big") + letter
    async for frame in frames(content, key):
        yield frame


async def frames(content: AsyncIterator[bytes], key: bytes) -> AsyncIterator[bytes]:
    """`content` sealed under a key that seals nothing else."""
    cipher, waiting, number = AESGCM(key), bytearray(), 0
    async for part in content:
        waiting += part
        while len(waiting) > FRAME:
            yield cipher.encrypt(_nonce(number, last=False), bytes(waiting[:FRAME]), None)
            del waiting[:FRAME]
            number += 1
    yield cipher.encrypt(_nonce(number, last=True), bytes(waiting), None)


async def opened(lies: AsyncIterator[bytes], secrets: Secrets, *, about: str) -> AsyncIterator[bytes]:
    """What was sealed, piece by piece. Raises NotOurs where it was not for this service, was changed, or has no end."""
    async for piece in opened_with(lies, lambda waiting: _cipher(waiting, secrets, about)):
        yield piece


async def opened_with(
    lies: AsyncIterator[bytes], cipher_of: Callable[[bytearray], AESGCM | None]
) -> AsyncIterator[bytes]:
    """What lies in frames under the cipher that `cipher_of` finds, once enough of the beginning is there."""
    cipher, waiting, number = None, bytearray(), 0
    async for part in lies:
        waiting += part
        cipher = cipher or cipher_of(waiting)
        while cipher and len(waiting) > SEALED_FRAME:
            yield _decrypted(cipher, _nonce(number, last=False), bytes(waiting[:SEALED_FRAME]))
            del waiting[:SEALED_FRAME]
            number += 1
    if cipher is None:
        raise NotOurs
    yield _decrypted(cipher, _nonce(number, last=True), bytes(waiting))


def _cipher(waiting: bytearray, secrets: Secrets, about: str) -> AESGCM | None:
    """The cipher in the letter at the beginning, which is taken away; None where it is not all there yet."""
    end = _LENGTH + int.from_bytes(waiting[:_LENGTH], "big")
    if len(waiting) < max(end, _LENGTH):
        return None
    letter = bytes(waiting[_LENGTH:end])
    del waiting[:end]
    return AESGCM(secrets.receive(letter.decode("ascii", "replace"), about=about))


def _decrypted(cipher: AESGCM, nonce: bytes, frame: bytes) -> bytes:
    try:
        return cipher.decrypt(nonce, frame, None)
    except (InvalidTag, ValueError):
        raise NotOurs from None


def _nonce(number: int, *, last: bool) -> bytes:
    """Frames are counted, and the last is marked: none can be left out, moved or added."""
    return number.to_bytes(11, "big") + bytes([last])
