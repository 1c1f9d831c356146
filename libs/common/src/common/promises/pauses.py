"""What pausing does to a term: later due moments and what is left. Which states pause is a service's decision."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, model_validator

from common.promises.calendar import Calendar
from common.promises.days import ONE_DAY, add_working_days, end_of_day, in_utc, local_date, working_days_between
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

    Exact for hours, by service time for working hours, and for days by the days from the one it began on, not counting
    the one it ended on (only working days for a term in those). So a promise is never due before the pause is over,
    and an answer on a Saturday gives as long as one on the Monday after. A pause begun when the promise was already
    late changes nothing. Raises ValueError for a pause that is not over.
    """
    if pause.until is None:
        raise ValueError("a pause must be over before its length is known")
    if in_utc(pause.since) > in_utc(current):
        return in_utc(current)
    return max(_later(current, pause.since, pause.until, unit, calendar), in_utc(pause.until))


def due_with_pauses(
    start: datetime, term: Term, calendar: Calendar, *, pauses: Iterable[Pause], extensions: Iterable[Term] = ()
) -> datetime | None:
    """When a promise falls due, given its pauses so far in any order; None while it is paused.

    Pauses that overlap or touch count once, and only from `start` on. Extensions are added first.
    """
    ends, paused_since = _due_so_far(start, term, pauses, calendar, extensions)
    return ends if paused_since is None else None


def remaining(
    start: datetime,
    term: Term,
    calendar: Calendar,
    *,
    pauses: Iterable[Pause],
    at: datetime,
    extensions: Iterable[Term] = (),
) -> Remaining:
    """What is left of a term at `at`; during a pause, what was left when it began. Later pauses are not known yet."""
    known = [_as_seen(pause, at) for pause in pauses if in_utc(pause.since) <= in_utc(at)]
    ends, paused_since = _due_so_far(start, term, known, calendar, extensions)
    at = paused_since or in_utc(at)
    late = at > ends
    if term.unit == "hours":
        return Remaining(time=ends - at, late=late)
    if term.unit == "working_hours":
        return Remaining(time=service_time_between(at, ends, calendar), late=late)
    if term.unit == "working_days":
        return Remaining(days=working_days_between(at, ends, calendar), late=late)
    return Remaining(days=(local_date(ends, calendar) - local_date(at, calendar)).days, late=late)


def _due_so_far(
    start: datetime, term: Term, pauses: Iterable[Pause], calendar: Calendar, extensions: Iterable[Term]
) -> tuple[datetime, datetime | None]:
    """The due moment after every finished pause, and since when the clock stands still in one that is not."""
    current = due(start, term, calendar)
    for extension in extensions:
        current = extend(current, extension, calendar)
    for pause in _tidied(pauses, start):
        if pause.until is None:
            return current, in_utc(pause.since) if in_utc(pause.since) <= current else None
        current = push_back(current, pause, unit=term.unit, calendar=calendar)
    return current, None


def _later(current: datetime, since: datetime, until: datetime, unit: Unit, calendar: Calendar) -> datetime:
    if unit == "hours":
        return in_utc(current) + (in_utc(until) - in_utc(since))
    if unit == "working_hours":
        return add_service_time(current, service_time_between(since, until, calendar), calendar)
    first, last = local_date(since, calendar), local_date(until, calendar)
    return _days_later(current, first, last, unit, calendar) if first < last else in_utc(current)


def _days_later(current: datetime, first: date, last: date, unit: Unit, calendar: Calendar) -> datetime:
    day = local_date(current, calendar)
    if unit != "working_days":
        return end_of_day(day + (last - first), calendar)
    # Counting excludes the first day and includes the last; a pause has it the other way round.
    paused = working_days_between(first - ONE_DAY, last - ONE_DAY, calendar)
    return end_of_day(add_working_days(day, paused, calendar), calendar) if paused else in_utc(current)


def _as_seen(pause: Pause, at: datetime) -> Pause:
    """A pause begun by `at` as it stood then: not over when it was still to end."""
    over = pause.until is not None and in_utc(pause.until) <= in_utc(at)
    return pause if over else Pause(since=pause.since)


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
