"""The reads of queues: what is to be seen to first, of the council, a team or an officer; and of who takes it."""

from __future__ import annotations

from typing import Any

from common.runtime.query import query, there_is
from common.runtime.restricting import RestrictedCase
from sqlalchemy import ARRAY, Boolean, Float, Text, Uuid, any_, bindparam, func, or_, text, true, tuple_
from sqlmodel import col, select

from case_crm.domain.places import EARTH
from case_crm.queries.named.clocks import clocks_of
from case_crm.tables import OPEN, Case, CasePlace, Hands, Member, SavedFilter, Task

_OPEN = text(OPEN)  # as the partial indexes say it
_HERE = Case.council == bindparam("council", type_=Text)
_OF_TEAM = Case.team == bindparam("team", type_=Text)
_NOBODYS = col(Case.owner_id).is_(None)
_IN_ORDER = (col(Case.queued_for), col(Case.id))
_AFTER = tuple_(*_IN_ORDER) > tuple_(bindparam("at"), bindparam("row"))
_MOST: Any = bindparam("most")


def _if_given(column: Any) -> Any:
    asked = bindparam(column.name, type_=Text)
    return or_(asked.is_(None), column == asked)


def _degrees(name: str) -> Any:
    return bindparam(name, type_=Float)


def _queue(*where: Any) -> Any:
    asked = [_if_given(column) for column in (col(Case.service), col(Case.status), col(Case.priority))]
    before = col(Case.queued_for) <= bindparam("before")
    statement = select(Case, clocks_of(Case.id)).where(_HERE, _OPEN, *where, *asked, before, _AFTER)
    return query(
        statement.order_by(*_IN_ORDER).limit(_MOST),
        into=lambda clocks, **case: (Case.model_construct(**case), clocks),
    )


def _metres_from(lat: Any, lon: Any) -> Any:
    """How far a place is, as `domain.places.metres_between` has it: the corners of a box are farther than its sides."""
    north, east = func.radians(CasePlace.lat - lat), func.radians(CasePlace.lon - lon)
    flat = func.cos(func.radians(lat)) * func.cos(func.radians(CasePlace.lat))
    return (
        2 * EARTH * func.asin(func.sqrt(func.power(func.sin(north / 2), 2) + flat * func.power(func.sin(east / 2), 2)))
    )


_near = select(col(CasePlace.case_id)).where(
    CasePlace.council == bindparam("council", type_=Text),
    text("going_on"),  # as the partial index says it
    col(CasePlace.lat).between(_degrees("south"), _degrees("north")),
    col(CasePlace.lon).between(_degrees("west"), _degrees("east")),
    _metres_from(_degrees("lat"), _degrees("lon")) <= bindparam("metres", type_=Float),
)
_any_team = _if_given(col(Case.team))
_any_owner = or_(bindparam("nobodys", type_=Boolean).is_(False), _NOBODYS)
QUEUE_OF_COUNCIL = _queue(_any_team, _any_owner)
_this_owner = or_(bindparam("owner", type_=Text).is_(None), col(Case.owner_id) == bindparam("owner", type_=Text))
QUEUE_NEAR = _queue(_any_team, _any_owner, _this_owner, col(Case.id).in_(_near))
QUEUE_OF_TEAM = _queue(_OF_TEAM, _NOBODYS)
QUEUE_OF_OFFICER = _queue(_any_team, Case.owner_id == bindparam("officer_id", type_=Text))

_held = select(func.count()).where(Case.council == Member.council, _OPEN, Case.owner_id == Member.officer_id)
MEMBERS = query(
    select(Member, _held.correlate(Member).scalar_subquery().label("held"))
    .where(Member.council == bindparam("council", type_=Text), _if_given(col(Member.team)))
    .order_by(col(Member.team), col(Member.officer_id))
    .limit(200),
    into=lambda held, **member: (Member.model_construct(**member), held),
)
MEMBER = query(
    select(Member).where(
        Member.council == bindparam("council", type_=Text),
        Member.team == bindparam("team", type_=Text),
        Member.officer_id == bindparam("officer_id", type_=Text),
    )
)
HOLDING = query(select(func.count()).where(_HERE, _OPEN, Case.owner_id == bindparam("officer_id", type_=Text)))
HANDS = query(
    select(Hands).where(
        Hands.council == bindparam("council", type_=Text),
        col(Hands.officer_id) == any_(bindparam("officers", type_=ARRAY(Text))),
    )
)
_asked_team = func.unnest(bindparam("teams", type_=ARRAY(Text))).table_valued("team").render_derived(name="asked")
_wait = select(col(Case.id)).where(_HERE, _OPEN, Case.team == _asked_team.c.team, _NOBODYS).limit(1000).lateral("wait")
HOW_MANY_WAIT = query(
    select(_asked_team.c.team, func.count().label("waiting"))
    .select_from(_asked_team.join(_wait, true()))
    .group_by(_asked_team.c.team),
    into=lambda team, waiting: (team, waiting),
)
# What is restricted is given to somebody by name, and by nothing else.
_OPEN_TO_ALL = ~there_is(
    col(RestrictedCase.id) == Case.id, col(RestrictedCase.shown_to).is_not(None)
)  # the others are given by name
NEXT_WAITING = query(
    select(col(Case.id))
    .where(
        _HERE,
        _OPEN,
        _OF_TEAM,
        _NOBODYS,
        _OPEN_TO_ALL,
        or_(col(Case.skill).is_(None), col(Case.skill) == any_(bindparam("skills", type_=ARRAY(Text)))),
        or_(col(Case.specialist).is_(False), bindparam("is_specialist", type_=Boolean)),
    )
    .order_by(*_IN_ORDER)
    .limit(1)
)
WAIT_FOR_TEAM = query(
    select(Case).where(_HERE, _OPEN, _OF_TEAM, _NOBODYS, _OPEN_TO_ALL).order_by(*_IN_ORDER).limit(_MOST)
)
TASKS_OF_NOBODY = query(
    select(Task).where(
        col(Task.case_id) == any_(bindparam("cases", type_=ARRAY(Uuid))),
        text("state = 'open'"),
        col(Task.officer_id).is_(None),
    )
)
SAVED_FILTERS = query(
    select(SavedFilter)
    .where(
        SavedFilter.council == bindparam("council", type_=Text),
        SavedFilter.officer_id == bindparam("officer_id", type_=Text),
    )
    .order_by(col(SavedFilter.name))
    .limit(100)
)
