"""What happened to a case."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Page
from common.contracts.cases import ClosedForGood, EntryView, WriteEntry
from common.contracts.people.protection import AddressInText
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers

from case_crm import commands, queries
from case_crm.api.rules import may_read

routes = Api(tag="cases")


@routes.read("/cases/{case_id}/timeline", allow=may_read, refuses=[NoSuchCursor])
async def case_timeline(case_id: UUID, read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[EntryView]:
    """What happened to a case, newest first: its person reads what they were told, officers read their notes too."""
    return await queries.timeline(read, case_id, limit=limit, cursor=cursor)


@routes.create("/cases/{case_id}/entries", allow=officers("cases:write"), refuses=[ClosedForGood, AddressInText])
async def write_entry(case_id: UUID, command: WriteEntry, tx: Tx) -> EntryView:
    """Write an update that the case's person reads, or a note among officers."""
    return await commands.write_entry(tx, case_id, command)
