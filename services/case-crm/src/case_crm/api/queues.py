"""Queues: what is to be seen to first, looked through, taken as a file, and done together."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from common.contracts.base import Code, Page
from common.contracts.cases import Status
from common.contracts.cases.queues import (
    DoneTogether,
    EnoughSaved,
    HalfAPlace,
    Held,
    MoveTogether,
    NameTaken,
    QueuedCase,
    QueueFilter,
    SavedFilterView,
    SaveFilter,
    SetOwnerTogether,
    TooManyCases,
)
from common.runtime.files import File
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers
from fastapi import Depends, Query

from case_crm.commands import queues as commands
from case_crm.commands import together
from case_crm.queries import queues as queries

routes = Api(tag="queues")


def _wanted(
    team: Code | None = None,
    held: Held = Held.ANYBODYS,
    service: Code | None = None,
    status: Status | None = None,
    priority: Annotated[str | None, Query(pattern="^(urgent|normal|low)$")] = None,
    due_within_days: Annotated[int | None, Query(ge=0, le=366, description="With those that are overdue.")] = None,
    lat: Annotated[float | None, Query(ge=-89, le=89)] = None,
    lon: Annotated[float | None, Query(ge=-180, le=180)] = None,
    within_metres: Annotated[int, Query(ge=1, le=5000)] = 500,
) -> QueueFilter:
    return QueueFilter.model_validate(locals())


Wanted = Annotated[QueueFilter, Depends(_wanted)]


@routes.read("/queue", allow=officers("cases:read"), refuses=[NoSuchCursor, HalfAPlace])
async def queue(read: Read, wanted: Wanted, limit: Limit = 50, cursor: Cursor = None) -> Page[QueuedCase]:
    """The council's open cases, what is to be seen to first at the top: all, or a team's, one's own, nobody's yet, near a place."""
    return await queries.queue_of(read, wanted, limit=limit, cursor=cursor)


@routes.file("/queue/file", allow=officers("cases:read"), media_type=queries.CSV, refuses=[TooManyCases, HalfAPlace])
async def queue_file(read: Read, wanted: Wanted) -> File:
    """The same as a table (CSV), at most 1,000 cases. Everybody whose case is in it sees that it was taken."""
    return await queries.queue_file(read, wanted)


@routes.read("/queue/filters", allow=officers("cases:read"))
async def saved_filters(read: Read) -> list[SavedFilterView]:
    """The filters that the officer who asks kept."""
    return await queries.saved_filters(read)


@routes.create("/queue/filters", allow=officers("cases:read"), refuses=[NameTaken, EnoughSaved, HalfAPlace])
async def save_filter(command: SaveFilter, tx: Tx) -> SavedFilterView:
    """Keep a filter under a name."""
    return await commands.save_filter(tx, command)


@routes.edit("/queue/filters/{filter_id}", allow=officers("cases:read"), method="DELETE", versioned=False)
async def forget_filter(filter_id: UUID, tx: Tx) -> SavedFilterView:
    """Keep a filter no longer."""
    return await commands.forget_filter(tx, filter_id)


@routes.edit("/queue/owner", allow=officers("cases:write"), versioned=False)
async def set_owner_together(command: SetOwnerTogether, tx: Tx) -> list[DoneTogether]:
    """Take several cases, or give them to a colleague; what became of each."""
    return await together.set_owner_together(tx, command)


@routes.edit("/queue/transitions", allow=officers("cases:write"), versioned=False)
async def move_together(command: MoveTogether, tx: Tx) -> list[DoneTogether]:
    """Make the same transition of several cases; what became of each."""
    return await together.move_together(tx, command)
