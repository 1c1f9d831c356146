"""What our provider signs, right or, with one poison, wrong. Nothing here listens to anything."""

from __future__ import annotations

import hmac
import json
import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

POISONS = (
    "issuer",
    "audience",
    "algorithm",
    "signature",
    "expired",
    "not_yet_valid",
    "nonce",
    "vot",
    "replayed_code",
    "core_identity",
)
CORE_IDENTITY = "https://vocab.account.gov.uk/v1/coreIdentityJWT"
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
CLIENT = "onedoor"


@dataclass(frozen=True)
class Asked:
    """One authorization request, and who answered it."""

    subject: str
    redirect_uri: str
    nonce: str
    challenge: str
    vtr: str | None
    groups: tuple[str, ...] = ()
    session: str = field(default_factory=lambda: secrets.token_urlsafe(8))


class Words:
    """Signs what it says; `poison` is what is wrong with it, one of POISONS."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.poison: str | None = None
        self.key = ECKey.generate_key("P-256", auto_kid=True)
        self.identity_key = ECKey.generate_key("P-256", {"kid": f"did:web:{url}#identity"})
        self._stranger = ECKey.generate_key("P-256", {"kid": str(self.key.kid)})

    @property
    def identity_issuer(self) -> str:
        return f"{self.url}/identity/"

    def keys(self) -> dict[str, Any]:
        return dict(KeySet([self.key]).as_dict(private=False))

    def document(self) -> dict[str, Any]:
        """The DID document with the key that proofs of identity are signed with."""
        method = {"id": self.identity_key.kid, "publicKeyJwk": self.identity_key.as_dict(private=False)}
        return {"id": f"did:web:{self.url}", "assertionMethod": [method]}

    def id_token(self, asked: Asked) -> str:
        claims = self._claims(asked.subject) | {"nonce": asked.nonce, "sid": asked.session}
        if asked.groups:
            claims["groups"] = list(asked.groups)
        if asked.vtr:
            claims["vot"] = "Cl.Cm"  # whatever was proven: how sure it is of that is in the proof alone
        return self._signed(claims)

    def core_identity(self, asked: Asked) -> str:
        """The proof of identity, with the names and dates that a provider puts into it."""
        known = {"name": [{"nameParts": [{"type": "GivenName", "value": "Margaret"}]}]}
        claims = self._claims(asked.subject) | {"iss": self.identity_issuer, "vot": "P2"}
        claims["vc"] = {"type": ["VerifiableCredential"], "credentialSubject": known}
        if self.poison == "core_identity":
            claims["vot"] = "P1"
        return jwt.encode({"alg": "ES256", "kid": self.identity_key.kid}, claims, self.identity_key)

    def logout_token(self, subject: str, session: str | None) -> str:
        claims = self._claims(subject) | {"jti": secrets.token_urlsafe(8), "events": {LOGOUT: {}}}
        return self._signed(claims | ({"sid": session} if session else {}))

    def _claims(self, subject: str) -> dict[str, Any]:
        now = int(time.time())
        return {"iss": self.url, "sub": subject, "aud": CLIENT, "iat": now, "nbf": now, "exp": now + 300}

    def _signed(self, claims: dict[str, Any]) -> str:
        said = claims | _wrong(self.poison)
        if self.poison == "algorithm":
            return self._signed_with_what_everybody_knows(said)
        key = self._stranger if self.poison == "signature" else self.key
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, said, key)

    def _signed_with_what_everybody_knows(self, claims: dict[str, Any]) -> str:
        """The public key taken for a secret, by hand: no library would do it."""
        head = {"alg": "HS256", "kid": self.key.kid}
        said = b".".join(_encoded(json.dumps(part).encode()) for part in (head, claims))
        mac = hmac.digest(self.key.as_pem(private=False), said, "sha256")
        return b".".join((said, _encoded(mac))).decode()


def _encoded(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


def _wrong(poison: str | None) -> dict[str, Any]:
    """The claims that a poison puts in place of the right ones."""
    now = int(time.time())
    claims: dict[str, dict[str, Any]] = {
        "issuer": {"iss": "https://elsewhere.example/"},
        "audience": {"aud": "somebody-else"},
        "expired": {"exp": now - 120},
        "not_yet_valid": {"iat": now + 600, "nbf": now + 600},
        "nonce": {"nonce": "another"},
        "vot": {"vot": "Cl"},
    }
    return claims.get(poison or "", {})
