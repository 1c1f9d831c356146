"""Accounts: who signs in for a person, whether they may, and how sure we are of who they are."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people import RecordRestricted
from common.contracts.people.accounts import (
    CloseAccount,
    ClosedAlready,
    ConfirmDeath,
    DeathOnRecord,
    JoinedWithAnother,
    NobodySignsIn,
    NoDeathOnRecord,
    NotSuspended,
    SuspendAccount,
    SuspendedAlready,
)
from common.contracts.people.identity import AccountView, RecordIdentityCheck, ThreeChecksNeeded
from common.runtime.limits import though_restricted
from common.runtime.problems import NotFound
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import May, officers, represented, residents

from customer_account import commands, queries

routes = Api(tag="accounts")
may_read = officers("persons:read")
may_write = officers("accounts:write")
may_confirm = officers("deaths:write")
RESTRICTED = [RecordRestricted]
STANDS = [DeathOnRecord, JoinedWithAnother, ClosedAlready]


@routes.read("/persons/{person_id}/account", allow=may_read, refuses=RESTRICTED)
async def account_of_person(person_id: UUID, read: Read) -> AccountView:
    """How a person's account stands, and by what we know who they are."""
    return await queries.account_for_council(read, person_id)


@routes.edit(
    "/persons/{person_id}/account/suspension",
    allow=may_write,
    refuses=[*RESTRICTED, *STANDS, SuspendedAlready, NobodySignsIn],
)
@though_restricted("it keeps others out")
async def suspend_account(person_id: UUID, command: SuspendAccount, tx: Tx) -> AccountView:
    """Let nobody sign in with a person's account for the time being."""
    return await commands.suspend_account(tx, person_id, command)


@routes.edit("/persons/{person_id}/account/reinstatement", allow=may_write, refuses=[*RESTRICTED, NotSuspended])
@though_restricted("it lets the person in")
async def reinstate_account(person_id: UUID, tx: Tx) -> AccountView:
    """Let a person use their suspended account again."""
    return await commands.reinstate_account(tx, person_id)


@routes.edit("/persons/{person_id}/account/closure", allow=may_write, refuses=[*RESTRICTED, *STANDS, NobodySignsIn])
async def close_account(person_id: UUID, command: CloseAccount, tx: Tx) -> AccountView:
    """Close a person's account. What we know of them stays, and officers go on helping them."""
    return await commands.close_account(tx, person_id, command)


@routes.edit("/persons/{person_id}/identity-checks", allow=may_write, refuses=[*RESTRICTED, ThreeChecksNeeded])
async def record_identity_check(person_id: UUID, command: RecordIdentityCheck, tx: Tx) -> AccountView:
    """Note that a person passed a check of who they are. Say what they were asked; what they answered is taken nowhere."""
    return await commands.record_identity_check(tx, person_id, command)


@routes.edit("/persons/{person_id}/death", allow=may_confirm, refuses=[*RESTRICTED, DeathOnRecord, JoinedWithAnother])
@though_restricted("nothing more is written to them")
async def confirm_death(person_id: UUID, command: ConfirmDeath, tx: Tx) -> AccountView:
    """Note that a person has died. From now on nobody signs in with their account; everybody who knows them is told."""
    return await commands.confirm_death(tx, person_id, command)


@routes.edit("/persons/{person_id}/death", allow=may_confirm, refuses=[*RESTRICTED, NoDeathOnRecord], method="DELETE")
@though_restricted("it lets the person in")
async def retract_death(person_id: UUID, tx: Tx) -> AccountView:
    """Take back that a person has died: it was noted in error. Their account is as it was before."""
    return await commands.retract_death(tx, person_id)


@routes.read("/me/account", allow=represented(May.SEE), refuses=[NotFound])
async def my_account(read: Read) -> AccountView:
    """How my account stands, and by what the councils know that I am I."""
    return await queries.my_account(read)


@routes.edit("/me/account/closure", allow=residents, refuses=[NotFound, NobodySignsIn])
async def close_my_account(tx: Tx) -> AccountView:
    """Close my account. I cannot sign in with it any more; the councils can still help me in other ways."""
    return await commands.close_my_account(tx)
