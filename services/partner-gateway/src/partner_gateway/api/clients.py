"""Partners' systems over HTTP: their keys, and the tokens they get."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from common.contracts.partners.clients import (
    AddKey,
    AskToken,
    AuthorizationServerView,
    ClientIsClosed,
    ClientsView,
    ClientView,
    InvalidClient,
    InvalidScope,
    InvalidTokenRequest,
    KeyId,
    KeyIdTaken,
    LastKey,
    NotAPublicKey,
    PrivateKeySent,
    RegisterClient,
    TokenView,
    TooManyClients,
    TooManyKeys,
    UnauthorizedClient,
    UnsupportedGrantType,
)
from common.contracts.partners.organisations import PartnerId, UnknownPartner
from common.contracts.people.sign_in import PublishedKeysView
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import administrators, everybody, officers, partners
from common.runtime.signing import read_signing_keys
from fastapi import Body

from partner_gateway import commands, queries

routes = Api(tag="clients")
keepers = administrators("partners:write")
themselves = keepers | partners("clients:write")
TRIES = 300  # a minute of one address


@routes.read("/.well-known/oauth-authorization-server", allow=everybody)
async def authorization_server(read: Read) -> AuthorizationServerView:
    """Where partners' systems ask for tokens, and how (RFC 8414)."""
    return queries.authorization_server(read)


@routes.read("/.well-known/jwks.json", allow=everybody)
async def token_keys(read: Read) -> PublishedKeysView:
    """The keys that partners' tokens are signed with: the current one, the next and the one before."""
    file = read.ground.signing_keys_file
    return PublishedKeysView(keys=read_signing_keys(file).published() if file else [])


@routes.exchange(
    "/oauth2/token",
    allow=everybody,
    refuses=[InvalidClient, InvalidScope, InvalidTokenRequest, UnauthorizedClient, UnsupportedGrantType],
    form=True,
    tries_a_minute=TRIES,
)
async def token(
    asked: Annotated[AskToken, Body(media_type="application/x-www-form-urlencoded")],
    tx: Tx,
) -> TokenView:
    """A token for a partner's system: client credentials, with an assertion that it signed (RFC 7523), used once."""
    return await commands.give_token(tx, asked)


@routes.create(
    "/partners/{partner_id}/clients",
    allow=keepers,
    refuses=[NotAPublicKey, PrivateKeySent, TooManyClients, UnknownPartner],
)
async def register_client(partner_id: PartnerId, command: RegisterClient, tx: Tx) -> ClientView:
    """Let a system of a partner sign in: by its public key, for these things, so often a minute."""
    return await commands.register_client(tx, partner_id, command)


@routes.read(
    "/partners/{partner_id}/clients",
    allow=officers("partners:read") | keepers | partners("referrals:read"),
)
async def clients(partner_id: PartnerId, read: Read) -> ClientsView:
    """The systems of a partner that may sign in, with their keys."""
    return await queries.clients_of(read, partner_id)


@routes.edit(
    "/clients/{client_id}/keys",
    allow=themselves,
    refuses=[ClientIsClosed, KeyIdTaken, NotAPublicKey, PrivateKeySent, TooManyKeys],
)
async def add_key(client_id: UUID, command: AddKey, tx: Tx) -> ClientView:
    """Let a client sign in with another key too. Those it has go on until the overlap is over."""
    return await commands.add_key(tx, client_id, command)


@routes.edit("/clients/{client_id}/keys/{kid}/revocation", allow=themselves, refuses=[ClientIsClosed, LastKey])
async def revoke_key(client_id: UUID, kid: KeyId, tx: Tx) -> ClientView:
    """Take this key no more, nor any token that was given for it."""
    return await commands.revoke_key(tx, client_id, kid)


@routes.edit("/clients/{client_id}/closing", allow=keepers, refuses=[ClientIsClosed])
async def close_client(client_id: UUID, tx: Tx) -> ClientView:
    """Let this client sign in no more. No token of its is taken from now on."""
    return await commands.close_client(tx, client_id)
