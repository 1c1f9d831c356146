"""Taking a seat at a location, and giving it back: with what is said of it, and with what its case's timeline tells."""

from __future__ import annotations

from common.contracts.cases import CaseStatusChanged, EntryKind
from common.contracts.cases.appointments import AppointmentCancelled, AppointmentState, AskedBy
from common.runtime.settings import Council
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from case_crm.commands.timeline import note
from case_crm.domain.appointments import Free, reminder_at
from case_crm.queries import File
from case_crm.queries.calendars import calendars
from case_crm.tables import Appointment, Case, Seat

REMINDER = Timer("appointment_reminder")


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


def cancel(tx: Transaction, file: File, row: Appointment, *, asked_by: AskedBy, reason: str | None) -> File:
    """Expect somebody no more."""
    give_back(tx, row)
    tx.change(row, state=AppointmentState.CANCELLED.value)
    said = {"appointment_id": row.id, "starts_at": row.starts_at, "asked_by": asked_by, "reason": reason}
    tx.say(AppointmentCancelled(**said), on=file.case)
    note(tx, file.case, EntryKind.APPOINTMENT, text=reason, public=True, what=AppointmentState.CANCELLED.value)
    tx.forget(REMINDER, about=file.case)
    return file.with_appointment(row)


def let_go(tx: Transaction, file: File, moved: CaseStatusChanged) -> File:
    """A case that goes on otherwise than by its appointment, which is still to come, needs that no more."""
    row, taken = file.booked, file.definition.appointments
    booked_in = {move.to for move in file.definition.transitions if taken and move.transition == taken.books}
    if row is None or row.starts_at <= tx.now or moved.stage in booked_in:
        return file
    by = AskedBy.PERSON if tx.me.role == "resident" else AskedBy.COUNCIL
    return cancel(tx, file, row, asked_by=by, reason=moved.reason)
