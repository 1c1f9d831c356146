"""The keys that residents' tokens are signed with: the current one, the next and the one before, in one private file.

All three are published, so that a token is known everywhere before and after a rotation.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from common.runtime.settings import CannotServe

APART = timedelta(minutes=10)  # longer than a token lives, and than others keep published keys


class TooSoon(Exception):
    """The keys were rotated a moment ago: tokens that the key before signed are still in use."""


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """What is in the file. `previous` is None until the first rotation."""

    current: ECKey
    next: ECKey
    previous: ECKey | None
    rotated_at: datetime

    def published(self) -> list[dict[str, Any]]:
        """The public halves, as a JWK set has them."""
        known = (self.current, self.next, self.previous)
        return [{**key.as_dict(private=False), "use": "sig", "alg": "ES256"} for key in known if key]

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "ES256", "kid": self.current.kid}, claims, self.current)

    def rotated(self, now: datetime, *, at_once: bool = False) -> SigningKeys:
        """The next key is the current one from now on. Raises TooSoon, unless it is to be done `at_once`."""
        if not at_once and now - self.rotated_at < APART:
            raise TooSoon
        return SigningKeys(self.next, _new(), self.current, now)


def begun() -> SigningKeys:
    """Keys of somebody who never signed anything."""
    return SigningKeys(_new(), _new(), None, datetime(2000, 1, 1, tzinfo=UTC))


def read_signing_keys(file: Path) -> SigningKeys:
    """The keys as they are in the file now. Raises CannotServe where it does not hold them."""
    try:
        return _read(file, file.stat().st_mtime_ns)
    except (OSError, KeyError, TypeError, ValueError, JoseError) as fault:
        raise CannotServe(f"{file} holds no signing keys: {type(fault).__name__}") from None


def write_signing_keys(file: Path, keys: SigningKeys) -> None:
    """Replace the file, which only its owner may read: whoever reads it meanwhile finds the old keys or the new ones."""
    told = {name: getattr(keys, name) for name in ("current", "next", "previous")}
    written = {name: key.as_dict(private=True) if key else None for name, key in told.items()}
    draft = file.with_suffix(".draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as out:
        if file.exists():  # whoever changes the key is seldom who signs with it
            os.fchown(handle, file.stat().st_uid, file.stat().st_gid)
        json.dump({**written, "rotated_at": keys.rotated_at.isoformat()}, out)
    draft.replace(file)


@lru_cache(maxsize=8)
def _read(file: Path, changed: int) -> SigningKeys:
    told = json.loads(file.read_text())
    current, following = (ECKey.import_key(told[name]) for name in ("current", "next"))
    previous = ECKey.import_key(told["previous"]) if told["previous"] else None
    return SigningKeys(current, following, previous, datetime.fromisoformat(told["rotated_at"]))


def _new() -> ECKey:
    return ECKey.generate_key("P-256", auto_kid=True)
