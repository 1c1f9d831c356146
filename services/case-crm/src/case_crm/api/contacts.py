"""When we spoke with somebody: noted, and seen by the next officer."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Page
from common.contracts.cases import RecordContact, TouchView, UnknownService
from common.contracts.people.protection import AddressInText
from common.runtime.limits import though_restricted
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers

from case_crm import commands, queries

routes = Api(tag="interactions")


@routes.create("/interactions", allow=officers("cases:write"), refuses=[AddressInText, UnknownService])
@though_restricted("it keeps what the person brings")
async def record_contact(command: RecordContact, tx: Tx) -> TouchView:
    """Note a touch that makes no case: a question that was answered."""
    return await commands.record_contact(tx, command)


@routes.read("/persons/{person_id}/interactions", allow=officers("cases:read"), refuses=[NoSuchCursor])
async def touches_of_person(person_id: UUID, read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[TouchView]:
    """What was asked, said and promised, on every channel, newest first: about cases, and about none."""
    return await queries.touches_of_person(read, person_id, limit=limit, cursor=cursor)
