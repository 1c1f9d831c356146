"""The reads of signing in as staff."""

from __future__ import annotations

from typing import Any

from common.runtime.query import query
from sqlalchemy import DateTime, Integer, bindparam
from sqlmodel import col, select

from customer_account.tables import StaffSession

_BEFORE: Any = bindparam("before", type_=DateTime(timezone=True))

STAFF_SESSION_OF_COOKIE = query(select(StaffSession).where(StaffSession.cookie_hash == bindparam("cookie_hash")))
SESSIONS_OF_STAFF = query(
    select(StaffSession)
    .where(StaffSession.staff_id == bindparam("staff_id"), col(StaffSession.ended_at).is_(None))
    .limit(500)
)
STAFF_SESSIONS_OVER = query(
    select(StaffSession)
    .where(StaffSession.ends_at < _BEFORE)
    .order_by(col(StaffSession.ends_at))
    .limit(bindparam("most", type_=Integer()))
)
