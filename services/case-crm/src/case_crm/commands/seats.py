"""Taking a seat at a location, and giving it back: with what is said of it, and with what its case's timeline tells."""

from __future__ import annotations

from datetime import timedelta

from common.contracts.cases import CaseStatusChanged, EntryKind, TaskKind
from common.contracts.cases.appointments import AppointmentCancelled, AppointmentState, AskedBy
from common.runtime.settings import Council
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from case_crm.commands.expecting import CANCELLED, TO_BE_MOVED, tell_no_more
from case_crm.commands.tasks import add_task
from case_crm.commands.timeline import note
from case_crm.domain.appointments import Free, reminder_at
from case_crm.queries import File
from case_crm.queries.calendars import calendars
from case_crm.tables import Appointment, Case, Seat

REMINDER = Timer("appointment_reminder")
SETTLED = timedelta(minutes=1)  # whoever is booking as a place closes has booked by then, and is found too
LOOK_BY = timedelta(days=1)
FIND_ANOTHER = "The place is not open for this appointment any more: find another time with its person."


def take(tx: Transaction, seat: Free) -> None:
    """Take a seat that was free a moment ago: where it is taken by now, the command is run again."""
    tx.add(Seat(session_id=seat.session_id, starts_at=seat.starts_at, number=seat.number, taken_at=tx.now))


def give_back(tx: Transaction, row: Appointment) -> None:
    """Let somebody else have the seat of an appointment."""
    tx.remove(Seat(session_id=row.session_id, starts_at=row.starts_at, number=row.number, taken_at=row.booked_at))


def remind(tx: Transaction, case: Case, row: Appointment) -> None:
    """Have the person reminded the working day before, where that is still to come. Said first, it is of the case."""
    council: Council = tx.councils[case.council]
    at = reminder_at(row.starts_at, calendars()[council.calendar])
    if at and at > tx.now:
        tx.remind(REMINDER, about=case, at=at)
    else:
        tx.forget(REMINDER, about=case)


def cancel(
    tx: Transaction, file: File, row: Appointment, *, asked_by: AskedBy, reason: str | None, told: str = CANCELLED
) -> File:
    """Expect somebody no more. Who does not cancel it themself is written to."""
    give_back(tx, row)
    tx.change(row, state=AppointmentState.CANCELLED.value)
    said = {"appointment_id": row.id, "starts_at": row.starts_at, "asked_by": asked_by, "reason": reason}
    tx.say(AppointmentCancelled(**said), on=file.case)
    note(tx, file.case, EntryKind.APPOINTMENT, text=reason, public=True, what=AppointmentState.CANCELLED.value)
    tx.forget(REMINDER, about=file.case)
    if tx.me.role != "resident":
        tell_no_more(tx, file.case, row, told, council=(file.appointment or {})["place"]["council"])
    return file.with_appointment(row)


def have_another_found(tx: Transaction, case: Case, row: Appointment, *, council: str) -> None:
    """Have whoever deals with a case find another time for an appointment at a place of a council; its person is told so."""
    tx.change(row, to_be_moved=True)
    add_task(tx, case, TaskKind.ALERT, FIND_ANOTHER, due_at=tx.now + LOOK_BY)
    tx.forget(REMINDER, about=case)
    tell_no_more(tx, case, row, TO_BE_MOVED, council=council)


def let_go(tx: Transaction, file: File, moved: CaseStatusChanged) -> File:
    """A case that goes on otherwise than by its appointment, which is still to come, needs that no more."""
    row, taken = file.booked, file.definition.appointments
    booked_in = {move.to for move in file.definition.transitions if taken and move.transition == taken.books}
    if row is None or row.starts_at <= tx.now or moved.stage in booked_in:
        return file
    by = AskedBy.PERSON if tx.me.role == "resident" else AskedBy.COUNCIL
    return cancel(tx, file, row, asked_by=by, reason=moved.reason)
