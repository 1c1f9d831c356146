"""Signing in: sent to a provider, back from it, and a second time to prove who one is. Load, decide, write."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from common.contracts.base import Channel
from common.contracts.people.identity import IdentityMethod
from common.contracts.people.sign_in import (
    BeginSignIn,
    CannotProveIdentity,
    CompleteSignIn,
    IdentityNotProven,
    ProveIdentity,
    SignedInView,
    SignInBegunView,
    SignInRefused,
)
from common.runtime.ids import new_id
from common.runtime.settings import CannotServe, Settings
from common.runtime.signing import read_signing_keys
from common.runtime.transaction import Transaction
from joserfc.errors import JoseError

from customer_account import queries
from customer_account.commands.accounts import note_check
from customer_account.commands.persons import adopt
from customer_account.commands.sessions import act_as, forget_later, go_on_as, open_now, signed_in
from customer_account.domain import accounts, providers, sessions
from customer_account.domain.identity import Identity, Unproven
from customer_account.domain.providers import ProviderTold, SignInTold
from customer_account.outside.providers import Attempt, client_key, provider_of
from customer_account.queries import named
from customer_account.queries.sign_in import ways_to_sign_in
from customer_account.tables import Session, SignIn, SignInLink, UsedSignIn

log = logging.getLogger(__name__)


class Begun(NamedTuple):
    """What the browser is told, and the secret by which it is known when it comes back."""

    view: SignInBegunView
    browser: str


class SignedIn(NamedTuple):
    """What the browser is told, and the cookie of its new session; None where it goes on with the one it has."""

    view: SignedInView
    cookie: str | None


async def begin(tx: Transaction, command: BeginSignIn, *, browser: str | None, origin: str | None) -> Begun:
    """Send somebody to a provider to sign in."""
    told = ways_to_sign_in(tx)
    providers.check_origin(told, origin)
    return await _send_out(tx, told, command.provider, command.return_to, browser=browser)


async def prove(tx: Transaction, command: ProveIdentity, *, browser: str | None, origin: str | None) -> Begun:
    """Send somebody who is signed in to their provider once more, to prove who they are."""
    told = ways_to_sign_in(tx)
    providers.check_origin(told, origin)
    found = await tx.one(named.SESSION, session_id=tx.me.session)
    session = open_now(tx, found)
    if session is None or session.person_id != tx.person:
        raise CannotProveIdentity
    providers.check_proves(told.provider(session.provider))
    return await _send_out(tx, told, session.provider, command.return_to, browser=browser, session=session)


async def complete(tx: Transaction, command: CompleteSignIn, *, browser: str | None, origin: str | None) -> SignedIn:
    """Let somebody in who came back from a provider. Whatever is wrong, nothing is written, and the answer is the same."""
    ways = ways_to_sign_in(tx).providers
    sign_in, identity = await come_back(tx, command, ways, browser=browser, origin=origin)
    if sign_in.session_id is not None:
        return await _step_up(tx, sign_in, identity)
    return await _let_in(tx, sign_in, identity)


async def come_back(
    tx: Transaction,
    command: CompleteSignIn,
    ways: Mapping[str, ProviderTold],
    *,
    browser: str | None,
    origin: str | None,
) -> tuple[SignIn, Identity]:
    """Which sign-in somebody came back from, who was sent out by one of these ways, and who they are. Asks their provider."""
    providers.check_origin(ways_to_sign_in(tx), origin)
    found = await tx.one(named.SIGN_IN, state_hash=sessions.digest(command.state))
    if found is None or found.sign_in.provider not in ways:
        log.warning("a sign-in that nobody began here was refused")
        raise SignInRefused
    sign_in, used = found
    try:
        code = sessions.check_coming_back(
            browser_hash=sessions.digest(browser),
            expected=sign_in.browser_hash,
            ends_at=sign_in.ends_at,
            used=used,
            code=command.code,
            now=tx.now,
        )
    except SignInRefused:
        log.warning("a sign-in by %s was refused: coming_back", ways[sign_in.provider].client_id)
        raise
    proving = sign_in.session_id is not None
    attempt = Attempt(code, sign_in.return_to, sign_in.nonce, sign_in.verifier, identity=proving)
    return sign_in, await tx.ask_outside("identity", partial(_who, ways[sign_in.provider], attempt))


def ready(tx: Transaction, settings: Settings) -> None:
    """Refuse to start where somebody could begin to sign in and never end. Raises CannotServe."""
    told = ways_to_sign_in(tx)
    if not told.ways:
        return
    if told.staff and not settings.staff_sign_in:
        raise CannotServe("to sign staff in, set ONEDOOR_STAFF_SIGN_IN=true for every service")
    if strangers := {council for each in told.staff.values() for council in each.councils} - tx.councils.keys():
        raise CannotServe(f"staff cannot sign in for a council that is not here: {', '.join(sorted(strangers))}")
    if tx.ground.signing_keys_file is None or tx.ground.resident_issuer is None:
        raise CannotServe("to sign people in, set ONEDOOR_RESIDENT_ISSUER and ONEDOOR_SIGNING_KEYS_FILE")
    read_signing_keys(tx.ground.signing_keys_file)
    for name, provider in told.ways.items():
        try:
            provider.client_secret_file.read_text() if provider.client_secret_file else client_key(provider)
        except (OSError, ValueError, JoseError) as fault:
            raise CannotServe(f"the secret of the provider {name} cannot be read: {type(fault).__name__}") from None


async def _send_out(
    tx: Transaction,
    told: SignInTold,
    provider: str,
    return_to: str,
    *,
    browser: str | None,
    session: Session | None = None,
) -> Begun:
    providers.check_return(told, return_to)
    known = told.provider(provider)
    endpoint = await tx.ask_outside("address", partial(provider_of(known).address, "authorization_endpoint"))
    secret = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    browser = browser or secrets.token_urlsafe(32)
    sign_in = tx.add(
        SignIn(
            state_hash=sessions.digest(secret["state"]),
            browser_hash=sessions.digest(browser),
            provider=provider,
            return_to=return_to,
            nonce=secret["nonce"],
            verifier=secret["verifier"],
            person_id=session.person_id if session else None,
            session_id=session.id if session else None,
            ends_at=tx.now + sessions.COMING_BACK,
            visible_to=[],
        )
    )
    forget_later(tx)
    address = providers.go_to(endpoint, known, return_to=return_to, identity=session is not None, **secret)
    return Begun(SignInBegunView(go_to=address, ends_at=sign_in.ends_at), browser)


async def _who(told: ProviderTold, attempt: Attempt) -> Identity:
    try:
        return await provider_of(told).who(attempt)
    except Unproven as fault:
        log.warning("a sign-in by %s was refused: %s", told.client_id, fault.why)
        raise (IdentityNotProven if attempt.identity else SignInRefused) from None


async def _let_in(tx: Transaction, sign_in: SignIn, identity: Identity) -> SignedIn:
    """A new session of whoever this is to us: somebody who never signed in becomes known."""
    link = await tx.one(named.LINK, issuer=identity.issuer, subject=identity.subject)
    whose = await queries.account_of(tx, link.person_id if link else new_id())
    if whose.status is not None:
        accounts.let_in(whose.status, writes=True)
    person_id = whose.person_id
    act_as(tx, person_id)
    if link is None:
        known = adopt(tx, person_id, Channel.ONLINE, visible_to=[])
        note_check(tx, known.account, IdentityMethod.OIDC)
        who = {"issuer": identity.issuer, "subject": identity.subject, "person_id": person_id}
        tx.add(SignInLink(**who, linked_at=tx.now, visible_to=[]))
    cookie = secrets.token_urlsafe(32)
    session = tx.add(
        Session(
            id=new_id(),
            person_id=person_id,
            cookie_hash=sessions.digest(cookie),
            provider=sign_in.provider,
            issuer=identity.issuer,
            subject=identity.subject,
            provider_session=identity.session,
            level=identity.level.value,
            began_at=tx.now,
            seen_at=tx.now,
            ends_at=tx.now + sessions.LONGEST,
            visible_to=[],
        )
    )
    _check(tx, sign_in, session)
    return SignedIn(signed_in(tx, session), cookie)


async def _step_up(tx: Transaction, sign_in: SignIn, identity: Identity) -> SignedIn:
    """The same session, surer of who it is. Raises IdentityNotProven where somebody else came back, or it is over."""
    found = await tx.one(named.SESSION, session_id=sign_in.session_id)
    session = open_now(tx, found)
    if session is None or (session.issuer, session.subject) != (identity.issuer, identity.subject):
        raise IdentityNotProven
    account = await go_on_as(tx, session.person_id)
    tx.change(session, level=identity.level.value, seen_at=tx.now)
    if account is not None:
        note_check(tx, account, IdentityMethod.ONE_LOGIN)
    _check(tx, sign_in, session)
    return SignedIn(signed_in(tx, session), None)


def _check(tx: Transaction, sign_in: SignIn, session: Session) -> None:
    """Note how sure we are now, by what. Its key uses the sign-in up: of two who come back with it, one is let in."""
    tx.add(
        UsedSignIn(
            state_hash=sign_in.state_hash,
            person_id=session.person_id,
            method=session.provider,
            level=session.level,
            at=tx.now,
            visible_to=[],
        )
    )
