"""The reads of signing in."""

from __future__ import annotations

from typing import Any, NamedTuple

from common.runtime.query import query
from common.runtime.tables import as_read
from sqlalchemy import DateTime, Integer, bindparam, func
from sqlmodel import col, select

from customer_account.tables import Session, SignIn, SignInLink, StaffSession, UsedSignIn


class UnderWay(NamedTuple):
    """A sign-in, and whether somebody came back from it already."""

    sign_in: SignIn
    used: bool


def _under_way(used: bool, **sign_in: Any) -> UnderWay:
    return UnderWay(as_read(SignIn, sign_in), used)


_AT_PROVIDER = (
    Session.issuer == bindparam("issuer"),
    Session.subject == bindparam("subject"),
    col(Session.ended_at).is_(None),
)

_BEFORE: Any = bindparam("before", type_=DateTime(timezone=True))
_MOST = bindparam("most", type_=Integer())

SIGN_IN = query(
    select(SignIn, func.coalesce(UsedSignIn.state_hash, StaffSession.state_hash).is_not(None).label("used"))
    .outerjoin(UsedSignIn, col(UsedSignIn.state_hash) == SignIn.state_hash)
    .outerjoin(StaffSession, col(StaffSession.state_hash) == SignIn.state_hash)
    .where(SignIn.state_hash == bindparam("state_hash")),
    into=_under_way,
)
LINK = query(
    select(SignInLink).where(SignInLink.issuer == bindparam("issuer"), SignInLink.subject == bindparam("subject"))
)
SESSION = query(select(Session).where(Session.id == bindparam("session_id")))
SESSION_OF_COOKIE = query(select(Session).where(Session.cookie_hash == bindparam("cookie_hash")))
SESSIONS_OF_PERSON = query(
    select(Session).where(Session.person_id == bindparam("person_id"), col(Session.ended_at).is_(None)).limit(500)
)
SESSIONS_AT_PROVIDER = query(select(Session).where(*_AT_PROVIDER).limit(500))
SIGN_INS_OVER = query(select(SignIn).where(SignIn.ends_at < _BEFORE).order_by(col(SignIn.ends_at)).limit(_MOST))
SESSIONS_OVER = query(select(Session).where(Session.ends_at < _BEFORE).order_by(col(Session.ends_at)).limit(_MOST))
