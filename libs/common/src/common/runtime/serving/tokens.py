"""Reading a platform token: the one thing a service trusts about who is asking."""

from __future__ import annotations

import json
import re
import time
from collections import OrderedDict
from pathlib import Path
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from common.runtime.principal import Acting, Principal
from common.runtime.rules import May, NotSignedIn

ALGORITHMS = ["ES256"]  # what platform tokens are signed with; nothing else is even tried
SKEW = 30  # seconds
MOST_REMEMBERED = 4096
CODE = re.compile(r"^[a-z][a-z0-9_]{0,63}$")
SLUG = re.compile(r"^[a-z][a-z0-9-]{0,63}$")
ROLES = frozenset({"resident", "officer", "partner", "reviewer", "operator", "administrator"})


class Tokens:
    """Verifies tokens of one issuer for one audience. A token once verified is remembered until it expires."""

    def __init__(self, *, issuer: str, keys: Path, audience: str) -> None:
        self.issuer = issuer
        self.keys = keys
        self.audience = audience
        self._read_at = 0
        self._set: KeySet | None = None
        self._known: OrderedDict[str, tuple[float, Principal]] = OrderedDict()

    def read(self, token: str) -> Principal:
        """Who the token says is asking. Raises NotSignedIn, always with the same words."""
        known = self._known.get(token)
        if known and known[0] > time.time():
            return known[1]
        try:
            claims = jwt.decode(token, self._keys(), algorithms=ALGORITHMS).claims
            self._check(claims)
            principal = _principal(claims)
        except (JoseError, KeyError, TypeError, ValueError, AttributeError) as fault:
            raise NotSignedIn from fault
        self._remember(token, claims["exp"], principal)
        return principal

    def _check(self, claims: dict[str, Any]) -> None:
        now = time.time()  # tokens keep real time, whatever the platform's clock says
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        ok = (
            claims["iss"] == self.issuer
            and self.audience in audience
            and float(claims["exp"]) > now - SKEW
            and float(claims["nbf"]) < now + SKEW
        )
        if not ok:
            raise ValueError("not for us, or not now")

    def _keys(self) -> KeySet:
        changed = self.keys.stat().st_mtime_ns
        if self._set is None or changed != self._read_at:
            self._set = KeySet.import_key_set(json.loads(self.keys.read_text()))
            self._read_at = changed
            self._known.clear()
        return self._set

    def _remember(self, token: str, expires: float, principal: Principal) -> None:
        self._known[token] = (float(expires) + SKEW, principal)
        if len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)


def _principal(claims: dict[str, Any]) -> Principal:
    if claims["role"] not in ROLES:
        raise ValueError("no such role")
    if not all(
        SLUG.match(str(name))
        for name in (*claims["councils"], *([claims["sub"]] if claims["role"] == "partner" else []))
    ):
        raise ValueError("councils and partners are named by slugs")
    councils = tuple(str(council) for council in claims["councils"])
    person = UUID(claims["sub"]) if claims["role"] == "resident" else None
    return Principal(
        role=claims["role"],
        id=str(claims["sub"]),
        council=councils[0] if len(councils) == 1 else None,
        councils=councils,
        person_id=person,
        level=str(claims.get("level", "none")),
        permissions=frozenset(claims.get("permissions", ())),
        acting=_acting(claims),
    )


def _acting(claims: dict[str, Any]) -> Acting | None:
    """Who acts for the subject (RFC 8693), and what `acts` lets them do. Both are there and as they should be, or neither is."""
    if "act" not in claims and "acts" not in claims:
        return None
    actor, scope = claims["act"], claims["acts"]
    acting = Acting(
        person_id=UUID(actor["sub"]),
        representation_id=UUID(scope["representation"]),
        kind=str(scope["kind"]),
        may=frozenset(May(each) for each in scope["may"]),
        services=None if scope["services"] == "all" else frozenset(scope["services"]),
    )
    named = {acting.kind, *(acting.services or ())}
    if claims["role"] != "resident" or set(actor) != {"sub"} or acting.person_id == UUID(claims["sub"]):
        raise ValueError("somebody acts for a resident who is another person, and nobody for those who act")
    if not all(CODE.match(each) for each in named) or not acting.may:
        raise ValueError("kinds and services are named by codes, and somebody who acts may do something")
    return acting
