"""Views of partners' clients, and where tokens are asked for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.contracts.partners.clients import (
    AuthorizationServerView,
    ClientsView,
    ClientView,
    KeyView,
    Scope,
)
from common.runtime.problems import NotFound, NotNow
from common.runtime.reading import Reading

from partner_gateway.domain import clients
from partner_gateway.domain.clients import Signs
from partner_gateway.queries import named
from partner_gateway.queries.agreements import today
from partner_gateway.queries.named import Client
from partner_gateway.queries.partners import partner
from partner_gateway.tables import ClientKey

_SAME = set(ClientView.model_fields) - {"client_id", "keys"}


async def clients_of(read: Reading, partner_id: str) -> ClientsView:
    """The clients of a partner, the latest first. A partner sees its own."""
    if read.me.partner not in (None, partner_id):
        raise NotFound
    found = await read.all(named.CLIENTS_OF_PARTNER, partner_id=partner_id, today=today(read))
    if not found:
        await partner(read, partner_id)
    return ClientsView(items=[shown_client(each, now=read.now) for each in found])


async def client(session: Reading, client_id: UUID) -> Client:
    """A client. Raises NotFound, also where a partner asks for another's."""
    found = await session.one(named.CLIENT, client=client_id, today=today(session))
    if found is None or session.me.partner not in (None, found.client.partner_id):
        raise NotFound
    return found


def shown_client(found: Client, *, now: datetime) -> ClientView:
    """A client with its keys; one that is taken may be revoked."""
    latest = sorted(found.keys, key=lambda key: (key.added_at, key.kid), reverse=True)
    return ClientView(
        client_id=found.client.id,
        keys=[
            KeyView(taken=signs(key).taken(now), **key.model_dump(include=set(KeyView.model_fields) - {"taken"}))
            for key in latest
        ],
        **found.client.model_dump(include=_SAME),
    )


def signs(key: ClientKey) -> Signs:
    """A key, as the domain knows it."""
    return Signs(key.id, key.kid, key.alg, key.jwk, key.until, key.revoked_at)


def authorization_server(read: Reading) -> AuthorizationServerView:
    """Where tokens are asked for, and how. Raises NotNow where this service gives none."""
    issuer = issuer_of(read)
    return AuthorizationServerView(
        issuer=issuer,
        token_endpoint=token_endpoint(issuer),
        jwks_uri=f"{issuer}/.well-known/jwks.json",
        grant_types_supported=["client_credentials"],
        token_endpoint_auth_methods_supported=["private_key_jwt"],
        token_endpoint_auth_signing_alg_values_supported=clients.ALGORITHMS,
        scopes_supported=[scope.value for scope in Scope],
        response_types_supported=["token"],
    )


def issuer_of(read: Reading) -> str:
    """The name under which this service gives partners tokens. Raises NotNow where it was told none."""
    if read.ground.partner_issuer is None:
        raise NotNow
    return read.ground.partner_issuer


def token_endpoint(issuer: str) -> str:
    """Where tokens are asked for."""
    return f"{issuer}/oauth2/token"
