"""What one service keeps to itself: everything it needs is derived from one file, which it alone may read."""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from common.runtime.keeping.sealing import NONCE, read, written
from common.runtime.settings import CannotServe

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_LENGTH = 32
DIGEST = "b1."  # what a digest begins with


class NotOurs(Exception):
    """This was not sealed with a secret, or to a key, that this service has."""


class Secrets:
    """A service's secrets. Of several, the first is used from now on; the others open what was sealed before.

    What people are found by is digested with the last: it cannot be digested anew without opening it.
    """

    def __init__(self, masters: list[bytes]) -> None:
        self.masters = masters
        self._wrapping = {_name(key): AESGCM(key) for key in (_derived(each, "wrapping") for each in masters)}
        self._current = next(iter(self._wrapping))
        self._blinding = _derived(masters[-1], "blinding")
        self._private = [X25519PrivateKey.from_private_bytes(_derived(each, "granting")) for each in masters]

    @classmethod
    def of(cls, file: Path) -> Secrets:
        """Those in a file, one a line, the newest first. Raises CannotServe."""
        try:
            masters = [read(line.strip()) for line in file.read_text().splitlines() if line.strip()]
        except (OSError, ValueError) as fault:
            raise CannotServe(f"{file} holds no secrets: {type(fault).__name__}") from None
        if not masters or any(len(each) != _LENGTH for each in masters):
            raise CannotServe(f"{file} holds no secrets: each line is 32 random bytes in base64")
        return cls(masters)

    @property
    def public(self) -> str:
        """The public key to which others seal what is for this service alone."""
        return written(self._private[0].public_key().public_bytes_raw())

    def wrap(self, secret: bytes, *, about: str) -> str:
        """`secret` as this service keeps it, to be unwrapped by nobody else and as nothing else."""
        nonce = os.urandom(NONCE)
        wrapped = nonce + self._wrapping[self._current].encrypt(nonce, secret, about.encode())
        return f"{self._current}.{written(wrapped)}"

    def unwrap(self, wrapped: str, *, about: str) -> bytes:
        """Raises NotOurs."""
        name, _, text = wrapped.partition(".")
        try:
            sealed = read(text)
            return self._wrapping[name].decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())
        except (KeyError, InvalidTag, ValueError):
            raise NotOurs from None

    @property
    def current(self) -> str:
        """The name of the secret that wraps now: what is wrapped with it begins so."""
        return self._current

    def blind(self, text: str, *, home: str) -> str:
        """The keyed digest by which `text` is looked for in one column, and compared with nothing else."""
        return DIGEST + written(hmac.digest(self._blinding, f"{home}|{text}".encode(), "sha256"))

    def receive(self, letter: str, *, about: str) -> bytes:
        """What was sealed to this service's public key. Raises NotOurs."""
        for private in self._private:
            try:
                return _SUITE.decrypt(read(letter), private, info=about.encode())
            except (InvalidTag, ValueError):
                continue
        raise NotOurs


def letter_to(public: str, secret: bytes, *, about: str) -> str:
    """`secret` sealed to another service's public key (HPKE, base mode), for it alone and for nothing else."""
    return written(_SUITE.encrypt(secret, X25519PublicKey.from_public_bytes(read(public)), info=about.encode()))


def _derived(master: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), _LENGTH, salt=None, info=f"onedoor {purpose}".encode()).derive(master)


def _name(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:8]
