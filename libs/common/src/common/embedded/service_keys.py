"""The secrets that each service of a local platform seals with. Elsewhere operators make their own."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64encode
from pathlib import Path

from common.embedded.private_files import write_private
from common.runtime.keeping.secrets import Secrets


class ServiceKeys:
    """Keeps one file of secrets for each service in the folder `keys` under `home`: a line of 32 random bytes in base64.

    Beside it are their public keys: people's keys are granted sealed to those.
    """

    def __init__(self, home: Path) -> None:
        self.folder = home / "keys"
        self.public = home / "public-keys.json"

    def file(self, service: str) -> Path:
        return self.folder / service

    def ensure(self, service: str) -> Path:
        """Make a service's file where it is missing, and list its public key. Gives the file."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        file = self.file(service)
        if not file.exists():
            write_private(file, new_secret())
        known = json.loads(self.public.read_text()) if self.public.exists() else {}
        draft = self.public.with_suffix(".draft")
        draft.write_text(json.dumps(known | {service: Secrets.of(file).public}, indent=1))
        draft.replace(self.public)
        return file


def new_secret() -> str:
    """A line of such a file."""
    return urlsafe_b64encode(os.urandom(32)).decode() + "\n"
