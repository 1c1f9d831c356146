"""Counting working days. No hours of service, no terms."""

from datetime import UTC, date, datetime, time, timedelta

from common.promises.calendar import WEEKDAYS, BeyondCalendar, Calendar, NaiveMoment

ONE_DAY = timedelta(days=1)
LAST_TICK = timedelta(microseconds=1)


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC, where subtracting and comparing are exact across clock changes; refuses a naive one."""
    if moment.utcoffset() is None:
        raise NaiveMoment(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC)


def local_date(moment: datetime, calendar: Calendar) -> date:
    """The date a moment falls on for the council."""
    return in_utc(moment).astimezone(calendar.zone).date()


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Whether the council works on `day`; raises `BeyondCalendar` where its closures are not known."""
    if not calendar.first <= day <= calendar.last:
        raise BeyondCalendar(f"{calendar.name} knows {calendar.first} to {calendar.last}, not {day.isoformat()}")
    return WEEKDAYS[day.weekday()] in calendar.service_hours and day not in calendar.closed


def add_working_days(day: date, count: int, calendar: Calendar) -> date:
    """The working day `count` working days after `day` (before it when negative). `day` itself is not counted.

    None at all is `day`, working or not.
    """
    step = ONE_DAY if count > 0 else -ONE_DAY
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day, calendar):
            day += step
    return day


def working_days_between(a: date | datetime, b: date | datetime, calendar: Calendar) -> int:
    """How many working days lie after `a` up to and including `b`; negative when `b` is earlier.

    Moments count as the council's local date. Adding up over any day in between gives the whole.
    """
    first, last = _day(a, calendar), _day(b, calendar)
    if last < first:
        return -working_days_between(last, first, calendar)
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(is_working_day(day, calendar) for day in days)


def end_of_day(day: date, calendar: Calendar) -> datetime:
    """The last microsecond of `day` in the council's zone, in UTC."""
    # Taken from the next midnight, because in some zones the clock change makes the late evening happen twice.
    midnight = datetime.combine(day + ONE_DAY, time(0), tzinfo=calendar.zone)
    return midnight.astimezone(UTC) - LAST_TICK


def _day(value: date | datetime, calendar: Calendar) -> date:
    return local_date(value, calendar) if isinstance(value, datetime) else value
