"""Sealing one value under one key: AES-256-GCM, bound to its home. Pure: no key is kept here."""

from __future__ import annotations

import os
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from common.contracts.keys import KeyClass
from common.runtime.sealed import FORM

NONCE = 12  # bytes: 96 bits, random for each value
_CLASSES = frozenset(KeyClass)


class Swapped(Exception):
    """A sealed value does not belong where it was found, or was changed. It is never shown."""


class KeyName(NamedTuple):
    """Which key a value is sealed under. Whose it is, its row says."""

    under: KeyClass
    version: int


@dataclass(frozen=True)
class Key:
    """One version of a person's key of one class."""

    name: KeyName
    secret: bytes = field(repr=False)

    @cached_property
    def cipher(self) -> AESGCM:
        return AESGCM(self.secret)


def new_secret() -> bytes:
    return AESGCM.generate_key(256)


def new_version() -> int:
    """A version that is later than any before, whoever made that: by real time, and no two are the same."""
    return time.time_ns() // 1_000_000 << 20 | secrets.randbits(20)


def seal(key: Key, value: Any, *, place: str) -> str:
    """`value` (JSON) as `v1.<class>.<version>.<nonce and ciphertext>`, to be opened at this place alone."""
    nonce = os.urandom(NONCE)
    sealed = nonce + key.cipher.encrypt(nonce, orjson.dumps(value, default=str), _bound(key.name, place))
    return f"{FORM}.{key.name.under}.{key.name.version}.{written(sealed)}"


def name_of(token: str) -> KeyName:
    """The key that a sealed value names. Raises Swapped where it is none of this form."""
    form, _, rest = token.partition(".")
    under, _, rest = rest.partition(".")
    version, _, _ = rest.partition(".")
    if form != FORM or under not in _CLASSES or not version.isdecimal():
        raise Swapped
    return KeyName(KeyClass(under), int(version))


def opened(key: Key, token: str, *, place: str) -> Any:
    """The value. Raises Swapped where it was sealed for another place or under another key, or was changed."""
    try:
        sealed = read(token.rpartition(".")[2])
        return orjson.loads(key.cipher.decrypt(sealed[:NONCE], sealed[NONCE:], _bound(key.name, place)))
    except (InvalidTag, ValueError):
        raise Swapped from None


def written(raw: bytes) -> str:
    """Bytes as text that goes anywhere."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def read(text: str) -> bytes:
    """The bytes of `written`. Raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _bound(name: KeyName, place: str) -> bytes:
    return f"{FORM}|{place}|{name.under}|{name.version}".encode()
