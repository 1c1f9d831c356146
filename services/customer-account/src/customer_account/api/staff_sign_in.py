"""The tokens of people who work for a council. They begin, and sign out, as residents do."""

from __future__ import annotations

from common.contracts.people.sign_in import CompleteSignIn, FromElsewhere, ProviderAway, SignInRefused
from common.contracts.people.staff_sign_in import StaffSignedInView
from common.runtime.routes import Api, Tx
from common.runtime.rules import NotSignedIn, everybody
from fastapi import Response

from customer_account.api.sign_in import SESSION, TRIES, Browser, Origin, SessionCookie, set_cookie
from customer_account.commands import staff_sign_in
from customer_account.queries.sign_in import ways_to_sign_in

routes = Api(tag="sign-in")


@routes.exchange(
    "/sign-ins/staff-completion",
    allow=everybody,
    refuses=[SignInRefused, ProviderAway, FromElsewhere],
    tries_a_minute=TRIES,
)
async def complete_staff_sign_in(
    command: CompleteSignIn, tx: Tx, response: Response, browser: Browser = None, origin: Origin = None
) -> StaffSignedInView:
    """Let in somebody who works for a council and came back, once: a token, and a cookie to get the next one by."""
    done = await staff_sign_in.complete(tx, command, browser=browser, origin=origin)
    set_cookie(response, SESSION, done.cookie, *ways_to_sign_in(tx).return_to)
    return done.view


@routes.exchange("/session/staff-token", allow=everybody, refuses=[NotSignedIn, FromElsewhere])
async def next_staff_token(tx: Tx, session: SessionCookie = None, origin: Origin = None) -> StaffSignedInView:
    """The next token of the staff session whose cookie the browser sends. What it lets somebody do is as when they signed in."""
    return await staff_sign_in.refresh(tx, cookie=session, origin=origin)
