"""Locations, the times that are free there, and appointments as their readers see them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.contracts.base import Code
from common.contracts.cases.appointments import AppointmentState, AppointmentView, DayView, ExpectedView
from common.contracts.cases.locations import FreeTimesView, LocationsView, LocationView, PlaceView, SessionView
from common.promises import Calendar, local_date
from common.runtime.problems import NotFound
from common.runtime.reading import Reading
from pydantic import TypeAdapter

from case_crm.domain import appointments
from case_crm.domain.appointments import DAYS_A_PAGE, ONE_DAY, Times, begins_after
from case_crm.domain.protection import Reader
from case_crm.queries import named
from case_crm.queries.calendars import calendars
from case_crm.queries.protection import reader_of
from case_crm.tables import Appointment, Location

_sessions = TypeAdapter(list[Times])
_MOMENTS = ("starts_at", "ends_at", "booked_at")
_IDS = ("id", "case_id", "person_id", "location_id", "session_id")


async def locations(read: Reading, council: str, service: Code | None) -> LocationsView:
    """The locations at which a council books: its own and shared ones, those alone that give appointments for a service."""
    found = await read.all(named.LOCATIONS, councils=[*read.councils], day=read.now.date())
    shown = [shown_location(row, sessions) for row, sessions in found if books_there(row, council)]
    return LocationsView(items=[each for each in shown if service is None or service in each.services])


async def free_times(read: Reading, location_id: UUID, service: Code, first: date | None) -> FreeTimesView:
    """A fortnight of times that are free at a location for a service."""
    row, sessions, calendar, first = await times_at(read, location_id, first=first)
    items = appointments.free_times(sessions, service, calendar, first=first, now=read.now)
    following = first + ONE_DAY * DAYS_A_PAGE
    goes_on = following <= calendar.last and any(
        service in each.services and (each.last_day is None or each.last_day >= following) for each in sessions
    )
    return FreeTimesView(location_id=row.id, service=service, items=items, next=following if goes_on else None)


async def times_at(
    read: Reading, location_id: UUID, *, first: date | None = None, at: datetime | None = None
) -> tuple[Location, list[Times], Calendar, date]:
    """A location, its sessions with what is taken of a fortnight, its calendar, and the first day of that. Raises NotFound.

    The fortnight begins on the day `first`, or around the moment `at`; without either it begins today.
    """
    moment = at or read.now
    day = first or (moment.date() - ONE_DAY)  # in no zone a moment is on an earlier day
    since, before = _from(day), _from(day + ONE_DAY * (DAYS_A_PAGE + 4))
    found = await read.one(named.LOCATION_WITH_TIMES, location_id=location_id, day=day, since=since, before=before)
    if found is None:
        raise NotFound
    row, sessions = found
    calendar = calendar_of_place(read, row.council)
    return row, _sessions.validate_python(sessions), calendar, first or local_date(moment, calendar)


async def expected(read: Reading, location_id: UUID, day: date) -> DayView:
    """Whom the officer's council expects at a location on a day. Where protected people are, is for those who are cleared."""
    zone = calendar_of_place(read, read.council)
    since, before = begins_after(day - ONE_DAY, zone), begins_after(day, zone)
    rows = await read.all(named.EXPECTED, council=read.council, location_id=location_id, since=since, before=before)
    seen = [row for row in rows if not reader_of(read, row["protected_kinds"]).hidden]
    read.saw({row["person_id"] for row in seen}, "looked at who is expected at a place")
    return DayView(items=[ExpectedView(**{name: row[name] for name in ExpectedView.model_fields}) for row in seen])


def books_there(row: Location, council: str) -> bool:
    """Whether a council books at a location."""
    return council == row.council or council in row.shared_with


def calendar_of_place(read: Reading, council: str) -> Calendar:
    """The calendar that says when a council's locations are closed, and the clocks that they go by."""
    return calendars()[read.councils[council].calendar]


def shown_location(row: Location, sessions: list[Any]) -> LocationView:
    """A location with its sessions."""
    held = [SessionView.model_validate(each | {"session_id": each["id"]}) for each in sessions]
    given = sorted({service for each in held for service in each.services})
    known = {name: getattr(row, name) for name in ("council", "shared_with")}
    return LocationView(**shown_place(row.model_dump()).model_dump(), **known, services=given, sessions=held)


def shown_place(columns: dict[str, Any]) -> PlaceView:
    """A location, for somebody who goes there."""
    return PlaceView.model_validate(columns | {"location_id": columns["id"]})


def shown_appointment(columns: dict[str, Any] | None, reader: Reader) -> AppointmentView | None:
    """The appointment of a case; where a protected person will be is not for every officer."""
    if columns is None:
        return None
    told = appointments.told(columns["state"], to_be_moved=columns["to_be_moved"])
    return AppointmentView(
        appointment_id=columns["id"],
        **{name: columns[name] for name in ("starts_at", "ends_at", "state", "to_be_moved")},
        told=told,
        place=None if reader.hidden else shown_place(columns["place"]),
    )


def booked_of(columns: dict[str, Any] | None) -> Appointment | None:
    """The row of the last appointment of a case, where it is booked."""
    return appointment_of(columns) if columns and columns["state"] == AppointmentState.BOOKED else None


def appointment_of(columns: dict[str, Any]) -> Appointment:
    """The row of an appointment as PostgreSQL gave it in JSON, with its moments and ids as what they are."""
    moments = {name: datetime.fromisoformat(columns[name]) for name in _MOMENTS}
    ids = {name: columns[name] and UUID(columns[name]) for name in _IDS}
    plain = {name: value for name, value in columns.items() if name != "place"}
    return Appointment.model_construct(**(plain | moments | ids))


def _from(day: date) -> datetime:
    """A moment before the day begins, wherever it is."""
    return datetime.fromisoformat(f"{day - ONE_DAY}T00:00:00+00:00")
