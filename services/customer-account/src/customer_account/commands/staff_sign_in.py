"""Letting in people who work for a council, and going on as one of them: load, decide, write."""

from __future__ import annotations

import logging
import secrets
from datetime import UTC, datetime
from typing import NamedTuple

from common.contracts.people.sign_in import CompleteSignIn, Level, SignInRefused
from common.contracts.people.staff_sign_in import StaffSignedInView
from common.contracts.staff import StaffRole
from common.runtime.ids import new_id
from common.runtime.rules import NotSignedIn
from common.runtime.transaction import Transaction

from customer_account.commands.sessions import open_staff_session, sign
from customer_account.commands.sign_in import come_back
from customer_account.domain import providers, sessions, staff
from customer_account.domain.identity import Unproven
from customer_account.queries.sign_in import ways_to_sign_in
from customer_account.tables import StaffSession

log = logging.getLogger(__name__)


class StaffSignedIn(NamedTuple):
    """What the browser is told, and the cookie of its new session."""

    view: StaffSignedInView
    cookie: str


async def complete(
    tx: Transaction, command: CompleteSignIn, *, browser: str | None, origin: str | None
) -> StaffSignedIn:
    """Let somebody in who came back from their council's provider and is in a group that the platform knows."""
    ways = ways_to_sign_in(tx).staff
    sign_in, identity = await come_back(tx, command, ways, browser=browser, origin=origin)
    told, who = ways[sign_in.provider], staff.staff_id(identity)
    try:
        role, permissions = staff.granted(told, identity.groups)
    except Unproven as fault:
        log.warning("a sign-in of %s by %s was refused: %s", who, sign_in.provider, fault.why)
        raise SignInRefused from None
    cookie = secrets.token_urlsafe(32)
    session = tx.add(
        StaffSession(
            id=new_id(),
            staff_id=who,
            state_hash=sign_in.state_hash,
            cookie_hash=sessions.digest(cookie),
            provider=sign_in.provider,
            provider_session=identity.session,
            role=role.value,
            permissions=sorted(permissions),
            councils=list(told.councils),
            level=identity.level.value,
            began_at=tx.now,
            seen_at=tx.now,
            ends_at=tx.now + staff.LONGEST,
        )
    )
    log.info("%s signed in by %s as %s", who, sign_in.provider, role.value)
    return StaffSignedIn(_signed_in(tx, session), cookie)


async def refresh(tx: Transaction, *, cookie: str | None, origin: str | None) -> StaffSignedInView:
    """The next token of a session, with what was given at its beginning. Raises NotSignedIn once it, or its provider, is gone."""
    told = ways_to_sign_in(tx)
    providers.check_origin(told, origin)
    session = await open_staff_session(tx, cookie)
    if session is None or session.provider not in told.staff:
        raise NotSignedIn
    tx.change(session, seen_at=tx.now)
    return _signed_in(tx, session)


def _signed_in(tx: Transaction, session: StaffSession) -> StaffSignedInView:
    """A token of this session, good for its councils in every service. Tokens keep real time."""
    level = Level(session.level)
    token, claims = sign(
        tx,
        subject=session.staff_id,
        role=session.role,
        councils=session.councils,
        session_id=session.id,
        level=level,
        permissions=session.permissions,
    )
    return StaffSignedInView(
        token=token,
        expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        staff_id=session.staff_id,
        session_id=session.id,
        level=level,
        role=StaffRole(session.role),
        permissions=session.permissions,
        councils=session.councils,
    )
