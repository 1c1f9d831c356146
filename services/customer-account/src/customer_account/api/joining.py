"""Joining two records of one person, and taking that back."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people.accounts import (
    ClosedAlready,
    DeathOnRecord,
    JoinedWithAnother,
    NotJoined,
    SuspendedAlready,
)
from common.contracts.people.holds import UnderLegalHold
from common.contracts.people.identity import AccountView
from common.contracts.people.joining import MergePerson, NotInUse, NotWithItself
from common.contracts.people.protection import RecordRestricted
from common.runtime.limits import though_restricted
from common.runtime.routes import Api, Tx
from common.runtime.rules import officers

from customer_account import commands

routes = Api(tag="accounts")
may_merge = officers("persons:merge")
STANDS = [SuspendedAlready, ClosedAlready, JoinedWithAnother, DeathOnRecord]


@routes.edit(
    "/persons/{person_id}/merge",
    allow=may_merge,
    refuses=[RecordRestricted, NotWithItself, NotInUse, UnderLegalHold, *STANDS],
)
async def merge_person(person_id: UUID, command: MergePerson, tx: Tx) -> AccountView:
    """Say that a record and another are of one person. Both keep all they hold; whoever has the first id is led to the other."""
    return await commands.merge_person(tx, person_id, command)


@routes.edit("/persons/{person_id}/merge", allow=may_merge, refuses=[RecordRestricted, NotJoined], method="DELETE")
@though_restricted("each record has again what is its own")
async def unmerge_person(person_id: UUID, tx: Tx) -> AccountView:
    """Take back that two records are of one person. Each is what it was."""
    return await commands.unmerge_person(tx, person_id)
