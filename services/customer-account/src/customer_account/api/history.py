"""What happened to a person."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Page
from common.contracts.people import RecordRestricted, TimelineEntryView
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.routes import Api, Read
from common.runtime.rules import May, officers, represented

from customer_account import queries

routes = Api(tag="people")
may_read = officers("persons:read")


@routes.read("/persons/{person_id}/timeline", allow=may_read, refuses=[NoSuchCursor, RecordRestricted])
async def timeline_of_person(
    person_id: UUID, read: Read, limit: Limit = 50, cursor: Cursor = None
) -> Page[TimelineEntryView]:
    """What happened to and for a person with the officer's council, newest first."""
    return await queries.timeline_for_council(read, person_id, limit=limit, cursor=cursor)


@routes.read("/me/timeline", allow=represented(May.SEE), refuses=[NoSuchCursor])
async def my_timeline(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[TimelineEntryView]:
    """What happened to and for me, with every council, newest first."""
    return await queries.my_timeline(read, limit=limit, cursor=cursor)
