"""Clocks of cases: what was promised, by when, and what became of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from common.contracts.base import PERSONAL, Code, Command, CouncilId, Event, Open, Refusal, Text, View
from common.contracts.cases.events import CaseEvent


class ClockKind(StrEnum):
    """What was promised: to say that it arrived, to be done by our own target or by law; by a team, or by a partner, to us."""

    ACKNOWLEDGE = "acknowledge"
    TARGET = "target"
    LEGAL = "legal"
    TEAM = "team"
    PARTNER = "partner"
    OTHER = "other"


class Direction(StrEnum):
    """Who promised it to whom."""

    COUNCIL_TO_CUSTOMER = "council_to_customer"
    WITHIN_COUNCIL = "within_council"
    PARTNER_TO_COUNCIL = "partner_to_council"
    OTHER = "other"


class ClockState(StrEnum):
    """How a promise stands. `extended` runs too, to a later day; `stopped` is one that the end of the case made void."""

    RUNNING = "running"
    PAUSED = "paused"
    EXTENDED = "extended"
    MET = "met"
    BREACHED = "breached"
    STOPPED = "stopped"
    OTHER = "other"


# -- what is said


class ClockEvent(CaseEvent):
    """One promise of a case. `due_at` is the last moment at which it is kept. Residents read of it where there are words."""

    clock_id: UUID
    term: Code
    kind: Open[ClockKind]
    direction: Open[Direction]
    due_at: datetime
    told_to_resident: str | None = None


class ClockStarted(ClockEvent, name="clock.started"):
    """Something was promised by a moment."""


class ClockPaused(ClockEvent, name="clock.paused"):
    """The clock stands still: `due_at` moves on when it goes on."""


class ClockResumed(ClockEvent, name="clock.resumed"):
    """The clock goes on, and it is due later by what it stood still."""


class ClockExtended(ClockEvent, name="clock.extended"):
    """It takes longer than was promised, and the person was told so, and why, beforehand."""

    was_due_at: datetime
    reason: Annotated[str, PERSONAL] = ""


class ClockDueSoon(ClockEvent, name="clock.due_soon"):
    """One working day is left: said as service opens on the day before."""


class ClockBreached(ClockEvent, name="clock.breached"):
    """The promise was not kept: said in hours of service, or at once where it runs round the clock."""


class ClockMet(ClockEvent, name="clock.met"):
    """What was promised is done; `late`, after its moment."""

    late: bool = False


class ClockStopped(ClockEvent, name="clock.stopped"):
    """The case ended without what was promised being done."""


class CalendarEvent(Event, aggregate="calendar", speaker="case-crm"):
    """The days and hours on which a council works."""


class CalendarPublished(CalendarEvent, name="calendar.published"):
    """From now on a council's promises are counted by this."""

    calendar_of: CouncilId
    calendar_version: int
    known_from: str
    known_to: str


# -- what is asked


class ExtendClock(Command):
    """Say that a promise takes longer, and why: the person is told both."""

    reason: Text
    no_address_in_it: bool = Field(
        default=False, description="A cleared officer looked: what seems an address is none."
    )


# -- what is shown


class DueChange(View):
    """From `at` on, a promise was due at `due_at`: `why` is started, resumed or extended."""

    at: datetime
    due_at: datetime
    why: Code


class ClockView(View):
    """One promise. `due_at` is absent while the clock stands still; `late` is past its moment, said or not yet.

    `extended_because` comes with the case itself, and not in lists.
    """

    clock_id: UUID
    term: Code
    promise: str
    basis: str
    kind: ClockKind
    direction: Direction
    state: ClockState
    started_at: datetime
    due_at: datetime | None
    late: bool
    extended_because: str | None
    history: list[DueChange]


class OpenDay(View):
    """The hours of service of one weekday, in local time, as "09:00-17:00"."""

    day: str
    hours: list[str]


class Closure(View):
    """A day on which the council is closed, and why."""

    day: str
    why: str


class CalendarView(View):
    """When a council works. Of days before `known_from` and after `known_to` nothing is known."""

    council: CouncilId
    calendar_version: int
    time_zone: str
    known_from: str
    known_to: str
    open: list[OpenDay]
    closed: list[Closure]


# -- what is refused


class NoSuchExtension(Refusal, status=409):
    """The rules of this service do not let us take longer for this, or not once more."""


class NotRunning(Refusal, status=409):
    """This promise was kept, stands still, or its time is over: it cannot be extended now."""
