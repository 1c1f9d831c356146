"""When people may be told about a promise: in hours of service only. Whom to tell is a service's decision."""

from datetime import datetime

from common.promises.calendar import Calendar
from common.promises.days import add_working_days, local_date
from common.promises.hours import service_from, service_on


def next_service_moment(moment: datetime, calendar: Calendar) -> datetime:
    """`moment` itself when the council is at work, else when service next opens (a breach at midnight: the morning)."""
    begins, _ = next(service_from(moment, calendar))
    return begins


def due_soon(due: datetime, calendar: Calendar) -> datetime:
    """When to warn that a promise is due soon: as service opens on the working day before the day it is due.

    That may lie before a short promise was even made (an emergency of 24 hours): then it is due soon from the start.
    """
    day_before = add_working_days(local_date(due, calendar), -1, calendar)
    opens, _ = service_on(day_before, calendar)[0]
    return opens
