"""Records that may be of one person: the queue that officers go through, and what they decide."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Page
from common.contracts.people import RecordRestricted
from common.contracts.people.duplicates import ComparingView, DecidedAlready, DecideDuplicate, DuplicateView
from common.contracts.people.protection import AddressInText
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers

from customer_account import commands, queries

routes = Api(tag="people")
may_decide = officers("duplicates:decide")


@routes.read("/duplicates", allow=may_decide, refuses=[NoSuchCursor])
async def duplicates(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[DuplicateView]:
    """Pairs of records that may be of one person and that nobody has decided about, newest first."""
    return await queries.possible_duplicates(read, limit=limit, cursor=cursor)


@routes.read("/duplicates/comparing", allow=may_decide)
async def comparing(read: Read) -> ComparingView:
    """How far everybody has been compared anew, as is done when likeness is weighed otherwise than before."""
    return await queries.comparing(read)


@routes.read("/duplicates/{duplicate_id}", allow=may_decide, refuses=[RecordRestricted])
async def duplicate(duplicate_id: UUID, read: Read) -> DuplicateView:
    """Two records that may be of one person, and what in them is alike."""
    pair = await queries.possible_duplicate(read, duplicate_id, "compared two records that may be of one person")
    return queries.shown_duplicate(pair)


@routes.edit(
    "/duplicates/{duplicate_id}/decision", allow=may_decide, refuses=[RecordRestricted, DecidedAlready, AddressInText]
)
async def decide_duplicate(duplicate_id: UUID, command: DecideDuplicate, tx: Tx) -> DuplicateView:
    """Say that two records are of two people. You will not be asked about them again."""
    return await commands.decide_duplicate(tx, duplicate_id, command)
