"""Cases that not every officer of their council sees."""

from __future__ import annotations

from uuid import UUID

from common.contracts.cases import CaseView
from common.contracts.cases.restricting import LiftRestriction, NotRestricted, RestrictCase
from common.contracts.people.protection import AddressInText
from common.contracts.staff import SEES_RESTRICTED
from common.runtime.routes import Api, Tx
from common.runtime.rules import officers

from case_crm import commands

routes = Api(tag="cases")
may_restrict = officers(SEES_RESTRICTED)


@routes.edit("/cases/{case_id}/restriction", allow=may_restrict, refuses=[AddressInText], method="PUT")
async def restrict_case(case_id: UUID, command: RestrictCase, tx: Tx) -> CaseView:
    """Restrict a case: for every other officer there is no such case any more, anywhere. Its person goes on seeing it."""
    return await commands.restrict_case(tx, case_id, command)


@routes.edit("/cases/{case_id}/restriction/end", allow=may_restrict, refuses=[NotRestricted, AddressInText])
async def lift_case_restriction(case_id: UUID, command: LiftRestriction, tx: Tx) -> CaseView:
    """Show a restricted case to every officer of its council again."""
    return await commands.lift_restriction(tx, case_id, command)
