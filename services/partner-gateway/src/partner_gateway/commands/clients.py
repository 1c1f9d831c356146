"""Partners' systems: registered, given other keys, closed; and the tokens they get for what they signed."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

from common.contracts.partners.clients import (
    AddKey,
    AskToken,
    ClientClosed,
    ClientIsClosed,
    ClientKeyAdded,
    ClientKeyRevoked,
    ClientKeysChanged,
    ClientRegistered,
    ClientView,
    InvalidClient,
    KeyEnding,
    KeyIdTaken,
    LastKey,
    PublicKey,
    RegisterClient,
    TokenView,
    TooManyClients,
    TooManyKeys,
    UnauthorizedClient,
)
from common.contracts.partners.organisations import PartnerStatus, UnknownPartner
from common.runtime.ids import new_id
from common.runtime.problems import NotFound, NotNow
from common.runtime.signing import read_signing_keys
from common.runtime.timers import Timer, hourly
from common.runtime.transaction import Transaction

from partner_gateway.domain import clients
from partner_gateway.queries import named
from partner_gateway.queries.agreements import today
from partner_gateway.queries.clients import client, issuer_of, shown_client, signs, token_endpoint
from partner_gateway.queries.named import Client
from partner_gateway.tables import ClientKey, PartnerClient, UsedAssertion

ASSERTIONS_OVER = Timer("used_assertions_over")
MAY_SIGN_IN = (PartnerStatus.SANDBOX, PartnerStatus.ACTIVE)


async def register_client(tx: Transaction, partner_id: str, command: RegisterClient) -> ClientView:
    """Let a system of a partner sign in."""
    partner = await tx.one(named.PARTNER, partner_id=partner_id)
    if partner is None:
        raise NotFound
    if partner.status == PartnerStatus.OFFBOARDED:
        raise UnknownPartner
    known = await tx.all(named.CLIENTS_OF_PARTNER, partner_id=partner_id, today=today(tx))
    if sum(each.client.closed_at is None for each in known) >= clients.MOST_CLIENTS:
        raise TooManyClients
    row = PartnerClient(
        id=new_id(),
        partner_id=partner_id,
        name=command.name,
        scopes=sorted({scope.value for scope in command.scopes}),
        requests_a_minute=command.requests_a_minute,
        registered_at=tx.now,
    )
    key = _new_key(tx, row, command.key)
    tx.say(ClientRegistered(partner_id=partner_id), on=tx.add(row))
    _add(tx, key)
    return shown_client(Client(row, [key], partner.status, frozenset()), now=tx.now)


async def add_key(tx: Transaction, client_id: UUID, command: AddKey) -> ClientView:
    """Let a client sign in with another key; those it has go on for a while."""
    found = await _open(tx, client_id)
    taken = [key for key in found.keys if signs(key).taken(tx.now)]
    key = _new_key(tx, found.client, command.key)
    if any(each.kid == key.kid for each in found.keys):
        raise KeyIdTaken
    if len(taken) >= clients.MOST_KEYS:
        raise TooManyKeys
    ends = tx.now + timedelta(days=command.overlap_days)
    for old in taken:
        tx.change(old, until=min(old.until or ends, ends))
    _touch(tx, found.client)
    _add(tx, key)
    return shown_client(found._replace(keys=[*found.keys, key]), now=tx.now)


async def revoke_key(tx: Transaction, client_id: UUID, kid: str) -> ClientView:
    """Take a key no more, from now on, nor any token that was given for it."""
    found = await _open(tx, client_id)
    key = next((each for each in found.keys if each.kid == kid), None)
    if key is None:
        raise NotFound
    if key.revoked_at is None:
        others = [each for each in found.keys if each.id != key.id and signs(each).taken(tx.now)]
        if not others and signs(key).taken(tx.now) and tx.me.partner is not None:
            raise LastKey  # nobody could sign in to mend it; we may
        _revoke(tx, key, KeyEnding.REVOKED)
        _touch(tx, found.client)
    return shown_client(found, now=tx.now)


async def close_client(tx: Transaction, client_id: UUID) -> ClientView:
    """Let a client sign in no more; no token of its is taken from now on."""
    found = await _open(tx, client_id)
    tx.change(found.client, closed_at=tx.now)
    tx.say(ClientClosed(partner_id=found.client.partner_id), on=found.client)
    for key in found.keys:
        if key.revoked_at is None:
            _revoke(tx, key, KeyEnding.CLIENT_CLOSED)
    return shown_client(found, now=tx.now)


async def give_token(tx: Transaction, asked: AskToken) -> TokenView:
    """A token for what a client signed, once for each assertion."""
    clients.check_asked(asked)
    issuer, file = issuer_of(tx), tx.ground.signing_keys_file
    if file is None:
        raise NotNow
    client_id = clients.claimed_client(asked)
    found = await tx.one(named.CLIENT, client=client_id, today=today(tx))
    if found is None or found.client.closed_at is not None:
        raise InvalidClient
    audiences, seconds = {issuer, token_endpoint(issuer)}, time.time()
    keys = [signs(key) for key in found.keys]
    key, claims = clients.verified(asked, client_id, keys, audiences=audiences, now=tx.now, seconds=seconds)
    used = clients.digest(client_id, claims)
    if await tx.one(named.USED_ASSERTION, digest=used) is not None:
        raise InvalidClient("This assertion was used before: sign another, with another jti.")
    if found.status not in MAY_SIGN_IN:
        raise UnauthorizedClient
    scopes = clients.granted(found.client.scopes, asked.scope)
    ends_at = datetime.fromtimestamp(claims["exp"] + 2 * clients.SKEW, UTC) + (tx.now - datetime.now(UTC))
    tx.add(UsedAssertion(digest=used, ends_at=ends_at))
    hourly(tx, ASSERTIONS_OVER, after=timedelta(seconds=clients.LONGEST_ASSERTION))
    told = clients.claims_of(
        issuer=issuer,
        audience="partner-gateway",
        partner=found.client.partner_id,
        councils=found.councils,
        client=client_id,
        key=key.id,
        now=int(seconds),
    )
    more = {"permissions": scopes, "requests_a_minute": found.client.requests_a_minute}
    return TokenView(
        access_token=read_signing_keys(file).sign(told | more), expires_in=clients.GOOD_FOR, scope=" ".join(scopes)
    )


async def forget_assertions(tx: Transaction) -> None:
    """Take away what no assertion could be repeated of any more: a bounded number, the rest at the next hour's ringing."""
    for row in await tx.all(named.ASSERTIONS_OVER, before=tx.now):
        tx.remove(row)


async def _open(tx: Transaction, client_id: UUID) -> Client:
    found = await client(tx, client_id)
    tx.edits(found.client)
    if found.client.closed_at is not None:
        raise ClientIsClosed
    return found


def _new_key(tx: Transaction, of: PartnerClient, key: PublicKey) -> ClientKey:
    algorithm, jwk = clients.readable(key)
    return ClientKey(
        id=new_id(),
        client_id=of.id,
        partner_id=of.partner_id,
        kid=key.kid,
        alg=algorithm,
        jwk=jwk,
        added_at=tx.now,
    )


def _add(tx: Transaction, key: ClientKey) -> None:
    tx.say(ClientKeyAdded(partner_id=key.partner_id, client_id=key.client_id), on=tx.add(key))


def _revoke(tx: Transaction, key: ClientKey, because: KeyEnding) -> None:
    tx.change(key, revoked_at=tx.now)
    tx.say(ClientKeyRevoked(partner_id=key.partner_id, client_id=key.client_id, because=because), on=key)


def _touch(tx: Transaction, row: PartnerClient) -> None:
    """Its keys are part of it: who edits them edits it."""
    tx.say(ClientKeysChanged(partner_id=row.partner_id), on=row)
