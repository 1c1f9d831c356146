"""Which cases belong together."""

from __future__ import annotations

from uuid import UUID

from common.contracts.cases import CannotRelate, CaseView, ClosedForGood, PartsFirst, RelateCase
from common.runtime.routes import Api, Tx
from common.runtime.rules import officers

from case_crm import commands

routes = Api(tag="cases")


@routes.edit(
    "/cases/{case_id}/related", allow=officers("cases:write"), refuses=[CannotRelate, PartsFirst, ClosedForGood]
)
async def relate_case(case_id: UUID, command: RelateCase, tx: Tx) -> CaseView:
    """Say what a case is to another: part of it, following from it, adding to it, or its subject. Parts are ended first."""
    return await commands.relate_case(tx, case_id, command)
