"""Seals over who looked: what is digested of an entry, how seals are chained, and what a signature is of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

BEFORE_THE_FIRST = "0" * 64
"""What the first seal is chained to."""


def digest(columns: Mapping[str, Any]) -> str:
    """SHA-256 of an entry, in hexadecimal. Empty columns are left out: one that is added later changes no digest."""
    told = {name: _written(value) for name, value in columns.items() if value is not None}
    return hashlib.sha256(_canonical(told)).hexdigest()


def listed(entries: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """Entries as a seal lists them: by id, each with its digest."""
    return sorted([str(entry["entry_id"]), str(entry["person_id"]), digest(entry)] for entry in entries)


def chain(*, number: int, previous: str, entries: Sequence[Sequence[str]], sealed_at: datetime, key_id: str) -> str:
    """SHA-256 over all of a seal and the chain before it, in hexadecimal: what is signed."""
    return hashlib.sha256(_canonical([number, previous, entries, _written(sealed_at), key_id])).hexdigest()


def key_id(key: Ed25519PublicKey) -> str:
    """The name of a key: the beginning of its own SHA-256."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def sign(key: Ed25519PrivateKey, chained: str) -> str:
    """The Ed25519 signature of a chain, in hexadecimal."""
    return key.sign(chained.encode()).hex()


def is_signed(key: Ed25519PublicKey, chained: str, signature: str) -> bool:
    """Whether this key made that signature."""
    try:
        key.verify(bytes.fromhex(signature), chained.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return [*map(str, value)] if isinstance(value, list) else str(value)


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
