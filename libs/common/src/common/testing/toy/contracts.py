"""What the toy speaker says, is asked and shows."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Command, Event, PersonId, Refusal, View, When


class TallyEvent(Event, aggregate="tally", speaker="toy-speaker"):
    """The life of a tally."""


class TallyStarted(TallyEvent, name="tally.started"):
    """A tally begins."""

    amount: int


class TallyAdded(TallyEvent, name="tally.added"):
    """Something was added."""

    amount: int


class StartTally(Command):
    """Begin a tally."""

    amount: int
    alarm: When | None = None


class Add(Command):
    """Add to a tally."""

    amount: int


class SetAlarm(Command):
    """Have one added by itself once a moment has passed; without one, do not."""

    at: When | None


class TallyView(View):
    """A tally."""

    id: UUID
    person_id: PersonId | None
    version: int
    total: int


class TooMuch(Refusal, status=409):
    """A tally holds a thousand at most."""


class Locked(Refusal, status=403):
    """This tally is locked."""


class PaperEvent(Event, aggregate="paper", speaker="toy-keeper"):
    """The life of a paper."""


class PaperDestroyed(PaperEvent, name="paper.destroyed"):
    """It is gone."""
