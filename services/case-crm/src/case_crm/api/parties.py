"""Who has a part in a case, and what councillors see."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Page
from common.contracts.cases import (
    AddParty,
    CaseSummary,
    CaseView,
    ClosedForGood,
    ConsentNeeded,
    HasAPart,
    NotForYou,
    OfficerId,
    PartyView,
)
from common.contracts.people.protection import AddressInText
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers

from case_crm import commands, queries
from case_crm.api.rules import may_move

routes = Api(tag="cases")


@routes.create(
    "/cases/{case_id}/parties",
    allow=may_move,
    refuses=[NotForYou, HasAPart, ConsentNeeded, ClosedForGood, AddressInText],
)
async def add_party(case_id: UUID, command: AddParty, tx: Tx) -> PartyView:
    """Give somebody a part in a case. A resident lets their councillor see it: this case, and nothing else of theirs."""
    return await commands.add_party(tx, case_id, command)


@routes.edit("/cases/{case_id}/parties/{officer_id}/end", allow=may_move, refuses=[NotForYou])
async def end_party(case_id: UUID, officer_id: OfficerId, tx: Tx) -> CaseView:
    """End somebody's part in a case. A councillor sees it no longer from that moment on."""
    return await commands.end_party(tx, case_id, officer_id)


@routes.read("/councillor-cases", allow=officers("councillor_cases:read"), refuses=[NoSuchCursor])
async def councillor_cases(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[CaseSummary]:
    """The cases that people let the councillor who asks see, newest consent first."""
    return await queries.cases_of_councillor(read, limit=limit, cursor=cursor)


@routes.read("/councillor-cases/{case_id}", allow=officers("councillor_cases:read"))
async def councillor_case(case_id: UUID, read: Read) -> CaseView:
    """A case that its person let the councillor who asks see, without notes of officers. Its person reads that they looked."""
    return await queries.councillor_case(read, case_id)
