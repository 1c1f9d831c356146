"""Appointments of cases, and who is expected where."""

from __future__ import annotations

from uuid import UUID

from common.contracts.cases import (
    CaseView,
    ReasonNeeded,
)
from common.contracts.cases.appointments import (
    BookAppointment,
    BookedAlready,
    CancelAppointment,
    ClosedThatDay,
    DayView,
    MoveAppointment,
    NoSuchTime,
    NotForYourCouncil,
    NotGivenThere,
    NothingBooked,
    NotYetBegun,
    RecordAttendance,
    ShortNotice,
    TakesNoAppointment,
    TimeOver,
    TimeTaken,
    TooFarAhead,
)
from common.contracts.cases.locations import SomeDay
from common.contracts.people.protection import AddressInText
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers

from case_crm.api.rules import HANDLING, may_move
from case_crm.commands import appointments as commands
from case_crm.queries import appointments as queries

routes = Api(tag="appointments")

_WHEN = (TimeTaken, TimeOver, TooFarAhead, ClosedThatDay, NoSuchTime, NotGivenThere, NotForYourCouncil, BookedAlready)
_CHANGING = (NothingBooked, ShortNotice, ReasonNeeded, AddressInText)


@routes.edit("/cases/{case_id}/appointment", allow=may_move, refuses=[TakesNoAppointment, *_WHEN, *HANDLING])
async def book_appointment(case_id: UUID, command: BookAppointment, tx: Tx) -> CaseView:
    """Book one of the free times of a location, by any channel. The case is then as its service says of one that is booked."""
    return await commands.book(tx, case_id, command)


@routes.edit("/cases/{case_id}/appointment/move", allow=may_move, refuses=[*_CHANGING, *_WHEN, *HANDLING])
async def move_appointment(case_id: UUID, command: MoveAppointment, tx: Tx) -> CaseView:
    """Take another free time instead. Residents do so until their service's notice; officers any time before, and say why."""
    return await commands.move(tx, case_id, command)


@routes.edit("/cases/{case_id}/appointment/cancel", allow=may_move, refuses=[*_CHANGING, TimeOver, *HANDLING])
async def cancel_appointment(case_id: UUID, command: CancelAppointment, tx: Tx) -> CaseView:
    """Give the time back, for somebody else to have. The case goes on, and another can be booked."""
    return await commands.cancel_appointment(tx, case_id, command)


@routes.edit(
    "/cases/{case_id}/appointment/attendance",
    allow=officers("cases:write"),
    refuses=[NothingBooked, NotYetBegun, *HANDLING],
)
async def record_attendance(case_id: UUID, command: RecordAttendance, tx: Tx) -> CaseView:
    """Say whether somebody came. Who was missed is told so kindly, and can book again."""
    return await commands.record(tx, case_id, command)


@routes.read("/locations/{location_id}/appointments", allow=officers("cases:read"))
async def expected_at_location(location_id: UUID, day: SomeDay, read: Read) -> DayView:
    """Whom the council expects at a location on a day, in their order. Whom another council expects there is theirs to know."""
    return await queries.expected(read, location_id, day)
