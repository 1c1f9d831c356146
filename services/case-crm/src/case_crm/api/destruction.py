"""Destruction lists: proposed by one officer, confirmed by another; and what is left of a case that went."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from common.contracts.base import Page
from common.contracts.cases.destruction import (
    AnotherConfirms,
    DestructionListView,
    ListDecided,
    ListedCaseView,
    NothingToDestroy,
    NotOneOfTheTwo,
    ProposeDestruction,
    TakeOffList,
    TombstoneView,
)
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers
from fastapi import Path

from case_crm.commands import destruction as commands
from case_crm.queries import destruction as queries

routes = Api(tag="destruction")
Reference = Annotated[str, Path(max_length=40, pattern=r"^[A-Za-z0-9*~$=-]+$")]
may_destroy = officers("destruction:write")


@routes.create("/destruction-lists", allow=may_destroy, refuses=[NothingToDestroy])
async def propose_destruction(command: ProposeDestruction, tx: Tx) -> DestructionListView:
    """Propose to destroy cases whose time is over; 500 at most, those first whose time has been over longest."""
    return await commands.propose(tx, command)


@routes.read("/destruction-lists", allow=may_destroy, refuses=[NoSuchCursor])
async def destruction_lists(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[DestructionListView]:
    """The council's destruction lists, newest first."""
    return await queries.lists(read, limit=limit, cursor=cursor)


@routes.read("/destruction-lists/{list_id}", allow=may_destroy)
async def destruction_list(list_id: UUID, read: Read) -> DestructionListView:
    """A destruction list, and what became of what was on it."""
    return await queries.list_view(read, list_id)


@routes.read("/destruction-lists/{list_id}/cases", allow=may_destroy, refuses=[NoSuchCursor])
async def listed_cases(list_id: UUID, read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[ListedCaseView]:
    """The cases of a list, each with what stops it."""
    return await queries.cases_of_list(read, list_id, limit=limit, cursor=cursor)


@routes.edit("/destruction-lists/{list_id}/cases/{case_id}/removal", allow=may_destroy, refuses=[ListDecided])
async def take_off_list(list_id: UUID, case_id: UUID, command: TakeOffList, tx: Tx) -> DestructionListView:
    """Take a case off a list."""
    return await commands.take_off(tx, list_id, case_id, command)


@routes.edit("/destruction-lists/{list_id}/confirmation", allow=may_destroy, refuses=[ListDecided, AnotherConfirms])
async def confirm_destruction(list_id: UUID, tx: Tx) -> DestructionListView:
    """Confirm a list that somebody else proposed. Until it is carried out, either of you may stop it."""
    return await commands.confirm(tx, list_id)


@routes.edit("/destruction-lists/{list_id}/stop", allow=may_destroy, refuses=[ListDecided, NotOneOfTheTwo])
async def stop_destruction(list_id: UUID, tx: Tx) -> DestructionListView:
    """Stop a list that you proposed or confirmed, while it is not carried out."""
    return await commands.stop(tx, list_id)


@routes.read(
    "/destroyed-cases/{reference}", allow=officers("cases:read"), sees_nobody="nothing of whose it was is kept"
)
async def destroyed_case(reference: Reference, read: Read) -> TombstoneView:
    """What is left of a case that was destroyed: that there was one, and who decided."""
    return await queries.tombstone(read, reference)
