"""Signing in and out, and the tokens of whoever is signed in."""

from __future__ import annotations

from typing import Annotated

from common.contracts.people.sign_in import (
    BeginSignIn,
    CannotProveIdentity,
    CompleteSignIn,
    FromElsewhere,
    IdentityNotProven,
    LogoutNotice,
    NoSuchProvider,
    NotAReturnAddress,
    NoticeRefused,
    ProveIdentity,
    ProviderAway,
    ProvidersView,
    PublishedKeysView,
    SignedInView,
    SignedOutView,
    SignInBegunView,
    SignInRefused,
)
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import NotSignedIn, everybody, residents
from common.runtime.signing import read_signing_keys
from fastapi import Body, Cookie, Header, Response

from customer_account.commands import sessions, sign_in
from customer_account.queries.sign_in import ways_to_sign_in

routes = Api(tag="sign-in")
BROWSER, SESSION = "onedoor_sign_in", "onedoor_session"
TRIES = 120  # a minute of one address, which may be that of many in one library
BEGINNING = [NotAReturnAddress, ProviderAway, FromElsewhere]

Browser = Annotated[str | None, Cookie(alias=BROWSER, max_length=200)]
SessionCookie = Annotated[str | None, Cookie(alias=SESSION)]  # one that is none of ours is cleared, whatever it holds
Origin = Annotated[str | None, Header(max_length=300)]


@routes.read("/.well-known/jwks.json", allow=everybody)
async def published_keys(read: Read) -> PublishedKeysView:
    """The keys that residents' tokens are signed with: the current one, the next and the one before."""
    file = read.ground.signing_keys_file
    return PublishedKeysView(keys=read_signing_keys(file).published() if file else [])


@routes.read("/sign-in-providers", allow=everybody)
async def sign_in_providers(read: Read) -> ProvidersView:
    """The ways to sign in."""
    return ways_to_sign_in(read).view()


@routes.exchange("/sign-ins", allow=everybody, refuses=[NoSuchProvider, *BEGINNING], tries_a_minute=TRIES)
async def begin_sign_in(
    command: BeginSignIn, tx: Tx, response: Response, browser: Browser = None, origin: Origin = None
) -> SignInBegunView:
    """Begin to sign in: send the browser to `go_to`. It comes back to `return_to` with what `/sign-ins/completion` takes."""
    begun = await sign_in.begin(tx, command, browser=browser, origin=origin)
    set_cookie(response, BROWSER, begun.browser, command.return_to)
    return begun.view


@routes.exchange(
    "/sign-ins/completion",
    allow=everybody,
    refuses=[SignInRefused, IdentityNotProven, ProviderAway, FromElsewhere],
    tries_a_minute=TRIES,
)
async def complete_sign_in(
    command: CompleteSignIn, tx: Tx, response: Response, browser: Browser = None, origin: Origin = None
) -> SignedInView:
    """Let somebody in who came back, once, with the browser they left with: a token, and a cookie to get the next one by."""
    done = await sign_in.complete(tx, command, browser=browser, origin=origin)
    if done.cookie:
        set_cookie(response, SESSION, done.cookie, *ways_to_sign_in(tx).return_to)
    return done.view


@routes.exchange("/me/identity-proofs", allow=residents, refuses=[CannotProveIdentity, NoSuchProvider, *BEGINNING])
async def prove_identity(
    command: ProveIdentity, tx: Tx, response: Response, browser: Browser = None, origin: Origin = None
) -> SignInBegunView:
    """Begin to prove who I am with the provider I signed in by: the session goes on, at level high."""
    begun = await sign_in.prove(tx, command, browser=browser, origin=origin)
    set_cookie(response, BROWSER, begun.browser, command.return_to)
    return begun.view


@routes.exchange("/session/token", allow=everybody, refuses=[NotSignedIn, FromElsewhere])
async def next_token(tx: Tx, session: SessionCookie = None, origin: Origin = None) -> SignedInView:
    """The next token of the session whose cookie the browser sends."""
    return await sessions.refresh(tx, cookie=session, origin=origin)


@routes.exchange("/session/end", allow=everybody, refuses=[FromElsewhere])
async def sign_out(tx: Tx, response: Response, session: SessionCookie = None, origin: Origin = None) -> SignedOutView:
    """Sign this browser out. From then on no service takes its tokens."""
    response.delete_cookie(SESSION)
    return await sessions.sign_out(tx, cookie=session, origin=origin)


@routes.exchange("/me/sessions/end", allow=residents)
async def sign_out_everywhere(tx: Tx) -> SignedOutView:
    """Sign me out of every browser."""
    return await sessions.sign_out_everywhere(tx)


@routes.exchange(
    "/sign-in-providers/{provider}/logouts",
    allow=everybody,
    refuses=[NoSuchProvider, NoticeRefused, ProviderAway],
    form=True,
)
async def heed_logout(
    provider: str,
    notice: Annotated[LogoutNotice, Body(media_type="application/x-www-form-urlencoded")],
    tx: Tx,
) -> SignedOutView:
    """A provider's notice that somebody signed out there (OpenID Connect back-channel logout)."""
    return await sessions.heed(tx, provider, notice)


def set_cookie(response: Response, name: str, value: str, *pages: str) -> None:
    """A cookie that no script reads, that pages elsewhere do not send, and that leaves only encrypted where our pages are."""
    secure = all(page.startswith("https://") for page in pages)
    response.set_cookie(name, value, httponly=True, samesite="strict", secure=secure, path="/")
