"""What pausing does to a term: later due moments and what is left. Which states pause is a service's decision."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, model_validator

from common.promises.calendar import Calendar
from common.promises.days import add_working_days, end_of_day, in_utc, local_date, working_days_between
from common.promises.hours import NO_TIME, add_service_time, service_time_between
from common.promises.terms import Term, Unit, due, extend


class Pause(BaseModel):
    """One stretch during which a clock stood still; `until` is None while it still does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: AwareDatetime
    until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.until is not None and in_utc(self.until) < in_utc(self.since):
            raise ValueError("a pause cannot end before it begins")
        return self


class Remaining(BaseModel):
    """What is left of a term: whole `days` of its kind (weeks too), or exact `time` for hours; the other is zero.

    Below zero is how much it is late by. `late` is said apart, since on the Saturday after a Friday it is late by no
    working day.
    """

    model_config = ConfigDict(frozen=True)

    days: int = 0
    time: timedelta = NO_TIME
    late: bool


def push_back(current: datetime, pause: Pause, *, unit: Unit, calendar: Calendar) -> datetime:
    """The due moment after one finished pause of a clock that was due at `current`.

    Exact for hours, by service time for working hours, and for days by the days after the one it began on up to the
    one it ended on (working days only for a term in those). A pause begun when the promise was already late changes
    nothing. Raises ValueError for a pause that is not over.
    """
    if pause.until is None:
        raise ValueError("a pause must be over before its length is known")
    if in_utc(pause.since) > in_utc(current):
        return in_utc(current)
    return _later(current, pause.since, pause.until, unit, calendar)


def due_with_pauses(
    start: datetime, term: Term, calendar: Calendar, *, pauses: Iterable[Pause], extensions: Iterable[Term] = ()
) -> datetime | None:
    """When a promise falls due, given its pauses so far in any order; None while it is paused.

    Pauses that overlap or touch count once, and only from `start` on. Extensions are added first.
    """
    ends, paused = _due_so_far(start, term, pauses, calendar, extensions)
    return None if paused else ends


def remaining(
    start: datetime,
    term: Term,
    calendar: Calendar,
    *,
    pauses: Iterable[Pause],
    at: datetime,
    extensions: Iterable[Term] = (),
) -> Remaining:
    """What is left of a term at `at`: it stands still during a pause and goes on from there after it."""
    known = [cut for pause in pauses if (cut := _as_seen(pause, at)) is not None]
    ends, _ = _due_so_far(start, term, known, calendar, extensions)
    late = in_utc(at) > ends
    if term.unit == "hours":
        return Remaining(time=ends - in_utc(at), late=late)
    if term.unit == "working_hours":
        return Remaining(time=service_time_between(at, ends, calendar), late=late)
    return Remaining(days=_days_between(at, ends, term.unit, calendar), late=late)


def _due_so_far(
    start: datetime, term: Term, pauses: Iterable[Pause], calendar: Calendar, extensions: Iterable[Term]
) -> tuple[datetime, bool]:
    """The due moment after every finished pause, and whether the clock stands still in one that is not."""
    current = due(start, term, calendar)
    for extension in extensions:
        current = extend(current, extension, calendar)
    for pause in _tidied(pauses, start):
        if pause.until is None:
            return current, in_utc(pause.since) <= current
        current = push_back(current, pause, unit=term.unit, calendar=calendar)
    return current, False


def _later(current: datetime, since: datetime, until: datetime, unit: Unit, calendar: Calendar) -> datetime:
    if unit == "hours":
        return in_utc(current) + (in_utc(until) - in_utc(since))
    if unit == "working_hours":
        return add_service_time(current, service_time_between(since, until, calendar), calendar)
    days = _days_between(since, until, unit, calendar)
    if days == 0:
        return in_utc(current)
    day = local_date(current, calendar)
    moved = add_working_days(day, days, calendar) if unit == "working_days" else day + timedelta(days=days)
    return end_of_day(moved, calendar)


def _days_between(a: datetime, b: datetime, unit: Unit, calendar: Calendar) -> int:
    if unit == "working_days":
        return working_days_between(a, b, calendar)
    return (local_date(b, calendar) - local_date(a, calendar)).days


def _as_seen(pause: Pause, at: datetime) -> Pause | None:
    """A pause as it stood at `at`: unknown before it began, and one still running is taken to end there."""
    if in_utc(pause.since) > in_utc(at):
        return None
    until = in_utc(at) if pause.until is None else min(in_utc(pause.until), in_utc(at))
    return Pause(since=pause.since, until=until)


def _tidied(pauses: Iterable[Pause], start: datetime) -> list[Pause]:
    """Pauses in order, cut to begin no earlier than `start`, with those that overlap or touch made one."""
    tidy: list[Pause] = []
    for pause in sorted(pauses, key=lambda p: in_utc(p.since)):
        if pause.until is not None and in_utc(pause.until) <= in_utc(start):
            continue
        begun = max(in_utc(pause.since), in_utc(start))
        if tidy and (tidy[-1].until is None or begun <= tidy[-1].until):
            begun = tidy[-1].since
            tidy[-1] = Pause(since=begun, until=_last_end(tidy[-1].until, pause.until))
        else:
            tidy.append(Pause(since=begun, until=pause.until))
    return tidy


def _last_end(a: datetime | None, b: datetime | None) -> datetime | None:
    return None if a is None or b is None else max(in_utc(a), in_utc(b))
