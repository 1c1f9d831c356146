"""The clocks of a case: started, paused, met, breached and extended by its transitions and by time. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from common.contracts.cases import ENDED, Status
from common.contracts.cases.clocks import (
    ClockBreached,
    ClockDueSoon,
    ClockEvent,
    ClockExtended,
    ClockKind,
    ClockMet,
    ClockPaused,
    ClockResumed,
    ClockStarted,
    ClockState,
    ClockStopped,
    Direction,
    DueChange,
    NoSuchExtension,
    NotRunning,
)
from common.promises import (
    BeyondCalendar,
    Calendar,
    Pause,
    due,
    due_soon,
    extend,
    next_service_moment,
    push_back,
)
from pydantic import BaseModel, ConfigDict

from case_crm.domain.definitions.flaws import Flaw
from case_crm.domain.definitions.terms import OPENED, PromisedTerm

RUNS = frozenset({ClockState.RUNNING, ClockState.EXTENDED})


class Clock(BaseModel):
    """One promise of a case, as it stands. `warned`: that it is due soon was said of this due moment."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    term: str
    kind: ClockKind
    direction: Direction
    promise: str
    basis: str
    state: ClockState
    started_at: datetime
    due_at: datetime
    warned: bool = False
    paused_at: datetime | None = None
    ended_at: datetime | None = None
    extended_because: str | None = None
    history: tuple[DueChange, ...]

    @property
    def runs(self) -> bool:
        """Whether time counts against it, and it is not late as far as was said."""
        return self.state in RUNS

    def late(self, now: datetime) -> bool:
        """Whether its moment has passed without what was promised."""
        return self.state is ClockState.BREACHED or (self.runs and now > self.due_at)


@dataclass(frozen=True, slots=True)
class Move:
    """What was done with a case: it was `opened`, or a transition took it from one stage to another."""

    transition: str
    was: str | None
    stage: str
    status: Status


Turned = tuple[Clock, list[ClockEvent]]


def begins(term: PromisedTerm, move: Move, answers: Mapping[str, Any]) -> bool:
    """Whether a move begins this promise."""
    if term.stage:
        return move.stage == term.stage != move.was
    return move.transition in term.runs_from and (move.transition != OPENED or term.fits(answers))


def start(term: PromisedTerm, calendar: Calendar, *, id: UUID, at: datetime, stage: str) -> Turned:
    """A promise begins as its case comes to a stage; in one in which it pauses it stands still from the first."""
    ends = due(at, term.within, calendar)
    clock = Clock(
        id=id,
        term=term.term,
        kind=ClockKind(term.kind),
        direction=term.direction,
        promise=term.promise,
        basis=term.basis,
        state=ClockState.RUNNING,
        started_at=at,
        due_at=ends,
        history=(DueChange(at=at, due_at=ends, why="started"),),
    )
    began = _said(ClockStarted, clock)
    if stage not in term.pauses_in:
        return clock, [began]
    clock, waits = _paused(clock, now=at)
    return clock, [began, *waits]


def turn(clock: Clock, term: PromisedTerm, move: Move, calendar: Calendar, *, now: datetime) -> Turned:
    """What a move of the case does to a promise; nothing, once that is over."""
    if clock.ended_at:
        return clock, []
    clock, said = overdue(clock, calendar, now=now)
    if _kept_by(term, move):
        late = clock.state is ClockState.BREACHED
        state = ClockState.BREACHED if late else ClockState.MET
        clock = clock.model_copy(update={"state": state, "ended_at": now})
        return clock, [*said, _said(ClockMet, clock, late=late)]
    if move.status in ENDED:
        state = clock.state if clock.state is ClockState.BREACHED else ClockState.STOPPED
        clock = clock.model_copy(update={"state": state, "ended_at": now})
        return clock, [*said, _said(ClockStopped, clock)]
    if clock.runs and move.stage in term.pauses_in:
        clock, waits = _paused(clock, now=now)
        return clock, [*said, *waits]
    if clock.paused_at and move.stage not in term.pauses_in:
        clock = _resumed(clock, term, calendar, since=clock.paused_at, now=now)
        return clock, [*said, _said(ClockResumed, clock)]
    return clock, said


def extended(clock: Clock, term: PromisedTerm, calendar: Calendar, *, because: str, now: datetime) -> Turned:
    """A promise takes longer, once, said while it still runs: until when is not known of one that stands still.

    Raises NotRunning or NoSuchExtension.
    """
    if not clock.runs or clock.late(now):
        raise NotRunning
    if term.extension is None or clock.extended_because is not None:
        raise NoSuchExtension
    was = clock.due_at
    clock = _due(clock, extend(was, term.extension, calendar), now=now, why="extended")
    clock = clock.model_copy(update={"state": ClockState.EXTENDED, "extended_because": because})
    told = _to_resident(clock, f"We need longer. We now say that {clock.promise} by {day(clock, calendar)}.")
    return clock, [_said(ClockExtended, clock, was_due_at=was, reason=because, told_to_resident=told)]


def ring(clock: Clock, term: PromisedTerm, calendar: Calendar, *, now: datetime) -> Turned:
    """What time does to a promise: it is due soon, or it was not kept. What is late already is warned of no more."""
    if clock.runs and now > _told_late_at(clock, term, calendar):
        return overdue(clock, calendar, now=now)
    if clock.warned or not clock.runs or now <= due_soon(clock.due_at, calendar):
        return clock, []
    clock = clock.model_copy(update={"warned": True})
    return clock, [] if clock.late(now) else [_said(ClockDueSoon, clock)]


def overdue(clock: Clock, calendar: Calendar, *, now: datetime) -> Turned:
    """A running promise is breached once its moment has passed; it is said before whatever is done too late."""
    if not (clock.runs and now > clock.due_at):
        return clock, []
    clock = clock.model_copy(update={"state": ClockState.BREACHED, "warned": True})
    told = _to_resident(clock, f"We are late. We said that {clock.promise} by {day(clock, calendar)}.")
    return clock, [_said(ClockBreached, clock, told_to_resident=told)]


def next_moment(clock: Clock, term: PromisedTerm, calendar: Calendar) -> datetime | None:
    """When time has something to say of a promise; None where it does not run."""
    if not clock.runs:
        return None
    return _told_late_at(clock, term, calendar) if clock.warned else due_soon(clock.due_at, calendar)


def no_calendar_knows(
    terms: Sequence[PromisedTerm], calendars: Collection[Calendar], *, now: datetime
) -> Iterator[Flaw]:
    """The terms that would be due beyond the days that one of these calendars knows."""
    for number, term in enumerate(terms):
        try:
            for calendar in calendars:
                ends = due(now, term.within, calendar)
                next_service_moment(extend(ends, term.extension, calendar) if term.extension else ends, calendar)
        except BeyondCalendar as beyond:
            yield Flaw(f"no calendar knows so long a term: {beyond}", "terms", number, "within")


def day(clock: Clock, calendar: Calendar) -> str:
    """The day a promise is due on, as people say it; with the time where it is not the day's end."""
    return in_words(clock.due_at, calendar)


def in_words(at: datetime, calendar: Calendar) -> str:
    """A moment's day, as people say it; with the time where that is not the day's end."""
    local = at.astimezone(calendar.zone)
    words = f"{local:%A} {local.day} {local:%B %Y}"
    return words if (local.hour, local.minute) == (23, 59) else f"{local:%H:%M} on {words}"


def _told_late_at(clock: Clock, term: PromisedTerm, calendar: Calendar) -> datetime:
    """In hours of service; at once where a promise runs round the clock, as emergencies do."""
    return clock.due_at if term.within.unit == "hours" else next_service_moment(clock.due_at, calendar)


def _kept_by(term: PromisedTerm, move: Move) -> bool:
    if term.stage:
        return move.stage != term.stage
    if term.met_by:
        return move.transition in term.met_by
    return move.status in {Status.RESOLVED, Status.CLOSED}


def _paused(clock: Clock, *, now: datetime) -> Turned:
    clock = clock.model_copy(update={"state": ClockState.PAUSED, "paused_at": now})
    return clock, [_said(ClockPaused, clock)]


def _resumed(clock: Clock, term: PromisedTerm, calendar: Calendar, *, since: datetime, now: datetime) -> Clock:
    ends = push_back(clock.due_at, Pause(since=since, until=now), unit=term.within.unit, calendar=calendar)
    state = ClockState.RUNNING if clock.extended_because is None else ClockState.EXTENDED
    return _due(clock, ends, now=now, why="resumed").model_copy(update={"state": state, "paused_at": None})


def _due(clock: Clock, ends: datetime, *, now: datetime, why: str) -> Clock:
    """A later due moment is warned of anew, and the one before it is remembered."""
    if ends == clock.due_at:
        return clock
    change = DueChange(at=now, due_at=ends, why=why)
    return clock.model_copy(update={"due_at": ends, "warned": False, "history": (*clock.history, change)})


def _to_resident(clock: Clock, words: str) -> str | None:
    return words if clock.direction is Direction.COUNCIL_TO_CUSTOMER else None


def _said(event: type[ClockEvent], clock: Clock, **more: Any) -> ClockEvent:
    return event(
        clock_id=clock.id,
        term=clock.term,
        kind=clock.kind,
        direction=clock.direction,
        due_at=clock.due_at,
        **more,
    )
