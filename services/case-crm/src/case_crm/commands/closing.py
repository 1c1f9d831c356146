"""Days that a council closes after people were booked on them: each appointment is called off, and its person told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from common.contracts.cases import TaskKind
from common.contracts.cases.appointments import AskedBy
from common.promises import Calendar, local_date
from common.runtime.limits import restricted_among
from common.runtime.tables import Aggregate
from common.runtime.timers import Due, Timer
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands.cases import make_move
from case_crm.commands.expecting import DAY_CLOSED
from case_crm.commands.seats import LOOK_BY, SETTLED, cancel, have_another_found
from case_crm.commands.tasks import add_task
from case_crm.domain import appointments
from case_crm.queries import File, named
from case_crm.queries.appointments import appointment_of, calendar_of_place
from case_crm.tables import Appointment, Case, CouncilCalendar

DAYS_CLOSED = Timer("calendar_days_closed")
ONCE_MORE = timedelta(hours=1)  # replicas of the release before, which know of no such day, are gone by then
BATCH = 50
CALLED_OFF = "We are closed on the day of this appointment, and called it off: see that its person finds another time."


def look_soon(tx: Transaction, row: CouncilCalendar) -> None:
    """Have those be found who are booked on a day on which the council is closed now."""
    tx.remind(DAYS_CLOSED, about=row, at=tx.now + SETTLED)


async def call_off(tx: Transaction, due: Due) -> None:
    """Call appointments off that are to come at a council's places on a day that it closed, some at a time.

    Its own are cancelled. Whose case is another council's, which shares the place and may be open, or whose data is kept and
    not used, has another time found by whoever deals with the case.
    """
    calendar = calendar_of_place(tx, due.council)
    days = appointments.closed_days(calendar, now=tx.now)
    asked = {"since": [since for since, _ in days], "before": [before for _, before in days], "most": BATCH}
    found = [
        (case, appointment_of(columns))
        for case, columns in await tx.all(named.BOOKED_ON_CLOSED_DAYS, council=due.council, **asked)
    ]
    files = await _own_files(tx, due.council, [case for case, _ in found])
    for case, row in found:
        if file := files.get(case.id):
            _cancel(tx, replace(file, case=case), row, calendar)  # as it was found: changed since, all is read again
        else:
            have_another_found(tx, case, row, council=due.council)
    _go_on(tx, due, whole=len(found) == BATCH)


def _cancel(tx: Transaction, file: File, row: Appointment, calendar: Calendar) -> None:
    """Cancel an appointment for the council's sake: its case is where another can be booked."""
    case, why = file.case, appointments.closed_after_all(local_date(row.starts_at, calendar), calendar)
    moved = appointments.freeing(file.definition, case.stage, reason=why)
    file = cancel(tx, file, row, asked_by=AskedBy.COUNCIL, reason=why, told=DAY_CLOSED)
    if moved:
        make_move(tx, file, moved, (), amount=None)  # it stays open, so its parts go on as they are
    add_task(tx, case, TaskKind.ALERT, CALLED_OFF, due_at=tx.now + LOOK_BY)


async def _own_files(tx: Transaction, council: str, cases: list[Case]) -> Mapping[UUID, File]:
    """The files of those cases that are the council's own, and of people whose data may be used."""
    if not cases:
        return {}
    left_alone = await restricted_among(tx, {case.person_id for case in cases if case.person_id})
    own = [case.id for case in cases if case.council == council and case.person_id not in left_alone]
    return {file.case.id: file for file in await queries.case_files(tx, own)}


def _go_on(tx: Transaction, due: Due, *, whole: bool) -> None:
    """The rest at once; and all once more later."""
    about = Aggregate(id=due.aggregate_id)
    if whole:
        tx.remind(DAYS_CLOSED, about=about, at=tx.now, details=due.details)
    elif not due.details:
        tx.remind(DAYS_CLOSED, about=about, at=tx.now + ONCE_MORE, details={"once_more": True})
