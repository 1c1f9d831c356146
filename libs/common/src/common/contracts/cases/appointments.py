"""Appointments of cases: booked, moved, cancelled, and whether the person came. They are part of their case, and said of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from common.contracts.base import PERSONAL, Channel, Command, Open, PersonId, Refusal, Text, View, When
from common.contracts.cases.events import CaseEvent
from common.contracts.cases.locations import PlaceView


class AppointmentState(StrEnum):
    """How an appointment stands. One that was moved is still booked."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    MISSED = "missed"
    OTHER = "other"


class AskedBy(StrEnum):
    """Who wanted an appointment changed. What the council wants otherwise is a fault of ours, and counted so."""

    PERSON = "person"
    COUNCIL = "council"
    OTHER = "other"


class AppointmentAction(StrEnum):
    """What a caller may do about a case's appointment now."""

    BOOK = "book"
    MOVE = "move"
    CANCEL = "cancel"
    RECORD = "record"


# -- what is said


class AppointmentBooked(CaseEvent, name="appointment.booked"):
    """The person of the case is expected at a place and a time."""

    appointment_id: UUID
    location_id: UUID
    starts_at: datetime
    ends_at: datetime
    channel: Open[Channel]


class AppointmentMoved(CaseEvent, name="appointment.moved"):
    """They are expected at another time, or another place."""

    appointment_id: UUID
    location_id: UUID
    was_at: datetime
    starts_at: datetime
    ends_at: datetime
    asked_by: Open[AskedBy]


class AppointmentCancelled(CaseEvent, name="appointment.cancelled"):
    """They are not expected any more."""

    appointment_id: UUID
    starts_at: datetime
    asked_by: Open[AskedBy]
    reason: Annotated[str | None, PERSONAL] = None


class AppointmentAttended(CaseEvent, name="appointment.attended"):
    """They were there."""

    appointment_id: UUID
    starts_at: datetime


class AppointmentMissed(CaseEvent, name="appointment.missed"):
    """They were not there. They can book again."""

    appointment_id: UUID
    starts_at: datetime


# -- what is asked


class BookAppointment(Command):
    """Take one of the free times of a location."""

    location_id: UUID
    starts_at: When
    channel: Channel = Channel.ONLINE


class CancelAppointment(Command):
    """Give the time back. Officers say why, and who wanted it."""

    reason: Text | None = None
    asked_by: Literal[AskedBy.PERSON, AskedBy.COUNCIL] = Field(
        default=AskedBy.COUNCIL, description="For officers: what a person does themself, they wanted."
    )
    no_address_in_it: bool = Field(
        default=False, description="A cleared officer looked: what seems an address is none."
    )


class MoveAppointment(CancelAppointment):
    """Take another free time instead. The one before is given back in the same moment."""

    location_id: UUID
    starts_at: When


class RecordAttendance(Command):
    """Say whether somebody came."""

    outcome: Literal[AppointmentState.ATTENDED, AppointmentState.MISSED]


# -- what is shown


class AppointmentView(View):
    """An appointment. `to_be_moved`: the location is not open then after all, and somebody will be in touch."""

    appointment_id: UUID
    starts_at: datetime
    ends_at: datetime
    state: str
    told: str = Field(description="How it stands, in words for the person.")
    to_be_moved: bool
    place: PlaceView | None = Field(
        default=None, description="Not for officers who may not know where a protected person is."
    )


class ExpectedView(View):
    """Somebody who is expected, or was."""

    case_id: UUID
    reference: str
    service: str
    title: str
    person_id: PersonId | None
    starts_at: datetime
    ends_at: datetime
    state: str


class DayView(View):
    """Whom an officer's council expects at a location on a day, in their order."""

    items: list[ExpectedView]


# -- what is refused


class TakesNoAppointment(Refusal, status=409):
    """No appointment is made for this request as it stands now."""


class BookedAlready(Refusal, status=409):
    """There is an appointment already. It can be moved to another time."""


class NothingBooked(Refusal, status=409):
    """There is no appointment that this could be done with."""


class TimeTaken(Refusal, status=409):
    """Somebody else has taken this time. The next ones that are free are named here."""


class TimeOver(Refusal):
    """This time is over."""


class ClosedThatDay(Refusal):
    """The council is closed on that day."""


class NoSuchTime(Refusal):
    """No appointment begins then at this place. Please take one of the times that are free."""


class TooFarAhead(Refusal):
    """This is further ahead than can be booked now."""


class NotGivenThere(Refusal):
    """This place gives no appointments for this service."""


class NotForYourCouncil(Refusal):
    """This place is another council's, which does not share it with yours."""


class ShortNotice(Refusal, status=409):
    """It is too late to change this yourself. Please call us: we can."""


class NotYetBegun(Refusal, status=409):
    """Whether somebody came is noted once the appointment has begun."""
