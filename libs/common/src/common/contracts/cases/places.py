"""Where a case is about, what else is reported near there, and who follows it. Nothing here tells who reported anything."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.base import PERSONAL, Code, Command, Open, Refusal, View
from common.contracts.cases.events import CaseEvent
from common.contracts.cases.words import Status


class Point(BaseModel):
    """A place on the map, in degrees (WGS 84)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lat: Annotated[float, Field(ge=-89, le=89)]
    lon: Annotated[float, Field(ge=-180, le=180)]


class CasePlaced(CaseEvent, name="case.placed"):
    """The case is about a place in public, where others may see the same: whoever does is offered to follow it instead."""

    service: Code
    service_title: str
    place: Annotated[Point, PERSONAL]
    status: Open[Status]
    told: str


class CaseDuplicateMarked(CaseEvent, name="case.duplicate_marked"):
    """The case is about the same as another of its council, which goes on for both."""

    of: UUID


class FindNearby(Command):
    """What is reported already of a service near a place?"""

    service: Code
    place: Point


class MarkDuplicate(Command):
    """This is the same as another case of the council."""

    of: UUID


class NearbyCase(View):
    """Something that was reported near a place and goes on: it can be followed. `metres` is how far from there, to the next ten."""

    case_id: UUID
    title: str
    status: str
    told_to_resident: str
    opened_at: datetime
    metres: int


class NearbyCases(View):
    """What is reported already, the nearest first. Looked for is what is `within_metres` and not older than `days`."""

    items: list[NearbyCase]
    within_metres: int
    days: int


class FollowedCase(View):
    """A case that somebody follows, as everybody may know it."""

    version: int
    case_id: UUID
    title: str
    council: str
    status: str
    told_to_resident: str
    opened_at: datetime
    changed_at: datetime
    followed_at: datetime


class DuplicateView(View):
    """That a case is the same as another. `version` is that of the case: the next If-Match."""

    version: int
    case_id: UUID
    of: UUID
    reference: str = Field(description="The reference of the other case.")


class DuplicateOfWhich(Refusal, status=409):
    """Say first which other case this is the same as: that one goes on for both."""


class ItsOwnDuplicate(Refusal, status=422):
    """Name the case that goes on: not this one, nor one that is itself the same as another."""
