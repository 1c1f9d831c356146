"""Asking a provider who somebody is: OpenID Connect, as GOV.UK One Login and others speak it."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from common.contracts.people.sign_in import ProviderAway
from common.runtime.keys import Keys, KeysAway, client, get_json
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from customer_account.domain import identity as checks
from customer_account.domain.identity import Gone, Identity, Unproven
from customer_account.domain.providers import CORE_IDENTITY, ProviderTold, keys_of_document

log = logging.getLogger(__name__)
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
REFUSED = frozenset({400, 401, 403})
WORD = re.compile(r"[a-z_]{1,40}")
FRESH = 3600.0  # seconds for which a provider's addresses are taken as they are


@dataclass(frozen=True, slots=True)
class Attempt:
    """A browser that came back with a code, and what it was sent out with."""

    code: str
    return_to: str
    nonce: str
    verifier: str
    identity: bool


@cache
def provider_of(told: ProviderTold) -> Provider:
    """The provider, with what is known of its addresses and keys."""
    return Provider(told)


class Provider:
    """One provider. Whatever it does not answer, or answers otherwise than agreed, is ProviderAway or Unproven."""

    def __init__(self, told: ProviderTold) -> None:
        self.told = told
        self._found: Mapping[str, Any] = {}
        self._found_at = -FRESH
        self._keys = Keys(self._published)
        self._identity_keys = Keys(self._document)

    async def address(self, name: str) -> str:
        """One of its addresses, such as `authorization_endpoint`, from its discovery document. Raises ProviderAway."""
        if time.monotonic() - self._found_at >= FRESH:
            try:
                found = await get_json(f"{self.told.issuer.rstrip('/')}/.well-known/openid-configuration")
            except (httpx.HTTPError, ValueError) as fault:
                raise self._away(fault) from fault
            if found.get("issuer") != self.told.issuer:
                raise self._away(ValueError("another issuer"))
            self._found, self._found_at = found, time.monotonic()
        if not isinstance(found_at := self._found.get(name), str):
            raise self._away(KeyError(name))
        return found_at

    async def who(self, attempt: Attempt) -> Identity:
        """Who came back. Raises Unproven or ProviderAway."""
        told = await self._tokens(attempt)
        token, now = told.get("id_token"), int(time.time())
        keys = await self._having(self._keys, token)
        identity = checks.from_id_token(str(token), keys, self.told, nonce=attempt.nonce, now=now)
        if not attempt.identity:
            return identity
        about = await self._user_info(told.get("access_token"))
        checks.same_person(identity, about.get("sub"))
        proof = about.get(CORE_IDENTITY)
        return checks.proven(identity, proof, await self._having(self._identity_keys, proof), self.told, now=now)

    async def gone(self, token: str) -> Gone:
        """Who signed out there, by its notice. Raises Unproven or ProviderAway."""
        return checks.gone(token, await self._having(self._keys, token), self.told, now=int(time.time()))

    async def _tokens(self, attempt: Attempt) -> Mapping[str, Any]:
        """What the code is exchanged for."""
        endpoint = await self.address("token_endpoint")
        form = {
            "grant_type": "authorization_code",
            "code": attempt.code,
            "redirect_uri": attempt.return_to,
            "code_verifier": attempt.verifier,
        }
        if secret := self.told.client_secret_file:
            return await self._answer(
                "POST", endpoint, data=form, auth=(self.told.client_id, secret.read_text().strip())
            )
        asserted = {"client_assertion_type": ASSERTION, "client_assertion": self._assertion(endpoint)}
        return await self._answer("POST", endpoint, data=form | asserted)

    def _assertion(self, audience: str) -> str:
        """Who we are, signed for the provider alone and for once."""
        key, now, us = client_key(self.told), int(time.time()), self.told.client_id
        claims = {"iss": us, "sub": us, "aud": audience, "iat": now, "exp": now + 60, "jti": secrets.token_urlsafe(16)}
        return jwt.encode({"alg": "ES256" if isinstance(key, ECKey) else "RS256", "kid": key.kid}, claims, key)

    async def _user_info(self, token: Any) -> Mapping[str, Any]:
        endpoint = await self.address("userinfo_endpoint")
        return await self._answer("GET", endpoint, headers={"Authorization": f"Bearer {token}"})

    async def _answer(self, method: str, address: str, **sent: Any) -> Mapping[str, Any]:
        try:
            async with client() as http:
                answer = await http.request(method, address, **sent)
            if answer.status_code in REFUSED:
                raise Unproven(f"code: {_error(answer)}")
            answer.raise_for_status()
            told = answer.json()
        except (httpx.HTTPError, ValueError) as fault:
            raise self._away(fault) from fault
        if not isinstance(told, dict):
            raise self._away(TypeError("not a JSON object"))
        return told

    async def _having(self, keys: Keys, token: Any) -> KeySet:
        try:
            return await keys.having(checks.key_id_of(token))
        except KeysAway as fault:
            raise self._away(fault) from fault

    async def _published(self) -> Mapping[str, Any]:
        try:
            return await get_json(await self.address("jwks_uri"))
        except ProviderAway as away:
            raise ValueError("its addresses are not known") from away

    async def _document(self) -> Mapping[str, Any]:
        if self.told.identity is None:
            raise ValueError("it proves no identity")
        return keys_of_document(await get_json(self.told.identity.keys))

    def _away(self, fault: Exception) -> ProviderAway:
        log.warning("the provider %s is away: %s", self.told.client_id, type(fault).__name__)
        return ProviderAway()


def _error(answer: httpx.Response) -> str:
    """The provider's word for what is wrong, where it is one."""
    try:
        word = str(answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        return "no word"
    return word if WORD.fullmatch(word) else "no word"


def client_key(told: ProviderTold) -> ECKey | RSAKey:
    """The private key that shows a provider who we are. Raises OSError, ValueError or JoseError where there is none."""
    if told.private_key_file is None:
        raise ValueError("this provider knows us by a secret")
    pem = told.private_key_file.read_bytes()
    elliptic = isinstance(load_pem_private_key(pem, password=None), EllipticCurvePrivateKey)
    key = ECKey.import_key(pem) if elliptic else RSAKey.import_key(pem)
    key.ensure_kid()
    return key
