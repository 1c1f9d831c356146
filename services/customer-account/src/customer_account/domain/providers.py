"""The ways to sign in, as an installation describes them, and the address a browser is sent to."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlencode, urlsplit

from common.contracts.people.sign_in import (
    CannotProveIdentity,
    FromElsewhere,
    NoSuchProvider,
    NotAReturnAddress,
    ProvidersView,
    ProviderView,
    StaffProviderView,
)
from common.contracts.staff import PERMISSIONS, StaffRole
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

CORE_IDENTITY = "https://vocab.account.gov.uk/v1/coreIdentityJWT"
AUTHENTICATED, PROVEN = "Cl.Cm", "P2"  # GOV.UK One Login's words: two factors; identity proven with medium confidence
LOCAL = frozenset({"127.0.0.1", "localhost"})


def _https(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
        raise ValueError("it must begin with https:// (or be on this machine)")
    return address


Address = Annotated[str, AfterValidator(_https)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]


class Told(BaseModel):
    """A part of the file. Unknown words are refused: a typing error must not open a door."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class IdentityTold(Told):
    """Who signs that somebody's identity was proven, and the document with their keys."""

    issuer: Address
    keys: Address


class ProviderTold(Told):
    """One provider. One Login (`one-login`) is the one that can prove identity; every other speaks plain OpenID Connect.

    One client serves the whole partnership: subjects are pairwise by sector, so a second would make one person two.
    """

    label: str
    speaks: Literal["oidc", "one-login"] = "oidc"
    issuer: Address
    client_id: str
    private_key_file: Path | None = None
    client_secret_file: Path | None = None
    algorithm: Literal["ES256", "RS256", "PS256"] = (
        "ES256"  # of its ID tokens: one, so that none is swapped for another
    )
    identity: IdentityTold | None = None

    @property
    def scope(self) -> str:
        """What is asked for: nothing but who somebody is."""
        return "openid"

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.private_key_file is None) == (self.client_secret_file is None):
            raise ValueError("name private_key_file or client_secret_file")
        if (self.speaks == "one-login") != (self.identity is not None):
            raise ValueError("one-login needs identity, and nobody else has it")
        return self


class GroupTold(Told):
    """What those whom a provider has in this group are to the platform, and what they may do."""

    group: str
    role: StaffRole
    permissions: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def _known(self) -> Self:
        if unknown := sorted(self.permissions - PERMISSIONS[self.role]):
            raise ValueError(f"no route asks this of {self.role.value}s: {', '.join(unknown)}")
        return self


class StaffTold(ProviderTold):
    """A provider of people who work for `councils`, and for no other, whoever they are there.

    An ID token lists somebody's groups in the claim `groups_claim`. Some providers list them only where the scope `groups` is
    asked for, and others refuse that scope. Of several roles the first in the order of `groups` counts.
    """

    speaks: Literal["oidc"] = "oidc"
    councils: Annotated[tuple[Name, ...], Field(min_length=1)]
    groups_claim: str = "groups"
    ask_for_groups: bool = False
    groups: Annotated[tuple[GroupTold, ...], Field(min_length=1)]

    @property
    def scope(self) -> str:
        return "openid groups" if self.ask_for_groups else "openid"


class SignInTold(Told):
    """The whole file: where browsers may come back to (exactly), whom tokens are for, and the providers by name.

    `providers` are residents', `staff` those of people who work for a council.
    """

    return_to: tuple[Address, ...] = ()
    audiences: tuple[Name, ...] = ()
    providers: dict[Name, ProviderTold] = {}
    staff: dict[Name, StaffTold] = {}

    @model_validator(mode="after")
    def _each_is_somebodys(self) -> Self:
        if both := sorted(self.providers.keys() & self.staff.keys()):
            raise ValueError(f"a way is residents' or staff's, not both: {', '.join(both)}")
        return self

    @property
    def ways(self) -> Mapping[str, ProviderTold]:
        """Everybody's, by name."""
        return {**self.providers, **self.staff}

    def provider(self, name: str) -> ProviderTold:
        """Raises NoSuchProvider."""
        if name not in self.ways:
            raise NoSuchProvider
        return self.ways[name]

    def view(self) -> ProvidersView:
        return ProvidersView(
            items=[
                ProviderView(provider=name, label=each.label, proves_identity=each.identity is not None)
                for name, each in self.providers.items()
            ],
            staff=[
                StaffProviderView(provider=name, label=each.label, councils=list(each.councils))
                for name, each in self.staff.items()
            ],
        )


def check_return(told: SignInTold, return_to: str) -> None:
    """Raises NotAReturnAddress unless the address is, to the letter, one of those registered."""
    if return_to not in told.return_to:
        raise NotAReturnAddress


def check_origin(told: SignInTold, origin: str | None) -> None:
    """Raises FromElsewhere where a browser says that a page asks which is not ours. What is no browser says nothing."""
    if origin is not None and origin not in {origin_of(address) for address in told.return_to}:
        raise FromElsewhere


def check_proves(provider: ProviderTold) -> None:
    """Raises CannotProveIdentity."""
    if provider.identity is None:
        raise CannotProveIdentity


def origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def go_to(
    endpoint: str, provider: ProviderTold, *, return_to: str, state: str, nonce: str, verifier: str, identity: bool
) -> str:
    """Where the browser goes: to sign in, or, in a second request, to prove who it is."""
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": return_to,
        "scope": provider.scope,
        "state": state,
        "nonce": nonce,
        "code_challenge": _challenge(verifier),
        "code_challenge_method": "S256",
    }
    if provider.speaks == "one-login":
        asked["vtr"] = json.dumps([f"{AUTHENTICATED}.{PROVEN}" if identity else AUTHENTICATED])
    if identity:
        asked["claims"] = json.dumps({"userinfo": {CORE_IDENTITY: None}})
    return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def keys_of_document(document: Any) -> dict[str, Any]:
    """The keys in a DID document that are its own, as a JWK set. Raises KeyError or TypeError where it is none."""
    own = [each for each in document["assertionMethod"] if each["id"].startswith(f"{document['id']}#")]
    return {"keys": [{**each["publicKeyJwk"], "kid": each["id"]} for each in own]}
