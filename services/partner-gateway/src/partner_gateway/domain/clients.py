"""Which keys are taken, whether an assertion is in order, what a token says. No I/O; the moments are given."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from common.contracts.partners.clients import (
    ASSERTION,
    AskToken,
    InvalidClient,
    InvalidScope,
    InvalidTokenRequest,
    NotAPublicKey,
    PrivateKeySent,
    PublicKey,
    UnsupportedGrantType,
)
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

ALGORITHMS = ["ES256", "PS256"]
SMALLEST = 2048  # bits of an RSA key, of which its modulus has six in a sign
SKEW = 30  # seconds
LONGEST_ASSERTION = 600  # seconds from when we read it to when it expires
GOOD_FOR = 300  # seconds, of a token
MOST_KEYS = 4
MOST_CLIENTS = 20


@dataclass(frozen=True, slots=True)
class Signs:
    """A key of a client, as far as it decides whether something signed with it is taken."""

    id: UUID
    kid: str
    alg: str
    jwk: Mapping[str, Any]
    until: datetime | None
    revoked_at: datetime | None

    def taken(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.until is None or now < self.until)


def readable(key: PublicKey) -> tuple[str, dict[str, Any]]:
    """The algorithm of a key, and its public half as it is kept. Raises PrivateKeySent or NotAPublicKey."""
    if key.d is not None:
        raise PrivateKeySent
    told = key.model_dump(exclude_none=True, include={"kty", "crv", "x", "y", "n", "e"})
    algorithm = "ES256" if key.kty == "EC" else "PS256"
    if key.alg not in (None, algorithm):
        raise NotAPublicKey
    if key.kty == "RSA" and len((key.n or "").rstrip("=")) * 6 < SMALLEST:
        raise NotAPublicKey(f"An RSA key has {SMALLEST} bits or more.")
    try:
        read = ECKey.import_key(told) if key.kty == "EC" else RSAKey.import_key(told)
    except (JoseError, KeyError, TypeError, ValueError):
        raise NotAPublicKey from None
    if isinstance(read, RSAKey) and read.raw_value.key_size < SMALLEST:  # its first bits may be none
        raise NotAPublicKey
    return algorithm, {**read.as_dict(private=False), "kid": key.kid}


def check_asked(asked: AskToken) -> None:
    """Raises UnsupportedGrantType or InvalidTokenRequest."""
    if asked.grant_type != "client_credentials":
        raise UnsupportedGrantType
    if asked.client_assertion_type != ASSERTION or not asked.client_assertion:
        raise InvalidTokenRequest


def claimed_client(asked: AskToken) -> UUID:
    """Whose assertion it says it is, before anything of it is believed. Raises InvalidClient."""
    try:
        unread = json.loads(jws.extract_compact(asked.client_assertion.encode()).payload)
        client = UUID(str(unread["sub"]))
    except (JoseError, KeyError, TypeError, ValueError):
        raise InvalidClient from None
    if asked.client_id not in (None, str(client)):
        raise InvalidClient
    return client


def verified(
    asked: AskToken, client: UUID, keys: Sequence[Signs], *, audiences: Collection[str], now: datetime, seconds: float
) -> tuple[Signs, Mapping[str, Any]]:
    """The key it was signed with, and what it says. `seconds` is real time: assertions keep it. Raises InvalidClient.

    Why it is not taken is told only of what the client did sign.
    """
    try:
        header = jws.extract_compact(asked.client_assertion.encode()).headers()
        [key] = [each for each in keys if each.kid == header["kid"] and each.taken(now)]
        read = ECKey.import_key(dict(key.jwk)) if key.alg == "ES256" else RSAKey.import_key(dict(key.jwk))
        claims = jwt.decode(asked.client_assertion, read, [key.alg]).claims
    except (JoseError, KeyError, TypeError, ValueError):
        raise InvalidClient from None
    if wrong := _wrong(claims, client, audiences=audiences, seconds=seconds):
        raise InvalidClient(wrong)
    return key, claims


def _wrong(claims: Mapping[str, Any], client: UUID, *, audiences: Collection[str], seconds: float) -> str:
    """What is wrong with an assertion, in words for whoever makes them; nothing where it is in order."""
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    expires, begins = _moment(claims.get("exp")), _moment(claims.get("nbf", 0))
    if claims.get("iss") != str(client) or claims.get("sub") != str(client):
        return "iss and sub are the client's id."
    if not any(each in audiences for each in named):
        return "aud is our issuer or the token endpoint."
    if expires is None or begins is None or expires <= seconds - SKEW or begins > seconds + SKEW:
        return "The assertion has expired, or does not begin yet."
    if expires > seconds + LONGEST_ASSERTION + SKEW:
        return "An assertion is good for ten minutes at most."
    if not isinstance(claims.get("jti"), str) or not 8 <= len(claims["jti"]) <= 200:
        return "jti is a text of 8 to 200 signs, and another in each assertion."
    return ""


def _moment(value: Any) -> float | None:
    """Seconds since 1970, where that is what is said."""
    number = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**40
    return float(value) if number else None


def digest(client: UUID, claims: Mapping[str, Any]) -> str:
    """By what it is known that an assertion was used."""
    return sha256(f"{client}:{claims['jti']}".encode()).hexdigest()


def granted(scopes: Iterable[str], asked: str | None) -> list[str]:
    """What a token allows: all that the client may, or what of it was asked for. Raises InvalidScope."""
    may = {*scopes}
    wanted = {*asked.split()} if asked and asked.strip() else may
    if not wanted <= may:
        raise InvalidScope
    return sorted(wanted)


def claims_of(
    *, issuer: str, audience: str, partner: str, councils: Iterable[str], client: UUID, key: UUID, now: int
) -> dict[str, Any]:
    """What a partner's token says beside its permissions and limit. It is over with its key."""
    return {
        "iss": issuer,
        "sub": partner,
        "aud": [audience],
        "role": "partner",
        "councils": sorted(councils),
        "client_id": str(client),
        "sid": str(key),
        "iat": now,
        "nbf": now,
        "exp": now + GOOD_FOR,
    }
