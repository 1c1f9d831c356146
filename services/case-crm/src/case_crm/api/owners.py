"""Who deals with a case."""

from __future__ import annotations

from uuid import UUID

from common.contracts.cases import AlreadyTaken, CaseView, ClosedForGood, ReasonNeeded, SetOwner
from common.contracts.people.protection import AddressInText
from common.runtime.routes import Api, Tx
from common.runtime.rules import officers

from case_crm import commands

routes = Api(tag="cases")


@routes.edit(
    "/cases/{case_id}/owner",
    allow=officers("cases:write"),
    refuses=[AlreadyTaken, ReasonNeeded, ClosedForGood, AddressInText],
)
async def set_owner(case_id: UUID, command: SetOwner, tx: Tx) -> CaseView:
    """Take a case, or give it to a colleague and say why. Its person is told who deals with it, and every handoff counts."""
    return await commands.set_owner(tx, case_id, command)
