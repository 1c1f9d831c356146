"""Ids and references. UUIDv7 for rows and people, Crockford base32 for what a person reads aloud."""

from __future__ import annotations

import hashlib
import secrets
from uuid import UUID

import uuid_utils
from asyncpg.pgproto import pgproto

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECK = _ALPHABET + "*~$=U"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def new_id() -> UUID:
    """A UUIDv7: unique anywhere, and rows made together lie together. In real time: ids are not promises."""
    return UUID(int=uuid_utils.uuid7().int)


def read_id(text: str) -> UUID:
    """The id that is written so, as the database driver reads it: a tenth of the usual cost. Raises ValueError."""
    found: UUID = pgproto.UUID(text)
    return found


def base32(number: int, *, digits: int) -> str:
    """`number` in Crockford base32, at least `digits` long, followed by its check character (modulo 37)."""
    out, rest = "", number
    while rest or len(out) < digits:
        rest, digit = divmod(rest, 32)
        out = _ALPHABET[digit] + out
    return out + _CHECK[number % 37]


def read_base32(text: str) -> int | None:
    """The number that `text` stands for, however it was typed; None where a character or the check is wrong."""
    plain = text.upper().translate(_MISREAD)
    number = 0
    for character in plain[:-1]:
        if character not in _ALPHABET:
            return None
        number = number * 32 + _ALPHABET.index(character)
    return number if len(plain) > 1 and _CHECK[number % 37] == plain[-1] else None


def new_tracking_reference() -> str:
    """80 random bits and a check character, in groups of four: enough to be the only key to a public page."""
    plain = base32(secrets.randbits(80), digits=16)
    return "-".join((plain[0:4], plain[4:8], plain[8:12], plain[12:]))


def tracking_digest(reference: str) -> str | None:
    """What is kept and said of a tracking reference, however it was typed; None where it cannot be one.

    The reference opens a page without login, so nobody but its owner holds it.
    """
    number = read_base32(reference) if len(reference) <= 40 else None
    return hashlib.sha256(f"tracking:{number}".encode()).hexdigest() if number is not None else None
