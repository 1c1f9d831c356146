"""Queues and teams: which team a case waits for, who takes it, and how the work is shared out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from common.contracts.base import PERSONAL, Code, Command, Line, Refusal, Text, View
from common.contracts.cases.commands import MoveCase
from common.contracts.cases.events import CaseEvent
from common.contracts.cases.owners import OwnerView, SetOwner
from common.contracts.cases.views import CaseSummary
from common.contracts.cases.words import Status

MOST_AT_ONCE = 200
TRIAGE = "triage"
"""The team of every case whose service names none."""


class CaseRouted(CaseEvent, name="case.routed"):
    """An officer sent the case to a team: nobody deals with it until somebody there takes it. `handoffs` counts this too."""

    team: Code
    skill: Code | None = None
    specialist: bool
    handoffs: int
    reason: Annotated[str, PERSONAL]


# -- what is asked


class SendToTeam(Command):
    """Send a case to a team, and say why. `specialist`: only its specialists take it."""

    team: Code
    skill: Code | None = None
    specialist: bool = False
    reason: Text
    no_address_in_it: bool = Field(
        default=False, description="A cleared officer looked: what seems an address is none."
    )


class SetMember(Command):
    """What a member of a team can do, and how many open cases they deal with at a time. None: they are given no more."""

    called: Line
    skills: list[Code] = Field(default_factory=list, max_length=50)
    specialist: bool = False
    capacity: int = Field(ge=0, le=1000)


class ShareOut(Command):
    """Share what waits for a team among its members, soonest due first."""

    most: int = Field(default=MOST_AT_ONCE, ge=1, le=MOST_AT_ONCE)


class Held(StrEnum):
    """Whose cases: the caller's own, nobody's yet, or anybody's."""

    MINE = "mine"
    NOBODYS = "nobodys"
    ANYBODYS = "anybodys"


class QueueFilter(Command):
    """Which open cases are looked for. What is left out is not asked. A place takes both `lat` and `lon`, in degrees (WGS 84)."""

    team: Code | None = None
    held: Held = Held.ANYBODYS
    service: Code | None = None
    status: Status | None = None
    priority: Literal["urgent", "normal", "low"] | None = None
    due_within_days: int | None = Field(default=None, ge=0, le=366, description="With those that are overdue.")
    lat: float | None = Field(default=None, ge=-89, le=89)
    lon: float | None = Field(default=None, ge=-180, le=180)
    within_metres: int = Field(default=500, ge=1, le=5000)


class SaveFilter(Command):
    """Keep a filter under a name, for oneself."""

    name: Line
    filter: QueueFilter


class Together(Command):
    """Several cases at once: each for itself, so that one that cannot be done keeps back no other."""

    case_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_AT_ONCE)]


class SetOwnerTogether(Together, SetOwner):
    """Take several cases, or give them to a colleague."""


class MoveTogether(Together, MoveCase):
    """Make the same transition of several cases."""


# -- what is shown


class MemberView(View):
    """A member of a team. `holding` open cases of the council are theirs now."""

    officer_id: str
    called: str
    skills: list[str]
    specialist: bool
    capacity: int
    holding: int


class TeamWorkView(View):
    """A team, its members, and how many cases wait for it; counted up to 1,000."""

    team: str
    members: list[MemberView]
    waiting: int


class SharedCase(View):
    """A case, and to whom it was given."""

    case_id: UUID
    reference: str
    officer_id: str


class LeftWaiting(View):
    """A case that nobody could be given: none has the skill, or whoever has it has their hands full."""

    case_id: UUID
    reference: str
    because: Literal["skill", "capacity"]


class SharedOutView(View):
    """What became of the cases that waited."""

    shared: list[SharedCase]
    left_waiting: list[LeftWaiting]


class SavedFilterView(View):
    """A filter that its officer kept."""

    filter_id: UUID
    name: str
    filter: QueueFilter


class DoneTogether(View):
    """What became of one case of several. `problem` is the type of what it was refused for, and `detail` says it in words."""

    case_id: UUID
    reference: str | None = None
    done: bool
    problem: str | None = None
    detail: str | None = None


class QueuedCase(CaseSummary):
    """A case in a queue. Its place is the moment `queued_for`: of an urgent one when it came, of others when they are due."""

    team: str
    skill: str | None = None
    specialist: bool
    priority: str
    owner: OwnerView | None = None
    queued_for: datetime


# -- what is refused


class NotOfTheTeam(Refusal, status=403):
    """You are not a member of this team. Whoever assigns its work can make you one."""


class HandsFull(Refusal, status=409):
    """You deal with as many cases as you can at a time. End one, or have your capacity raised."""


class HalfAPlace(Refusal):
    """A place takes both, lat and lon."""


class OneByOne(Refusal):
    """This case is restricted, or its person is protected and what you write is looked through. Please do it on the case itself."""


class TooManyCases(Refusal):
    """These are more cases than one file holds. Please ask for fewer: of one team, one service, or due sooner."""


class EnoughSaved(Refusal, status=409):
    """You have saved as many filters as we keep. Take one away first."""


class NameTaken(Refusal, status=409):
    """You have a filter of this name already."""


class NothingWaiting(Refusal, status=409):
    """Nothing waits for this team that you may take."""
