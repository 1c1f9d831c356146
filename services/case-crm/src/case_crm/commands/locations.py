"""Locations of a council, as an officer keeps them: where they are, and when people are seen there."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from common.contracts.cases.locations import (
    BeginSession,
    EndSession,
    LocationView,
    SessionView,
    SetLocation,
    UnknownCouncil,
)
from common.runtime.ids import new_id
from common.runtime.problems import NotFound
from common.runtime.tables import Aggregate
from common.runtime.timers import Due, Timer
from common.runtime.transaction import Transaction

from case_crm.commands.seats import SETTLED, have_another_found
from case_crm.domain.appointments import begins_after
from case_crm.queries import named
from case_crm.queries.appointments import appointment_of, calendar_of_place, shown_location
from case_crm.tables import Location, Session

SESSION_ENDED = Timer("location_session_ended")
BATCH = 100


async def add_location(tx: Transaction, command: SetLocation) -> LocationView:
    """Keep a place where the officer's council sees people."""
    _check_shared(tx, command.shared_with)
    row = tx.add(Location(id=new_id(), council=tx.council, **command.model_dump()))
    return shown_location(row, [])


async def set_location(tx: Transaction, location_id: UUID, command: SetLocation) -> LocationView:
    """Keep a place as the command says it is. Who booked there when another council still shared it keeps their time."""
    row, sessions = await _mine(tx, location_id)
    _check_shared(tx, command.shared_with)
    tx.change(row, **command.model_dump())
    return shown_location(row, sessions)


async def begin_session(tx: Transaction, location_id: UUID, command: BeginSession) -> SessionView:
    """See people at a place at these times, from a day on."""
    row, _ = await _mine(tx, location_id)
    session = tx.add(Session(id=new_id(), location_id=row.id, council=row.council, **command.model_dump()))
    return _shown(session)


async def end_session(tx: Transaction, location_id: UUID, session_id: UUID, command: EndSession) -> SessionView:
    """See nobody there after a day; whoever deals with a case that was to be there later is told soon."""
    await _mine(tx, location_id)
    session = await tx.one(named.SESSION, location_id=location_id, session_id=session_id)
    if session is None:
        raise NotFound
    tx.change(session, last_day=command.last_day)
    _look_soon(tx, session.id)
    return _shown(session)


async def find_others(tx: Transaction, due: Due) -> None:
    """Have another time found for each case whose appointment is after the last day of a session, some at a time."""
    session = await tx.one(named.SESSION_EVER, session_id=due.aggregate_id)
    if session is None or session.last_day is None:
        return
    since = max(tx.now, begins_after(session.last_day, calendar_of_place(tx, session.council)))
    found = await tx.all(named.BOOKED_IN_SESSION, session_id=session.id, since=since, most=BATCH)
    for case, columns in found:
        have_another_found(tx, case, appointment_of(columns), council=session.council)
    if len(found) == BATCH:
        _look_soon(tx, session.id)


def _look_soon(tx: Transaction, session_id: UUID) -> None:
    tx.remind(SESSION_ENDED, about=Aggregate(id=session_id), at=tx.now + SETTLED)


async def _mine(tx: Transaction, location_id: UUID) -> tuple[Location, list[dict[str, object]]]:
    """A location of the officer's own council: what others share is theirs to keep."""
    day = tx.now.date()
    found = await tx.one(named.LOCATION_HERE, location_id=location_id, council=tx.council, day=day)
    if found is None:
        raise NotFound
    return found


def _check_shared(tx: Transaction, councils: Iterable[str]) -> None:
    if {*councils} - {*tx.councils} - {tx.council}:
        raise UnknownCouncil


def _shown(session: Session) -> SessionView:
    return SessionView.model_validate(session.model_dump() | {"session_id": session.id})
