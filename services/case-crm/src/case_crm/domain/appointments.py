"""Which times of a location are free, by its sessions, its council's closed days and what is taken; and what may be done when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from common.contracts.cases import CaseStatusChanged, MoveCase
from common.contracts.cases.appointments import (
    AppointmentAction,
    AppointmentState,
    AskedBy,
    ClosedThatDay,
    NoSuchTime,
    NotGivenThere,
    NotYetBegun,
    ShortNotice,
    TakesNoAppointment,
    TimeOver,
    TimeTaken,
    TooFarAhead,
)
from common.contracts.cases.locations import FreeTime
from common.promises import Calendar, add_working_days, local_date
from common.promises.calendar import BeyondCalendar
from common.promises.hours import service_on
from pydantic import BaseModel

from case_crm.domain import cases
from case_crm.domain.definitions import ServiceDefinition

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ONE_DAY = timedelta(days=1)
DAYS_A_PAGE = 14
MOST_NAMED = 5  # free times, where the one that was asked for is taken
_BOOKED = AppointmentState.BOOKED

_TOLD: Mapping[str, str] = {
    "booked": "You have an appointment.",
    "cancelled": "This appointment was cancelled. You can book another one.",
    "attended": "You were at your appointment.",
    "missed": "We missed you at your appointment. That happens to anybody: please book another time that suits you.",
}
TO_BE_MOVED = "We cannot see you at this time after all. We are sorry: we will be in touch to find another."


class Taken(BaseModel):
    """A seat that is taken."""

    starts_at: datetime
    number: int


class Times(BaseModel):
    """A session of a location, and what is taken of it in the days that are asked about."""

    id: UUID
    services: list[str]
    day: str
    begins: str
    ends: str
    minutes: int
    at_once: int
    first_day: date
    last_day: date | None
    taken: list[Taken] = []

    def held_on(self, day: date) -> bool:
        """Whether it is held on a day, but for what the council's calendar says."""
        return (
            DAYS[day.weekday()] == self.day
            and self.first_day <= day
            and (self.last_day is None or day <= self.last_day)
        )

    def starts_on(self, day: date, calendar: Calendar) -> Iterator[datetime]:
        """When its appointments begin on a day on which it is held; all of the time each takes is within its hours."""
        start, end = _at(day, self.begins, calendar), _at(day, self.ends, calendar)
        step = timedelta(minutes=self.minutes)
        while start + step <= end:
            yield start
            start += step


@dataclass(frozen=True, slots=True)
class Free:
    """A time that can be taken: of this session, with the lowest number that is free."""

    session_id: UUID
    number: int
    starts_at: datetime
    ends_at: datetime


@dataclass(slots=True)
class _At:
    """What is free at one time, of all sessions together."""

    ends_at: datetime
    seats: list[Free] = field(default_factory=list)


def free_times(
    sessions: Sequence[Times], service: str, calendar: Calendar, *, first: date, now: datetime
) -> list[FreeTime]:
    """The free times of a fortnight from a day on, for a service, soonest first."""
    days = (first + timedelta(days=n) for n in range(DAYS_A_PAGE))
    found = [at for day in days for at in _on(sessions, service, calendar, day, now=now)]
    return [FreeTime(starts_at=start, ends_at=at.ends_at, free=len(at.seats)) for start, at in found if at.seats]


def seat_at(
    sessions: Sequence[Times], service: str, calendar: Calendar, *, starts_at: datetime, now: datetime, until: date
) -> Free:
    """A free seat of the time that is asked for. Raises why there is none; where it is taken, with the next that are free."""
    day, mine = local_date(starts_at, calendar), [each for each in sessions if service in each.services]
    if not mine:
        raise NotGivenThere
    if starts_at <= now:
        raise TimeOver
    if day > until:
        raise TooFarAhead(until=until.isoformat())
    if day in calendar.closed:
        raise ClosedThatDay
    at = dict(_on(mine, service, calendar, day, now=now)).get(starts_at.astimezone(UTC))
    if at is None:
        raise NoSuchTime
    if not at.seats:
        coming = free_times(mine, service, calendar, first=day, now=now)
        near = sorted(coming, key=lambda each: abs(each.starts_at - starts_at))[:MOST_NAMED]
        moments = sorted(each.starts_at for each in near if local_date(each.starts_at, calendar) <= until)
        raise TimeTaken(next=[moment.isoformat() for moment in moments])
    return at.seats[0]


def _on(
    sessions: Iterable[Times], service: str, calendar: Calendar, day: date, *, now: datetime
) -> list[tuple[datetime, _At]]:
    """The times of a day that are still to come, taken or not, in their order."""
    found: dict[datetime, _At] = {}
    for session in sessions:
        if service not in session.services or not session.held_on(day) or not _open(day, calendar):
            continue
        taken = {(each.starts_at, each.number) for each in session.taken}
        for start in session.starts_on(day, calendar):
            ends = start + timedelta(minutes=session.minutes)
            numbers = (n for n in range(session.at_once) if (start, n) not in taken)
            if start > now:
                at = found.setdefault(start, _At(ends))
                at.seats += [Free(session.id, number, start, ends) for number in numbers]
    return sorted(found.items(), key=lambda pair: pair[0])


def _open(day: date, calendar: Calendar) -> bool:
    """Whether nothing is closed. A session may be on a day on which the council does not work otherwise, such as a Saturday."""
    return calendar.first <= day <= calendar.last and day not in calendar.closed


def _at(day: date, clock: str, calendar: Calendar) -> datetime:
    """A time of a day by the clocks of the council, in UTC: what is between two such times is as long as it takes."""
    if clock == "24:00":
        return _at(day + ONE_DAY, "00:00", calendar)
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=calendar.zone).astimezone(UTC)


def begins_after(last_day: date, calendar: Calendar) -> datetime:
    """The first moment that is after a day."""
    return _at(last_day + ONE_DAY, "00:00", calendar)


def closed_days(calendar: Calendar, *, now: datetime) -> list[tuple[datetime, datetime]]:
    """What is still to come of the days on which a council is closed: from when, and before when."""
    days = ((begins_after(day - ONE_DAY, calendar), begins_after(day, calendar)) for day in sorted(calendar.closed))
    return [(max(since, now), before) for since, before in days if before > now]


def closed_after_all(day: date, calendar: Calendar) -> str:
    """Why an appointment on a day that was closed later is cancelled, for its person."""
    when = f"{day:%A} {day.day} {day:%B %Y}"
    return f"We are closed on {when} after all: {calendar.closed[day]}. We are sorry. Please book another time."


def reminder_at(starts_at: datetime, calendar: Calendar) -> datetime | None:
    """As the council opens on the working day before; None where its calendar does not reach so far."""
    try:
        day = add_working_days(local_date(starts_at, calendar), -1, calendar)
        return service_on(day, calendar)[0][0]
    except BeyondCalendar:
        return None


def told(state: str, *, to_be_moved: bool) -> str:
    """How an appointment stands, for its person."""
    return TO_BE_MOVED if to_be_moved and state == _BOOKED else _TOLD.get(state, "")


def booking(definition: ServiceDefinition, stage: str) -> CaseStatusChanged | None:
    """What a booking makes of a case; None where it stands as a booked one already. Raises TakesNoAppointment."""
    taken = definition.appointments
    if taken is None:
        raise TakesNoAppointment
    if move := made(definition, stage, taken.books):
        return move
    if stage in {move.to for move in definition.transitions if move.transition == taken.books}:
        return None
    raise TakesNoAppointment


def freeing(definition: ServiceDefinition, stage: str, *, reason: str | None = None) -> CaseStatusChanged | None:
    """What becomes of a case whose person is expected no more; None where it has gone on already."""
    return made(definition, stage, definition.appointments.frees, reason) if definition.appointments else None


def made(definition: ServiceDefinition, stage: str, name: str, reason: str | None = None) -> CaseStatusChanged | None:
    """The event of a transition that an appointment makes, whoever makes that; None where it does not leave this stage."""
    if name not in {move.transition for move in definition.moves_from(stage)}:
        return None
    return cases.move_case(
        MoveCase(transition=name, reason=reason), definition, stage=stage, result=None, role="officer"
    )


def check_notice(definition: ServiceDefinition, starts_at: datetime, *, role: str, now: datetime) -> None:
    """Raises ShortNotice where a person would change an appointment that is (almost) there. Officers may."""
    hours = definition.appointments.notice_hours if definition.appointments else 0
    if role == "resident" and starts_at - now < timedelta(hours=hours):
        raise ShortNotice


def check_begun(starts_at: datetime, now: datetime) -> None:
    """Raises NotYetBegun."""
    if now < starts_at:
        raise NotYetBegun


def asked_by(said: AskedBy, *, role: str) -> AskedBy:
    """Who wanted it: a person who does it, themself."""
    return said if role == "officer" else AskedBy.PERSON


def actions(
    definition: ServiceDefinition, stage: str, booked_at: datetime | None, *, role: str, now: datetime
) -> list[AppointmentAction]:
    """What a caller may do about the appointment of a case. `booked_at` is when one is booked for."""
    if role not in {"officer", "resident"} or definition.appointments is None:
        return []
    if booked_at is None:
        try:
            booking(definition, stage)
        except TakesNoAppointment:
            return []
        return [AppointmentAction.BOOK]
    if booked_at <= now:
        return [AppointmentAction.RECORD] if role == "officer" else []
    try:
        check_notice(definition, booked_at, role=role, now=now)
    except ShortNotice:
        return []
    return [AppointmentAction.MOVE, AppointmentAction.CANCEL]
