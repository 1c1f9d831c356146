"""The folder that one local platform keeps everything in: paths, secrets, who holds it. No process is started here."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.embedded.audit_key import AuditKey
from common.embedded.cannot_start import CannotStart, telling_why
from common.embedded.private_files import write_private

_EVERYBODYS = "roles"  # the one password that all database roles of a home once had
_A_MOMENT = 0.5  # seconds that somebody who only looks may hold the lock


@dataclass(frozen=True)
class Home:
    """`.onedoor/` in the current folder, or what `ONEDOOR_HOME` names."""

    root: Path

    @classmethod
    def from_environment(cls) -> Home:
        return cls(Path(os.environ.get("ONEDOOR_HOME") or ".onedoor").absolute())

    @property
    def councils(self) -> Path:
        return self.root / "councils.yaml"

    @property
    def clock(self) -> Path:
        return self.root / "clock.json"

    @property
    def audit_keys(self) -> Path:
        """The public keys that who looked was sealed with here."""
        return AuditKey(self.root).public

    @property
    def signing_keys(self) -> Path:
        """The private keys that residents' tokens are signed with here."""
        return self.root / "signing-keys.json"

    @property
    def partner_signing_keys(self) -> Path:
        """The private keys that the tokens of partners' systems are signed with here."""
        return self.root / "partner-signing-keys.json"

    @property
    def sign_in(self) -> Path:
        """The ways to sign in."""
        return self.root / "sign-in.yaml"

    @property
    def traces(self) -> Path:
        return self.root / "traces"

    @property
    def prepared(self) -> Path:
        """What the preparation found out about the services."""
        return self.root / "prepared.json"

    @property
    def seeded(self) -> Path:
        """Exists once the demo was seeded."""
        return self.root / "seeded"

    @property
    def restored(self) -> Path:
        """Names the services whose databases were restored, until the next start has told them."""
        return self.root / "restored.json"

    def passwords(self, package: str) -> Path:
        """The passwords of a service's login roles, as PostgreSQL's drivers read them. The owner's is not among them."""
        return self.root / "passwords" / package

    def log(self, name: str) -> Path:
        return self.root / "logs" / f"{name}.log"

    def make(self) -> None:
        """Make the folder. Raises CannotStart where that is not possible."""
        with telling_why(self.root):
            self.root.mkdir(parents=True, exist_ok=True)

    def make_secrets(self, names: Iterable[str]) -> None:
        """Make the passwords that are missing, each its own."""
        kept = self._secrets()
        made = {name: secrets.token_hex(16) for name in names if name not in kept}
        if made or _EVERYBODYS in kept:
            self.write(self._secrets_file, {name: kept[name] for name in kept if name != _EVERYBODYS} | made)

    def secret(self, name: str) -> str:
        """A password of this home, the same for ever once it was made."""
        return self._secrets()[name]

    def _secrets(self) -> dict[str, str]:
        known: dict[str, str] = json.loads(self._secrets_file.read_text()) if self._secrets_file.exists() else {}
        return known

    @property
    def _secrets_file(self) -> Path:
        return self.root / "secrets.json"

    def write(self, file: Path, content: Any) -> None:
        """Replace a JSON file that only we may read."""
        self.write_text(file, json.dumps(content, indent=1))

    def write_text(self, file: Path, text: str) -> None:
        """Replace a file that only we may read. Readers see the old one or the new one, never half of it."""
        draft = file.with_suffix(".draft")
        with telling_why(self.root):
            file.parent.mkdir(mode=0o700, exist_ok=True)
            write_private(draft, text)
            draft.replace(file)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the home as its one supervisor. Raises CannotStart while another one does."""
        self.make()
        with telling_why(self.root):
            lock = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._take(lock)
            yield
        finally:
            os.close(lock)

    def holder(self) -> int | None:
        """The process id of the supervisor that holds this home now; None where nothing runs."""
        try:
            lock = os.open(self._lock, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            return None if _locked(lock, fcntl.LOCK_SH) else int(os.pread(lock, 20, 0) or 0)
        finally:
            os.close(lock)

    @property
    def _lock(self) -> Path:
        return self.root / "up.lock"

    def _take(self, lock: int) -> None:
        give_up = time.monotonic() + _A_MOMENT
        while not _locked(lock, fcntl.LOCK_EX):
            if time.monotonic() > give_up:
                raise CannotStart(f"Onedoor is already running from {self.root} (process {self.holder()})")
            time.sleep(0.02)
        with telling_why(self.root):
            os.ftruncate(lock, 0)
            os.pwrite(lock, str(os.getpid()).encode(), 0)


def _locked(lock: int, how: int) -> bool:
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
