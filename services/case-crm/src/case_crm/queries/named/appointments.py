"""The reads of locations, of what is taken there, and of the appointments of cases."""

from __future__ import annotations

from typing import Any

from common.runtime.query import query
from common.runtime.tables import Moment
from sqlalchemy import ARRAY, Date, Integer, Text, any_, bindparam, func, or_, text, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col, select

from case_crm.queries.named.facts import protected_kinds
from case_crm.tables import BOOKED, Appointment, Case, Location, Seat, Session

_BOOKED = text(BOOKED)  # as the partial indexes say it
_seat = (
    select(col(Seat.starts_at), col(Seat.number))
    .where(
        col(Seat.session_id) == Session.id,
        col(Seat.starts_at) >= bindparam("since", type_=Moment),
        col(Seat.starts_at) < bindparam("before", type_=Moment),
    )
    .correlate(Session)
    .lateral("each_seat")
)


def _as_list(each: Any, name: str) -> Any:
    rows = func.coalesce(func.jsonb_agg(func.to_jsonb(text(each.name)), type_=JSONB), text("'[]'::jsonb"))
    return select(rows).select_from(each).scalar_subquery().label(name)


def _sessions(*more: Any) -> Any:
    """Those of a location that are held on a day or later."""
    held = or_(col(Session.last_day).is_(None), col(Session.last_day) >= bindparam("day", type_=Date))
    each = (
        select(Session, *more)
        .where(col(Session.location_id) == Location.id, held)
        .order_by(col(Session.first_day), col(Session.begins), col(Session.id))
        .limit(200)
        .correlate(Location)
        .lateral("each_session")
    )
    return _as_list(each, "sessions")


def _with_sessions(sessions: list[Any], **location: Any) -> tuple[Location, list[Any]]:
    return Location.model_construct(**location), sessions


LOCATIONS = query(
    select(Location, _sessions())
    .where(col(Location.council) == any_(bindparam("councils", type_=ARRAY(Text))))
    .order_by(col(Location.title), col(Location.id))
    .limit(500),
    into=_with_sessions,
)
LOCATION_WITH_TIMES = query(
    select(Location, _sessions(_as_list(_seat, "taken"))).where(Location.id == bindparam("location_id")),
    into=_with_sessions,
)
LOCATION_HERE = query(
    select(Location, _sessions()).where(
        Location.id == bindparam("location_id"), Location.council == bindparam("council", type_=Text)
    ),
    into=_with_sessions,
)
SESSION_EVER = query(select(Session).where(Session.id == bindparam("session_id")))
SESSION = query(
    select(Session).where(Session.id == bindparam("session_id"), Session.location_id == bindparam("location_id"))
)

# The one that is booked, or else how the last one ended.
_each = (
    select(Appointment, func.to_jsonb(Location.__table__.table_valued()).label("place"))  # type: ignore[attr-defined]  # its table
    .join(Location, col(Location.id) == Appointment.location_id)
    .where(col(Appointment.case_id) == Case.id)
    .order_by(col(Appointment.booked_at).desc(), col(Appointment.id).desc())
    .limit(1)
    .correlate(Case)
    .lateral("each_appointment")
)
APPOINTMENT = select(func.to_jsonb(text("each_appointment"))).select_from(_each).scalar_subquery().label("appointment")
_BOOKED_CASE = select(Case, func.to_jsonb(Appointment.__table__.table_valued()).label("appointment"))  # type: ignore[attr-defined]  # its table


def _booked_case(appointment: Any, **case: Any) -> tuple[Case, Any]:
    return Case.model_construct(**case), appointment


BOOKED_IN_SESSION = query(
    _BOOKED_CASE.join(Appointment, col(Appointment.case_id) == Case.id)
    .where(
        col(Appointment.session_id) == bindparam("session_id"),
        _BOOKED,
        col(Appointment.starts_at) >= bindparam("since", type_=Moment),
        col(Appointment.to_be_moved).is_(False),
    )
    .order_by(col(Appointment.starts_at), col(Appointment.id))
    .limit(bindparam("most", type_=Integer)),
    into=_booked_case,
)
# At a council's places, whosever cases they are. In no order: what was found once is found no more, and all goes at once.
_moments = (bindparam(name, type_=ARRAY(Moment)) for name in ("since", "before"))
_closed = func.unnest(*_moments).table_valued("since", "before").render_derived(name="closed_day")
_on_closed = (
    select(Appointment)
    .where(
        col(Appointment.session_id) == Session.id,
        _BOOKED,
        col(Appointment.starts_at) >= _closed.c.since,
        col(Appointment.starts_at) < _closed.c.before,
        col(Appointment.to_be_moved).is_(False),
    )
    .order_by(col(Appointment.starts_at), col(Appointment.id))
    .limit(bindparam("most", type_=Integer))
    .correlate(Session, _closed)
    .lateral("on_closed_day")
)
BOOKED_ON_CLOSED_DAYS = query(
    select(Case, func.to_jsonb(text("on_closed_day")).label("appointment"))
    .select_from(Location)
    .join(Session, col(Session.location_id) == Location.id)
    .join(_closed, true())
    .join(_on_closed, true())
    .join(Case, col(Case.id) == _on_closed.c.case_id)
    .where(col(Location.council) == bindparam("council", type_=Text))
    .limit(bindparam("most", type_=Integer)),
    into=_booked_case,
)
_OF_CASE: Any = (col(Case.reference), col(Case.service), col(Case.title), protected_kinds(Appointment.person_id))
EXPECTED = query(
    select(Appointment, *_OF_CASE)
    .join(Case, col(Case.id) == Appointment.case_id)
    .where(
        col(Appointment.council) == bindparam("council", type_=Text),
        col(Appointment.location_id) == bindparam("location_id"),
        col(Appointment.starts_at) >= bindparam("since", type_=Moment),
        col(Appointment.starts_at) < bindparam("before", type_=Moment),
    )
    .order_by(col(Appointment.starts_at), col(Appointment.id))
    .limit(500),
    into=lambda **row: row,
)
