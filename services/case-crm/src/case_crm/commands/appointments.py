"""Appointments of cases: booked, moved, cancelled, reminded of, and whether the person came."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from common.contracts.cases import CaseStatusChanged, CaseView, ClosedForGood, EntryKind, MoveCase, ReasonNeeded
from common.contracts.cases.appointments import (
    AppointmentAttended,
    AppointmentBooked,
    AppointmentMissed,
    AppointmentMoved,
    AppointmentState,
    BookAppointment,
    BookedAlready,
    CancelAppointment,
    MoveAppointment,
    NotForYourCouncil,
    NothingBooked,
    RecordAttendance,
    TimeOver,
)
from common.promises import local_date
from common.runtime.ids import new_id
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands.cases import make_move
from case_crm.commands.expecting import BOOKED, MOVED, REMINDED, tell_when
from case_crm.commands.retention import Part, parts_of
from case_crm.commands.seats import cancel, give_back, remind, take
from case_crm.commands.texts import check_text
from case_crm.commands.timeline import note
from case_crm.domain import appointments, handling, relations
from case_crm.domain.appointments import Free
from case_crm.queries import File, named
from case_crm.queries.appointments import books_there, times_at
from case_crm.tables import Appointment, Interaction, Location

RECORDED = {AppointmentState.ATTENDED: AppointmentAttended, AppointmentState.MISSED: AppointmentMissed}
Opened = tuple[File, list[Interaction], list[Part]]


async def book(tx: Transaction, case_id: UUID, command: BookAppointment) -> CaseView:
    """Take a free time for a case."""
    file, touches, parts = await _opened(tx, case_id)
    case = file.case
    if file.booked:
        raise BookedAlready
    moved = _allowed(tx, file, appointments.booking(file.definition, case.stage))
    place, seat = await _seat(tx, file, command.location_id, command.starts_at)
    tx.saw([case.person_id], "booked an appointment for a case", case=case.id)
    row = tx.add(_booked(tx, file, command, seat))
    take(tx, seat)
    where = {"location_id": place.id, "starts_at": row.starts_at, "ends_at": row.ends_at}
    tx.say(AppointmentBooked(appointment_id=row.id, **where, channel=command.channel), on=case)
    note(tx, case, EntryKind.APPOINTMENT, text=None, public=True, what=row.state)
    file = _moved_on(tx, file.with_appointment(row, place), moved, parts)
    remind(tx, case, row)
    tell_when(tx, file, row, BOOKED)
    return queries.shown_file(tx, file, touches)


async def move(tx: Transaction, case_id: UUID, command: MoveAppointment) -> CaseView:
    """Take another free time, and give the one before back."""
    file, touches, _ = await _opened(tx, case_id)
    case, row = file.case, _ahead(tx, file)
    await _check_reason(tx, file, command)
    if (row.location_id, row.starts_at) == (command.location_id, command.starts_at):
        raise BookedAlready
    place, seat = await _seat(tx, file, command.location_id, command.starts_at)
    tx.saw([case.person_id], "moved an appointment of a case", case=case.id)
    was_at, by = row.starts_at, appointments.asked_by(command.asked_by, role=tx.me.role)
    give_back(tx, row)
    take(tx, seat)
    when = {"location_id": place.id, "starts_at": seat.starts_at, "ends_at": seat.ends_at}
    tx.change(row, **when, session_id=seat.session_id, number=seat.number, to_be_moved=False)
    tx.say(AppointmentMoved(appointment_id=row.id, was_at=was_at, **when, asked_by=by), on=case)
    note(tx, case, EntryKind.APPOINTMENT, text=command.reason, public=True, what="moved")
    remind(tx, case, row)
    file = file.with_appointment(row, place)
    tell_when(tx, file, row, MOVED)
    return queries.shown_file(tx, file, touches)


async def cancel_appointment(tx: Transaction, case_id: UUID, command: CancelAppointment) -> CaseView:
    """Give the time back; the case stands where another can be booked."""
    file, touches, parts = await _opened(tx, case_id)
    row = _ahead(tx, file)
    await _check_reason(tx, file, command)
    moved = _allowed(tx, file, appointments.freeing(file.definition, file.case.stage, reason=command.reason))
    tx.saw([file.case.person_id], "cancelled an appointment of a case", case=file.case.id)
    by = appointments.asked_by(command.asked_by, role=tx.me.role)
    file = cancel(tx, file, row, asked_by=by, reason=command.reason)
    return queries.shown_file(tx, _moved_on(tx, file, moved, parts), touches)


async def record(tx: Transaction, case_id: UUID, command: RecordAttendance) -> CaseView:
    """Note whether somebody came. Who did not can book again."""
    file, touches, parts = await _opened(tx, case_id)
    case, row = file.case, file.booked
    if row is None:
        raise NothingBooked
    appointments.check_begun(row.starts_at, tx.now)
    missed = command.outcome is AppointmentState.MISSED
    moved = _allowed(tx, file, appointments.freeing(file.definition, case.stage)) if missed else None
    tx.saw([case.person_id], "noted whether somebody came to an appointment", case=case.id)
    give_back(tx, row)
    tx.change(row, state=command.outcome.value)
    tx.say(RECORDED[command.outcome](appointment_id=row.id, starts_at=row.starts_at), on=case)
    note(tx, case, EntryKind.APPOINTMENT, text=None, public=True, what=row.state)
    return queries.shown_file(tx, _moved_on(tx, file.with_appointment(row), moved, parts), touches)


async def remind_person(tx: Transaction, case_id: UUID) -> None:
    """Have the person told of their appointment, while it is to come."""
    file = await queries.find_file(tx, case_id)
    row = file.booked if file else None
    if file and row and row.starts_at > tx.now:
        tell_when(tx, file, row, REMINDED)


async def _opened(tx: Transaction, case_id: UUID) -> Opened:
    """A case that the caller changes, and may, with its touches and its parts."""
    file = await queries.case_file(tx, case_id)
    touches = await tx.all(named.INTERACTIONS, case_id=case_id)
    parts = await parts_of(tx, file)
    tx.edits(file.case)
    if handling.closed_to(queries.caller_of(tx), file.case.status):
        raise ClosedForGood
    return file, touches, parts


def _ahead(tx: Transaction, file: File) -> Appointment:
    """The appointment that is booked, and that the caller may still change."""
    row = file.booked
    if row is None:
        raise NothingBooked
    if row.starts_at <= tx.now:
        raise TimeOver
    if not row.to_be_moved:
        appointments.check_notice(file.definition, row.starts_at, role=tx.me.role, now=tx.now)
    return row


async def _seat(tx: Transaction, file: File, location_id: UUID, starts_at: datetime) -> tuple[Location, Free]:
    """A free seat where and when it is asked for. Raises why there is none."""
    case, taken = file.case, file.definition.appointments
    place, sessions, calendar, _ = await times_at(tx, location_id, at=starts_at)
    if not books_there(place, case.council):
        raise NotForYourCouncil
    until = local_date(tx.now, calendar) + timedelta(days=taken.days_ahead if taken else 0)
    seat = appointments.seat_at(sessions, case.service, calendar, starts_at=starts_at, now=tx.now, until=until)
    return place, seat


async def _check_reason(tx: Transaction, file: File, command: CancelAppointment) -> None:
    """An officer says why, without a word of where a protected person is."""
    if tx.me.role == "officer" and not command.reason:
        raise ReasonNeeded
    case, insists = file.case, command.no_address_in_it
    await check_text(tx, command.reason, case.person_id, at="/reason", insists=insists, case=case.id)


def _allowed(tx: Transaction, file: File, moved: CaseStatusChanged | None) -> CaseStatusChanged | None:
    """A transition that an appointment makes, where nothing of how the case is handled is in its way."""
    if moved is not None:
        relations.check_move(moved, file.related, file.unseen)
        asked = MoveCase(transition=moved.transition, reason=moved.reason)
        handling.check_move(
            asked, file.definition, queries.standing(tx, file.case, file.checked()), queries.caller_of(tx)
        )
    return moved


def _moved_on(tx: Transaction, file: File, moved: CaseStatusChanged | None, parts: list[Part]) -> File:
    return make_move(tx, file, moved, parts, amount=None) if moved else file


def _booked(tx: Transaction, file: File, command: BookAppointment, seat: Free) -> Appointment:
    case = file.case
    return Appointment(
        id=new_id(),
        council=case.council,
        case_id=case.id,
        person_id=case.person_id,
        location_id=command.location_id,
        session_id=seat.session_id,
        number=seat.number,
        starts_at=seat.starts_at,
        ends_at=seat.ends_at,
        state=AppointmentState.BOOKED.value,
        to_be_moved=False,
        booked_at=tx.now,
        channel=command.channel.value,
        by_role=tx.me.actor_kind,
        by_id=tx.me.actor_id,
    )
