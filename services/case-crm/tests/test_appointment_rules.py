"""What holds for free times, whatever the session, the day and what is taken; and definitions whose appointments lead nowhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from case_crm.domain.appointments import (
    DAYS,
    DAYS_A_PAGE,
    Taken,
    Times,
    closed_after_all,
    closed_days,
    free_times,
    reminder_at,
    seat_at,
)
from case_crm.publishing import FILES, BrokenDefinition, read_definition
from case_crm.queries.calendars import calendars
from common.contracts.cases.appointments import ClosedThatDay, TimeTaken
from common.promises import is_working_day, local_date
from hypothesis import given, settings
from hypothesis import strategies as st

patiently = settings(deadline=None)  # a busy machine is no finding
CALENDAR = calendars()["northmere"]
SERVICE, GOOD = "registrar_appointment", (FILES / "registrar_appointment.yaml").read_text()
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
some_days = st.dates(date(2026, 3, 1), date(2027, 11, 30))


@st.composite
def sessions(draw: st.DrawFn) -> Times:
    """A session on any day of the week, at any hour, of which some seats may be taken."""
    begins, minutes = draw(st.integers(0, 22)), draw(st.integers(5, 90))
    ends = draw(st.integers(begins + 1, 24))
    first = draw(some_days)
    last = draw(st.none() | st.dates(first, first + timedelta(days=60)))
    return Times(
        id=UUID(int=draw(st.integers(1, 10**6))),
        services=[SERVICE],
        day=draw(st.sampled_from(DAYS)),
        begins=f"{begins:02}:00",
        ends=f"{ends:02}:00",
        minutes=minutes,
        at_once=draw(st.integers(1, 4)),
        first_day=first,
        last_day=last,
    )


@patiently
@given(sessions(), some_days)
def test_a_free_time_is_within_its_session_on_a_day_that_is_not_closed(session: Times, first: date) -> None:
    found = free_times([session], SERVICE, CALENDAR, first=first, now=LONG_AGO)
    assert [each.starts_at for each in found] == sorted({each.starts_at for each in found})
    for each in found:
        starts, ends = (moment.astimezone(CALENDAR.zone) for moment in (each.starts_at, each.ends_at))
        day = starts.date()
        assert first <= day < first + timedelta(days=DAYS_A_PAGE)
        assert session.first_day <= day <= (session.last_day or day)
        assert (DAYS[day.weekday()], day in CALENDAR.closed) == (session.day, False)
        assert starts.time() >= time.fromisoformat(session.begins)
        assert session.ends == "24:00" or (ends.date(), ends.time()) <= (day, time.fromisoformat(session.ends))
        assert (each.ends_at - each.starts_at, each.free) == (timedelta(minutes=session.minutes), session.at_once)


@patiently
@given(sessions(), some_days)
def test_as_many_are_seen_at_once_as_there_are_seats_and_no_seat_is_given_twice(session: Times, first: date) -> None:
    found = free_times([session], SERVICE, CALENDAR, first=first, now=LONG_AGO)
    if not found:
        return
    at, given_out = found[0].starts_at, []
    until = local_date(at, CALENDAR)
    asked = {"starts_at": at, "now": LONG_AGO, "until": until}
    for _ in range(session.at_once):
        seat = seat_at([session], SERVICE, CALENDAR, **asked)  # type: ignore[arg-type]  # each by its name
        given_out.append(seat.number)
        session.taken.append(Taken(starts_at=at, number=seat.number))
    assert given_out == [*range(session.at_once)]
    with pytest.raises(TimeTaken) as refused:
        seat_at([session], SERVICE, CALENDAR, **asked)  # type: ignore[arg-type]  # the same
    assert at.isoformat() not in refused.value.members["next"]
    lowest = session.taken.pop(0)
    assert seat_at([session], SERVICE, CALENDAR, **asked).number == lowest.number  # type: ignore[arg-type]  # the same


def test_a_closed_day_is_refused_as_such() -> None:
    closed = next(day for day in sorted(CALENDAR.closed) if day.year == 2027)
    fridays = Times(
        id=UUID(int=1),
        services=[SERVICE],
        day=DAYS[closed.weekday()],
        begins="09:00",
        ends="10:00",
        minutes=30,
        at_once=1,
        first_day=date(2026, 1, 1),
        last_day=None,
    )
    at = datetime.combine(closed, time(9), CALENDAR.zone).astimezone(UTC)
    with pytest.raises(ClosedThatDay):
        seat_at([fridays], SERVICE, CALENDAR, starts_at=at, now=LONG_AGO, until=closed)


@patiently
@given(some_days, st.integers(0, 23))
def test_a_moment_to_come_is_on_a_closed_day_or_on_none(day: date, hour: int) -> None:
    at = datetime.combine(day, time(hour), CALENDAR.zone).astimezone(UTC)
    within = [1 for since, before in closed_days(CALENDAR, now=LONG_AGO) if since <= at < before]
    assert len(within) == (local_date(at, CALENDAR) in CALENDAR.closed)
    later = closed_days(CALENDAR, now=at)
    assert all(at <= since < before for since, before in later)
    assert [before for _, before in later] == [b for _, b in closed_days(CALENDAR, now=LONG_AGO) if b > at]


def test_why_it_is_closed_is_said_with_the_day_in_words() -> None:
    assert closed_after_all(date(2026, 12, 28), CALENDAR) == (
        "We are closed on Monday 28 December 2026 after all: Boxing Day (substitute day). "
        "We are sorry. Please book another time."
    )


@patiently
@given(some_days, st.integers(0, 23))
def test_the_reminder_is_in_hours_of_service_on_an_earlier_day(day: date, hour: int) -> None:
    at = datetime.combine(day, time(hour), CALENDAR.zone).astimezone(UTC)
    reminded = reminder_at(at, CALENDAR)
    assert reminded is not None
    before = local_date(reminded, CALENDAR)
    assert (before < day, is_working_day(before, CALENDAR)) == (True, True)
    between = [before + timedelta(days=n) for n in range(1, (day - before).days)]
    assert not any(is_working_day(each, CALENDAR) for each in between)


@pytest.mark.parametrize(
    ("was", "becomes", "why"),
    [
        ("books: arrange", "books: marry", "appointments make the transition marry, which it does not have"),
        ("books: arrange", "books: resolve", "so it is officers' too, and takes neither result nor reason"),
        ("books: arrange", "books: confirm", "leads to the stage closed, which is not scheduled"),
        ("frees: release", "frees: confirm", "confirm does not lead back to where arrange begins"),
        ("notice_hours: 24", "notice_hours: -1", "greater than or equal to 0"),
    ],
)
def test_appointments_that_lead_nowhere_are_refused_with_the_reason(was: str, becomes: str, why: str) -> None:
    assert was in GOOD
    with pytest.raises(BrokenDefinition, match=why):
        read_definition(GOOD.replace(was, becomes), name="registrar_appointment.yaml")
