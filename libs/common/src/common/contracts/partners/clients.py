"""How partners' systems sign in: clients, the public keys that they sign with, and the tokens they get. Said by partner-gateway.

OAuth 2.0 client credentials (RFC 6749) with a signed assertion (RFC 7523, `private_key_jwt`): no secret is ever shared.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import parse_qsl
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from common.contracts.base import Command, Event, Line, Open, Refusal, View
from common.contracts.partners.organisations import PartnerId

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KeyId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,100}$")]


class Scope(StrEnum):
    """What a client may do for its organisation."""

    REFERRALS_READ = "referrals:read"
    REFERRALS_WRITE = "referrals:write"
    DELIVERIES_READ = "deliveries:read"
    DELIVERIES_WRITE = "deliveries:write"
    DIRECTORY_READ = "directory:read"
    CLIENTS_WRITE = "clients:write"


class KeyEnding(StrEnum):
    """Why a key is not taken any more."""

    REVOKED = "revoked"
    CLIENT_CLOSED = "client_closed"
    OTHER = "other"


# -- what is said


class ClientEvent(Event, aggregate="partner_client", speaker="partner-gateway"):
    """The life of a partner's client."""

    partner_id: PartnerId


class ClientRegistered(ClientEvent, name="partner_client.registered"):
    """A partner's system may sign in."""


class ClientKeysChanged(ClientEvent, name="partner_client.keys_changed"):
    """It may sign in with another key, or not with one any more."""


class ClientClosed(ClientEvent, name="partner_client.closed"):
    """It may not any more."""


class ClientKeyEvent(Event, aggregate="client_key", speaker="partner-gateway"):
    """The life of a key that a client signs with."""

    partner_id: PartnerId
    client_id: UUID


class ClientKeyAdded(ClientKeyEvent, name="client_key.added"):
    """A client may sign in with this key."""


class ClientKeyRevoked(ClientKeyEvent, name="client_key.revoked"):
    """This key is not taken from now on, nor is any token that was given for it."""

    because: Open[KeyEnding]


# -- what is asked for


class PublicKey(Command):
    """A public key as RFC 7517 has it: on the curve P-256 for ES256, or RSA of 2048 bits or more for PS256."""

    kty: Literal["EC", "RSA"]
    kid: KeyId
    alg: Literal["ES256", "PS256"] | None = None
    use: Literal["sig"] | None = None
    key_ops: Annotated[list[Literal["verify"]], Field(max_length=1)] | None = None
    crv: Literal["P-256"] | None = None
    x: Annotated[str, StringConstraints(max_length=100)] | None = None
    y: Annotated[str, StringConstraints(max_length=100)] | None = None
    n: Annotated[str, StringConstraints(max_length=1400)] | None = None
    e: Annotated[str, StringConstraints(max_length=20)] | None = None
    d: Annotated[str, StringConstraints(max_length=4000)] | None = Field(
        default=None, description="Never send this: it is the private half, and a key that comes with it is refused."
    )


class RegisterClient(Command):
    """Let a partner's system sign in: by which key, for what, and how many requests a minute it may make."""

    name: Line
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=6)]
    key: PublicKey
    requests_a_minute: Annotated[int, Field(ge=1, le=60_000)] = 600


class AddKey(Command):
    """Let a client sign in with another key. The keys it has go on for `overlap_days`, and are not taken after them."""

    key: PublicKey
    overlap_days: Annotated[int, Field(ge=0, le=90)] = 14


class AskToken(Command):
    """What a client posts as a form to get a token. What is missing or wrong is answered as RFC 6749 has it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    grant_type: Annotated[str, StringConstraints(max_length=200)] = ""
    client_assertion_type: Annotated[str, StringConstraints(max_length=200)] = ""
    client_assertion: Annotated[str, StringConstraints(max_length=8000)] = ""
    client_id: Annotated[str, StringConstraints(max_length=200)] | None = None
    scope: Annotated[str, StringConstraints(max_length=500)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_a_form(cls, sent: Any) -> Any:
        return dict(parse_qsl(sent.decode(errors="replace"))) if isinstance(sent, bytes) else sent


# -- what is shown


class KeyView(View):
    """A key of a client: it is taken until then, for good where there is no such moment, or not any more."""

    kid: str
    alg: str
    added_at: datetime
    until: datetime | None
    revoked_at: datetime | None
    taken: bool


class ClientView(View):
    """A client of a partner, with its keys, the latest first."""

    client_id: UUID
    partner_id: PartnerId
    name: str
    scopes: list[str]
    requests_a_minute: int
    registered_at: datetime
    closed_at: datetime | None
    version: int
    keys: list[KeyView]


class ClientsView(View):
    """The clients of a partner, the latest first."""

    items: list[ClientView]


class TokenView(View):
    """A token as RFC 6749 has it. It is good for so many seconds."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the kind of token, as the standard calls it
    expires_in: int
    scope: str


class AuthorizationServerView(View):
    """Where tokens are asked for and how, as RFC 8414 has it."""

    issuer: str
    token_endpoint: str
    jwks_uri: str
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    token_endpoint_auth_signing_alg_values_supported: list[str]
    scopes_supported: list[str]
    response_types_supported: list[str]


# -- what may be refused


class NotAPublicKey(Refusal, status=422):
    """This is not a public key that we take."""


class PrivateKeySent(Refusal, status=422):
    """This key came with its private half: it is not safe any more. Make another, and send its public half alone."""


class KeyIdTaken(Refusal, status=409):
    """This client has a key with this id already."""


class TooManyKeys(Refusal, status=409):
    """A client has at most four keys that are taken. Please revoke one first."""


class ClientIsClosed(Refusal, status=409):
    """This client is closed."""


class LastKey(Refusal, status=409):
    """This is the only key of the client. Please add another first, or close the client."""


class TooManyClients(Refusal, status=409):
    """A partner has at most twenty clients. Please close one first."""


class OAuthRefusal(Refusal):
    """A refusal at the token endpoint. Beside the problem it says `error`, as RFC 6749 has it."""

    error: ClassVar[str] = ""

    def __init__(self, detail: str = "", **members: Any) -> None:
        super().__init__(detail, error=self.error, error_description=detail or self.sentence(), **members)


class InvalidClient(OAuthRefusal, status=401):
    """We do not know this client, or its assertion is not in order."""

    error = "invalid_client"


class UnauthorizedClient(OAuthRefusal, status=400):
    """This organisation may not sign in as it stands now."""

    error = "unauthorized_client"


class UnsupportedGrantType(OAuthRefusal, status=400):
    """Tokens are given for client credentials only."""

    error = "unsupported_grant_type"


class InvalidTokenRequest(OAuthRefusal, status=400):
    """The client is known by a signed assertion (private_key_jwt) only."""

    error = "invalid_request"


class InvalidScope(OAuthRefusal, status=400):
    """This client may not do all that it asks for."""

    error = "invalid_scope"
