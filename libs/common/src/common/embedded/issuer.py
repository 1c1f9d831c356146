"""A local issuer of platform tokens, for the embedded and test profiles only. Production refuses what it issues."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import ECKey

ISSUER = "onedoor-local:issuer"
RESIDENTS = "onedoor-local:account"  # who signs residents' tokens here, once they signed in
PARTNERS = "http://partner-gateway"  # who signs those of partners' systems, in tests
SERVICES = ("customer-account", "case-crm", "feedback", "partner-gateway", "review-engine")

# What each role may do where nothing narrower is asked for. Of an officer: nothing that needs clearance (`protection:read`,
# `protection:write`), which is named where it is given, nor what is a matter of law (`rights:decide`, `holds:write`).
PERMISSIONS = {
    "officer": (
        "persons:read persons:write cases:read cases:write history:write feedback:read "
        "partners:read partners:write directory:write referrals:read referrals:write secrecy:write access:answer "
        "accounts:write deaths:write persons:merge duplicates:decide rights:decide teams:write "
        "locations:write"
    ),
    "partner": "referrals:read referrals:write deliveries:read deliveries:write directory:read clients:write",
    "reviewer": "evidence:read",
    "operator": "operations:read",
    "administrator": "definitions:write partners:write directory:write outbox:read",
    "resident": "",
}


class Issuer:
    """Keeps a signing key under `home` and publishes its public half beside it."""

    def __init__(self, home: Path) -> None:
        self.private = home / "issuer-private.json"
        self.public = home / "issuer-keys.json"

    def ensure(self) -> Path:
        """Make the key where it is missing. Gives the file of public keys."""
        if not self.private.exists():
            key = ECKey.generate_key("P-256", auto_kid=True)
            self.private.parent.mkdir(parents=True, exist_ok=True)
            self.private.touch(mode=0o600)
            self.private.write_text(json.dumps(key.as_dict(private=True)))
            self.public.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
        return self.public

    def token(
        self,
        role: str,
        *,
        subject: str,
        councils: Iterable[str],
        permissions: Iterable[str] | None = None,
        level: str = "medium",
        seconds: int = 300,
        audience: Iterable[str] = SERVICES,
        issuer: str = ISSUER,
        session: UUID | None = None,
        acting: Mapping[str, Any] | None = None,
    ) -> str:
        """A bearer for `role`. `subject` is the person's id for residents, anything that names the caller otherwise.

        `acting` are the claims `act` and `acts` of somebody who acts for the subject.
        """
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": issuer,
            "sub": subject,
            "aud": list(audience),
            "iat": now,
            "nbf": now,
            "exp": now + seconds,
            "role": role,
            "councils": list(councils),
            "level": level,
            "permissions": list(PERMISSIONS[role].split() if permissions is None else permissions),
            **(acting or {}),
        }
        if session:
            claims["sid"] = str(session)
        key = ECKey.import_key(json.loads(self.private.read_text()))
        return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key)
