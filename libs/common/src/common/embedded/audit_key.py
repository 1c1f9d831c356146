"""The key with which a local platform seals who looked at people's data. Elsewhere operators make their own."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from common.embedded.private_files import write_private


class AuditKey:
    """Keeps an Ed25519 key under `home`, and its public half beside it: what was sealed is verified with that alone."""

    def __init__(self, home: Path) -> None:
        self.private = home / "audit-private.pem"
        self.public = home / "audit-public.pem"

    def ensure(self) -> Path:
        """Make the key where it is missing. Gives the file of the private key.

        Public keys are only ever added to their file: what an earlier key signed stays signed.
        """
        if not self.private.exists():
            key = Ed25519PrivateKey.generate()
            known = self.public.read_bytes() if self.public.exists() else b""
            public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            self.public.write_bytes(known + public)
            write_private(self.private, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
        return self.private
