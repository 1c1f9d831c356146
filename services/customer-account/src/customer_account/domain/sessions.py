"""When a sign-in may go on, when a session is over, and what a platform token says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any
from uuid import UUID

from common.contracts.people.sign_in import Level, SignInRefused

COMING_BACK = timedelta(minutes=30)  # proving who one is takes its time
LONGEST = timedelta(hours=8)
IDLE = timedelta(minutes=30)
GOOD_FOR = 300  # seconds, of a token


def digest(secret: str | None) -> str:
    """How a secret of a browser is kept. What is not sent fits nothing."""
    return sha256((secret or "").encode()).hexdigest()


def check_coming_back(
    *, browser_hash: str, expected: str, ends_at: datetime, used: bool, code: str | None, now: datetime
) -> str:
    """The code that the provider gave. Raises SignInRefused for another browser, for the second time, or too late."""
    if used or now >= ends_at or code is None or not compare_digest(browser_hash, expected):
        raise SignInRefused
    return code


def is_open(
    *, ended_at: datetime | None, seen_at: datetime, ends_at: datetime, now: datetime, idle: timedelta = IDLE
) -> bool:
    """Whether somebody is still signed in."""
    return ended_at is None and now < ends_at and now < seen_at + idle


def claims(
    *,
    issuer: str,
    audiences: Iterable[str],
    subject: str,
    role: str,
    councils: Iterable[str],
    session_id: UUID | None,
    level: Level,
    now: int,
) -> dict[str, Any]:
    """What a token of whoever signed in says. `now` is in real seconds."""
    return {
        "iss": issuer,
        "sub": subject,
        "aud": list(audiences),
        "role": role,
        "councils": list(councils),
        "level": level.value,
        "iat": now,
        "nbf": now,
        "exp": now + GOOD_FOR,
        **({"sid": str(session_id)} if session_id else {}),
    }
