"""Promises: taking longer for one, and the calendars they are counted by."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import CouncilId
from common.contracts.cases import CaseView
from common.contracts.cases.clocks import CalendarView, ExtendClock, NoSuchExtension, NotRunning
from common.contracts.people.protection import AddressInText
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import everybody, officers

from case_crm import commands, queries

routes = Api(tag="cases")


@routes.read("/councils/{council}/calendar", allow=everybody)
async def calendar(council: CouncilId, read: Read) -> CalendarView:
    """The days and hours on which a council works: its promises are counted by them."""
    return await queries.calendar_of(read, council)


@routes.edit(
    "/cases/{case_id}/clocks/{clock_id}/extensions",
    allow=officers("cases:write"),
    refuses=[NoSuchExtension, NotRunning, AddressInText],
)
async def extend_clock(case_id: UUID, clock_id: UUID, command: ExtendClock, tx: Tx) -> CaseView:
    """Take longer for one promise, where its service allows it: the person reads until when, and why."""
    return await commands.extend_clock(tx, case_id, clock_id, command)
