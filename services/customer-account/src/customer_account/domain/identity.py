"""What a provider says, checked: an ID token, the proof of identity, the notice of a logout. Times are real seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from common.contracts.people.sign_in import Level
from joserfc import jws, jwt
from joserfc.errors import BadSignatureError, ClaimError, ExpiredTokenError, InvalidClaimError, JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from customer_account.domain.providers import AUTHENTICATED, PROVEN, ProviderTold, StaffTold

LEEWAY = 30  # seconds between two clocks
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
LONGEST = 300  # seconds a logout token may be old
_WORDS = {"iss": "issuer", "aud": "audience", "nbf": "not_yet_valid", "iat": "not_yet_valid", "exp": "expired"}


class Unproven(Exception):
    """What a provider said is not to be believed. `why` is one word for operators: the caller is never told."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in: the provider's own name for them, and how sure it is; of staff their groups. Nothing else is taken."""

    issuer: str
    subject: str
    session: str | None
    level: Level = Level.MEDIUM
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Gone:
    """Who signed out at the provider: in one session, or (None) in all."""

    issuer: str
    subject: str
    session: str | None


def from_id_token(token: str, keys: KeySet, provider: ProviderTold, *, nonce: str, now: int) -> Identity:
    """Whom an ID token names. Raises Unproven."""
    claims = _claims(token, keys, provider.algorithm, _expected(provider, nonce=nonce), now=now)
    if provider.speaks == "one-login" and claims.get("vot") != AUTHENTICATED:
        raise Unproven("vot")
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != provider.client_id:
        raise Unproven("audience")
    return Identity(claims["iss"], claims["sub"], _session(claims), groups=groups_of(claims, provider))


def proven(identity: Identity, token: Any, keys: KeySet, provider: ProviderTold, *, now: int) -> Identity:
    """The same, as somebody whose identity was proven. Raises Unproven. The names and dates in the proof are not kept."""
    if provider.identity is None or not isinstance(token, str):
        raise Unproven("core_identity")
    expected = _expected(provider, iss=provider.identity.issuer, sub=identity.subject, vot=PROVEN)
    try:
        _claims(token, keys, "ES256", expected, now=now)
    except Unproven as fault:
        raise Unproven(f"core_identity: {fault.why}") from fault
    return replace(identity, level=Level.HIGH)


def same_person(identity: Identity, subject: Any) -> None:
    """Raises Unproven where two answers of a provider are about two people."""
    if identity.subject != subject:
        raise Unproven("subject")


def gone(token: str, keys: KeySet, provider: ProviderTold, *, now: int) -> Gone:
    """Whom a logout token names. Raises Unproven."""
    expected = {**_expected(provider), "jti": {"essential": True}, "events": {"essential": True}}
    claims = _claims(token, keys, provider.algorithm, expected, now=now)
    events = claims["events"]
    if not isinstance(events, dict) or LOGOUT not in events or "nonce" in claims or claims["iat"] < now - LONGEST:
        raise Unproven("logout")
    return Gone(claims["iss"], claims["sub"], _session(claims))


def key_id_of(token: Any) -> str | None:
    """Which key a token says it is signed with. Raises Unproven where it is no token."""
    try:
        named = jws.extract_compact(token.encode()).headers().get("kid")
    except (JoseError, ValueError, AttributeError) as fault:
        raise Unproven("not_a_token") from fault
    return named if isinstance(named, str) else None


def _expected(provider: ProviderTold, **more: str) -> dict[str, Any]:
    exact = {"iss": provider.issuer, "aud": provider.client_id, **more}
    required = {name: {"essential": True} for name in ("sub", "exp", "iat")}
    return required | {name: {"essential": True, "value": value} for name, value in exact.items()}


def _claims(token: str, keys: KeySet, algorithm: str, expected: dict[str, Any], *, now: int) -> Mapping[str, Any]:
    try:
        if jws.extract_compact(token.encode()).headers().get("alg") != algorithm:
            raise Unproven("algorithm")
        claims = jwt.decode(token, keys, algorithms=[algorithm]).claims
        JWTClaimsRegistry(now=now, leeway=LEEWAY, **expected).validate(claims)
    except BadSignatureError as fault:
        raise Unproven("signature") from fault
    except ExpiredTokenError as fault:
        raise Unproven("expired") from fault
    except InvalidClaimError as fault:
        raise Unproven(_WORDS.get(fault.claim, fault.claim)) from fault
    except (ClaimError, JoseError, ValueError, AttributeError) as fault:
        raise Unproven("not_a_token") from fault
    return claims


def groups_of(claims: Mapping[str, Any], provider: ProviderTold) -> frozenset[str]:
    """The groups that staff are in: a list, or where there is one, with some providers, its name."""
    said = claims.get(provider.groups_claim) if isinstance(provider, StaffTold) else None
    return frozenset(each for each in (said if isinstance(said, list) else [said]) if isinstance(each, str))


def _session(claims: Mapping[str, Any]) -> str | None:
    named = claims.get("sid")
    return named if isinstance(named, str) else None
