"""Counting time within hours of service, exactly, across clock changes. No terms, no alerts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from common.promises.calendar import MIDNIGHT, WEEKDAYS, Calendar, Span
from common.promises.days import ONE_DAY, in_utc, is_working_day, local_date

NO_TIME = timedelta()


def service_on(day: date, calendar: Calendar) -> list[tuple[datetime, datetime]]:
    """The stretches of service on one day as (opens, closes) in UTC; empty when the council is closed."""
    if not is_working_day(day, calendar):
        return []
    spans = calendar.service_hours[WEEKDAYS[day.weekday()]]
    return [_on(day, span, calendar) for span in spans]


def service_from(moment: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """Stretches of service at and after `moment`, the running one cut to begin there; raises at the calendar's end."""
    start = in_utc(moment)
    day = local_date(start, calendar)
    while True:
        for opens, closes in service_on(day, calendar):
            if closes > start:
                yield max(opens, start), closes
        day += ONE_DAY


def add_service_time(start: datetime, amount: timedelta, calendar: Calendar) -> datetime:
    """The earliest moment at which `amount` of service time has passed since `start`; `start` itself for none."""
    if amount <= NO_TIME:
        return in_utc(start)
    for opens, closes in service_from(start, calendar):
        if amount <= closes - opens:
            return opens + amount
        amount -= closes - opens
    raise AssertionError("service_from ends only by raising")  # pragma: no cover


def service_time_between(a: datetime, b: datetime, calendar: Calendar) -> timedelta:
    """How much service time lies between two moments; negative when `b` is earlier."""
    start, end = in_utc(a), in_utc(b)
    if end < start:
        return -service_time_between(end, start, calendar)
    day, last, total = local_date(start, calendar), local_date(end, calendar), NO_TIME
    while day <= last:
        for opens, closes in service_on(day, calendar):
            total += max(min(closes, end) - max(opens, start), NO_TIME)
        day += ONE_DAY
    return total


def _on(day: date, span: Span, calendar: Calendar) -> tuple[datetime, datetime]:
    closing_day = day + ONE_DAY if span.closes == MIDNIGHT else day
    opens = datetime.combine(day, span.opens, tzinfo=calendar.zone)
    closes = datetime.combine(closing_day, span.closes, tzinfo=calendar.zone)
    return opens.astimezone(UTC), closes.astimezone(UTC)
