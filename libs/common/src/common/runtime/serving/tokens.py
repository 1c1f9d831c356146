"""Reading a platform token: the one thing a service trusts about who is asking."""

from __future__ import annotations

import json
import re
import time
from collections import OrderedDict
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from common.runtime.keys import Keys, KeysAway, keys_at
from common.runtime.principal import OFFICIAL, Acting, Principal
from common.runtime.problems import NotNow
from common.runtime.rules import May, NotSignedIn
from common.runtime.settings import Settings
from common.runtime.signing import read_signing_keys

ALGORITHMS = ["ES256"]  # what platform tokens are signed with; nothing else is even tried
SKEW = 30  # seconds
LONGEST = 300  # seconds that a session's token may still be good for: so long is it remembered that the session ended
MOST_REMEMBERED = 4096
CODE = re.compile(r"^[a-z][a-z0-9_]{0,63}$")
SLUG = re.compile(r"^[a-z][a-z0-9-]{0,63}$")
ROLES = frozenset({"resident", "officer", "partner", "reviewer", "operator", "administrator"})


@dataclass(frozen=True, slots=True)
class Trusted:
    """Somebody who signs tokens: by these keys, for these roles."""

    issuer: str
    keys: Keys
    roles: frozenset[str] = ROLES


def trusted(told: Settings) -> list[Trusted]:
    """Who signs tokens on this platform: its issuer, and the one that residents sign in with, and staff where that is told."""
    found = [Trusted(told.issuer, keys_at(told.issuer_keys))]
    if told.resident_issuer and told.resident_issuer_keys:
        roles = {"resident", *(OFFICIAL if told.staff_sign_in else ())}
        found.append(Trusted(told.resident_issuer, keys_at(told.resident_issuer_keys), frozenset(roles)))
    if (
        told.partner_issuer and told.signing_keys_file
    ):  # who gives tokens to partners takes them too, and nobody else does
        file = told.signing_keys_file
        found.append(
            Trusted(told.partner_issuer, Keys(partial(_own, file), fresh=1.0, pause=0.1), frozenset({"partner"}))
        )
    return found


async def _own(file: Path) -> dict[str, Any]:
    return {"keys": read_signing_keys(file).published()}


class Tokens:
    """Verifies tokens for one audience. A token once verified is remembered until it expires or its session `ended`."""

    def __init__(
        self, issuers: Sequence[Trusted], *, audience: str, ended: Sequence[Container[UUID | None]] = ()
    ) -> None:
        self.issuers = {each.issuer: each for each in issuers}
        self.audience = audience
        self.ended = ended
        self._verified_with: dict[str, KeySet] = {}
        self._known: OrderedDict[str, tuple[float, Principal]] = OrderedDict()

    async def read(self, token: str) -> Principal:
        """Who the token says is asking. Raises NotSignedIn, always with the same words."""
        known = self._known.get(token)
        principal = known[1] if known and known[0] > time.time() else await self._verified(token)
        if any(principal.session in each for each in self.ended):
            raise NotSignedIn
        return principal

    async def _verified(self, token: str) -> Principal:
        try:
            unread = jws.extract_compact(token.encode())
            issuer = self.issuers[json.loads(unread.payload)["iss"]]
            claims = jwt.decode(token, await self._keys(issuer, unread.headers().get("kid")), ALGORITHMS).claims
            self._check(claims, issuer)
            principal = _principal(claims)
        except KeysAway:
            raise NotNow from None
        except (JoseError, KeyError, TypeError, ValueError, AttributeError) as fault:
            raise NotSignedIn from fault
        self._remember(token, claims["exp"], principal)
        return principal

    def _check(self, claims: dict[str, Any], issuer: Trusted) -> None:
        now = time.time()  # tokens keep real time, whatever the platform's clock says
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        ok = (
            claims["iss"] == issuer.issuer
            and self.audience in audience
            and claims["role"] in issuer.roles
            and float(claims["exp"]) > now - SKEW
            and float(claims["nbf"]) < now + SKEW
            and ("sid" not in claims or float(claims["exp"]) <= now + LONGEST + SKEW)
        )
        if not ok:
            raise ValueError("not for us, or not now")

    async def _keys(self, issuer: Trusted, key_id: str | None) -> KeySet:
        keys = await issuer.keys.having(key_id)
        if (
            self._verified_with.get(issuer.issuer) is not keys
        ):  # others than before: what they vouched for is asked again
            self._known.clear()
            self._verified_with[issuer.issuer] = keys
        return keys

    def _remember(self, token: str, expires: float, principal: Principal) -> None:
        self._known[token] = (float(expires) + SKEW, principal)
        if len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)


def _principal(claims: dict[str, Any]) -> Principal:
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
        session=UUID(claims["sid"]) if "sid" in claims else None,
        acting=_acting(claims),
        client=UUID(claims["client_id"]) if "client_id" in claims else None,
        requests_a_minute=int(claims["requests_a_minute"]) if "requests_a_minute" in claims else None,
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
