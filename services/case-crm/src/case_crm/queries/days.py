"""Which day it is where a council is: what is asked, what is stale and what is late go by that."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from common.runtime.reading import Reading
from common.runtime.settings import TIME_ZONE


def today(session: Reading, council: str) -> date:
    """The day it is with a council."""
    return day_of(session, session.now, council)


def day_of(session: Reading, moment: datetime, council: str) -> date:
    """The day of a moment with a council."""
    home = session.councils.get(council)
    return moment.astimezone(ZoneInfo(home.time_zone if home else TIME_ZONE)).date()
