"""Going on as somebody who signed in, and signing out: load, decide, write."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from common.contracts.people.accounts import AccountStatus
from common.contracts.people.sign_in import (
    Level,
    LogoutNotice,
    NoticeRefused,
    SessionEnded,
    SessionEnding,
    SignedInView,
    SignedOutView,
)
from common.runtime.principal import Principal
from common.runtime.problems import NotNow
from common.runtime.rules import NotSignedIn
from common.runtime.signing import read_signing_keys
from common.runtime.timers import Timer, hourly
from common.runtime.transaction import Transaction

from customer_account.domain import accounts, providers, sessions, staff
from customer_account.domain.identity import Gone, Unproven
from customer_account.domain.providers import ProviderTold, StaffTold
from customer_account.outside.providers import provider_of
from customer_account.queries import named
from customer_account.queries.sign_in import ways_to_sign_in
from customer_account.tables import Account, Session, StaffSession

log = logging.getLogger(__name__)
SIGN_INS_OVER = Timer("sign_ins_over")
SIGNED_OUT = Timer("signed_out")
KEPT = timedelta(days=1)
MOST = 500  # rows forgotten at once
Row = TypeVar("Row", Session, StaffSession)


async def refresh(tx: Transaction, *, cookie: str | None, origin: str | None) -> SignedInView:
    """The next token of a session. Raises NotSignedIn once it is over, however it ended."""
    providers.check_origin(ways_to_sign_in(tx), origin)
    session = await _open_session(tx, cookie)
    if session is None:
        raise NotSignedIn
    await go_on_as(tx, session.person_id)
    tx.change(session, seen_at=tx.now)
    return signed_in(tx, session)


async def sign_out(tx: Transaction, *, cookie: str | None, origin: str | None) -> SignedOutView:
    """End the session of this browser. Where there is none, that is what was wanted."""
    providers.check_origin(ways_to_sign_in(tx), origin)
    session = await _open_session(tx, cookie) or await open_staff_session(tx, cookie)
    return _end(tx, [session] if session else [], SessionEnding.SIGNED_OUT)


async def sign_out_everywhere(tx: Transaction) -> SignedOutView:
    """End every session of the resident who asks."""
    mine = await tx.all(named.SESSIONS_OF_PERSON, person_id=tx.person)
    return _end(tx, mine, SessionEnding.SIGNED_OUT)


async def died(tx: Transaction, ids: Sequence[UUID]) -> None:
    """End every session of somebody who has died, under each of their ids: whoever holds their browser is signed out."""
    theirs = [session for each in ids for session in await tx.all(named.SESSIONS_OF_PERSON, person_id=each)]
    for session in theirs:
        _over(tx, session, SessionEnding.DIED)


async def heed(tx: Transaction, provider: str, notice: LogoutNotice) -> SignedOutView:
    """End the sessions of whoever signed out at their provider. Raises NoticeRefused."""
    told = ways_to_sign_in(tx).provider(provider)
    gone = await tx.ask_outside("gone", partial(_gone, told, notice.logout_token))
    found = await _sessions_of(tx, told, gone)
    meant = [session for session in found if gone.session in {None, session.provider_session}]
    return _end(tx, meant, SessionEnding.SIGNED_OUT_AT_PROVIDER)


async def end_under_other_id(tx: Transaction, session_id: UUID) -> None:
    """End a session of whoever signed out at their provider, which they began under another id."""
    session = await tx.one(named.SESSION, session_id=session_id)
    if session is not None and session.ended_at is None:
        tx.change(session, ended_at=tx.now)
        tx.say(SessionEnded(because=SessionEnding.SIGNED_OUT_AT_PROVIDER), on=session)


async def forget(tx: Transaction) -> None:
    """Take away what is long over: a bounded number of rows, the rest at the next hour's ringing."""
    before = tx.now - KEPT
    over = [
        *await tx.all(named.SIGN_INS_OVER, before=before, most=MOST),
        *await tx.all(named.SESSIONS_OVER, before=before, most=MOST),
        *await tx.all(named.STAFF_SESSIONS_OVER, before=before, most=MOST),
    ]
    for row in over:
        tx.remove(row)


def forget_later(tx: Transaction) -> None:
    """Have what begins in this hour forgotten once it is over."""
    hourly(tx, SIGN_INS_OVER, after=KEPT)


async def go_on_as(tx: Transaction, person_id: UUID) -> Account | None:
    """Go on as this resident, if their account is in use: gives it. Raises what says why nobody goes on with it."""
    account = await tx.one(named.ACCOUNT, person_id=person_id)
    if account is not None:
        accounts.let_in(AccountStatus(account.status), writes=True)
    act_as(tx, person_id)
    return account


def act_as(tx: Transaction, person_id: UUID) -> None:
    """Go on as this resident, whom the request found to be asking."""
    tx.become(Principal("resident", str(person_id), councils=tuple(tx.councils), person_id=person_id))


def signed_in(tx: Transaction, session: Session) -> SignedInView:
    """A token of this session, good in every council and service of the partnership. Tokens keep real time."""
    token, claims = signed(tx, session.person_id, session.id, Level(session.level))
    return SignedInView(
        token=token,
        expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        person_id=session.person_id,
        session_id=session.id,
        level=Level(session.level),
        councils=claims["councils"],
    )


def signed(
    tx: Transaction, person_id: UUID, session_id: UUID | None, level: Level, **more: Any
) -> tuple[str, dict[str, Any]]:
    """A token about a person that says `more` beside the usual, and the usual. Raises NotNow where nobody can sign."""
    who = {"subject": str(person_id), "role": "resident"}
    return sign(tx, **who, councils=tx.councils, session_id=session_id, level=level, **more)


def sign(
    tx: Transaction,
    *,
    subject: str,
    role: str,
    councils: Iterable[str],
    session_id: UUID | None,
    level: Level,
    **more: Any,
) -> tuple[str, dict[str, Any]]:
    """A token that says `more` beside the usual, and the usual. Raises NotNow where nobody can sign."""
    ground = tx.ground
    if ground.signing_keys_file is None or ground.resident_issuer is None:
        raise NotNow
    claims = sessions.claims(
        issuer=ground.resident_issuer,
        audiences=ways_to_sign_in(tx).audiences,
        subject=subject,
        role=role,
        councils=councils,
        session_id=session_id,
        level=level,
        now=int(time.time()),
    )
    return read_signing_keys(ground.signing_keys_file).sign(claims | more), claims


def open_now(tx: Transaction, session: Row | None, *, idle: timedelta = sessions.IDLE) -> Row | None:
    """The session, unless it is over."""
    if session is None:
        return None
    ended, seen, ends = session.ended_at, session.seen_at, session.ends_at
    return session if sessions.is_open(ended_at=ended, seen_at=seen, ends_at=ends, now=tx.now, idle=idle) else None


async def open_staff_session(tx: Transaction, cookie: str | None) -> StaffSession | None:
    """The session of somebody who works for a council, by their browser's cookie, unless it is over."""
    found = await tx.one(named.STAFF_SESSION_OF_COOKIE, cookie_hash=sessions.digest(cookie))
    return open_now(tx, found, idle=staff.IDLE)


async def _open_session(tx: Transaction, cookie: str | None) -> Session | None:
    found = await tx.one(named.SESSION_OF_COOKIE, cookie_hash=sessions.digest(cookie))
    return open_now(tx, found)


async def _sessions_of(tx: Transaction, told: ProviderTold, gone: Gone) -> Sequence[Session | StaffSession]:
    if isinstance(told, StaffTold):
        return await tx.all(named.SESSIONS_OF_STAFF, staff_id=staff.staff_id(gone))
    return await tx.all(named.SESSIONS_AT_PROVIDER, issuer=gone.issuer, subject=gone.subject)


def _end(tx: Transaction, ending: Iterable[Session | StaffSession], because: SessionEnding) -> SignedOutView:
    """End sessions of one person, and say so: no service takes their tokens any more.

    A request writes for one person. Where a login led to another record since it began a session, the timer ends that.
    """
    ended = sorted(ending, key=lambda session: session.began_at, reverse=True)
    whose = next((each.person_id for each in ended if isinstance(each, Session)), None)
    if whose is not None and whose != tx.me.person_id:
        act_as(tx, whose)
    for session in ended:
        if isinstance(session, Session) and session.person_id != whose:
            tx.remind(SIGNED_OUT, about=session, at=tx.now)
        else:
            _over(tx, session, because)
    return SignedOutView(ended=len(ended))


def _over(tx: Transaction, session: Session | StaffSession, because: SessionEnding) -> None:
    tx.change(session, ended_at=tx.now)
    tx.say(SessionEnded(because=because), on=session)


async def _gone(told: ProviderTold, token: str) -> Gone:
    try:
        return await provider_of(told).gone(token)
    except Unproven as fault:
        log.warning("a notice of %s was refused: %s", told.client_id, fault.why)
        raise NoticeRefused from None
