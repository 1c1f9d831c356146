"""The public surface of promise arithmetic: working days, terms, pauses. No I/O, no clock, no service's rules here.

Times: every moment passed in must be aware (a naive one raises `NaiveMoment`); every moment given back is in UTC.
A promise in days ends with the last microsecond of its due day in the council's zone; a promise is late when a moment
is *greater than* its due moment. In London that last microsecond carries the promised date in UTC too, winter and
summer, which the start of the next day would not.
"""

from common.promises.alerts import due_soon, next_service_moment
from common.promises.calendar import BeyondCalendar, Calendar, NaiveMoment, Span, Weekday
from common.promises.days import add_working_days, is_working_day, local_date, working_days_between
from common.promises.hours import add_service_time, service_time_between
from common.promises.loading import CalendarRefused, load_calendar, load_calendars
from common.promises.pauses import Pause, Remaining, due_with_pauses, push_back, remaining
from common.promises.terms import Term, Unit, due, extend

__all__ = [
    "BeyondCalendar",
    "Calendar",
    "CalendarRefused",
    "NaiveMoment",
    "Pause",
    "Remaining",
    "Span",
    "Term",
    "Unit",
    "Weekday",
    "add_service_time",
    "add_working_days",
    "due",
    "due_soon",
    "due_with_pauses",
    "extend",
    "is_working_day",
    "load_calendar",
    "load_calendars",
    "local_date",
    "next_service_moment",
    "push_back",
    "remaining",
    "service_time_between",
    "working_days_between",
]
