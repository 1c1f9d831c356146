"""Claiming an account: officers give a reference, and whoever signs in later claims with it."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people.accounts import (
    ClosedAlready,
    DeathOnRecord,
    InUseAlready,
    JoinedWithAnother,
    SuspendedAlready,
)
from common.contracts.people.claims import (
    ClaimReferenceView,
    ClaimView,
    IssueClaimReference,
    MakeClaim,
    NoClaimReference,
    NothingToCheckBy,
    TooManyTries,
)
from common.contracts.people.identity import AccountView
from common.contracts.people.protection import RecordRestricted
from common.runtime.limits import though_restricted
from common.runtime.problems import NotFound
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers, residents

from customer_account import commands, queries

routes = Api(tag="accounts")
may_write = officers("accounts:write")
STANDS = [InUseAlready, SuspendedAlready, ClosedAlready, JoinedWithAnother, DeathOnRecord]


@routes.create(
    "/persons/{person_id}/account/claim-references",
    allow=may_write,
    refuses=[RecordRestricted, NothingToCheckBy, *STANDS],
)
async def issue_claim_reference(person_id: UUID, command: IssueClaimReference, tx: Tx) -> ClaimReferenceView:
    """Give a person who was helped a reference to claim their account with. Read it out or post it: it is shown once."""
    return await commands.issue_claim_reference(tx, person_id, command)


@routes.edit(
    "/persons/{person_id}/account/claim-references",
    allow=may_write,
    refuses=[RecordRestricted, NoClaimReference],
    method="DELETE",
)
@though_restricted("it keeps others out")
async def withdraw_claim_reference(person_id: UUID, tx: Tx) -> AccountView:
    """Make the reference that a person was given good for nothing."""
    return await commands.withdraw_claim_reference(tx, person_id)


@routes.create("/me/claims", allow=residents, refuses=[TooManyTries])
async def make_claim(command: MakeClaim, tx: Tx) -> ClaimView:
    """Claim the record that an officer made for me, with the reference they gave me and what they asked me to know.

    What came of it is at /me/claim a moment later. It does not say what was wrong.
    """
    return await commands.make_claim(tx, command)


@routes.read("/me/claim", allow=residents, refuses=[NotFound])
async def my_claim(read: Read) -> ClaimView:
    """What came of my last claim. Once I have claimed I sign in again, and go on as the person it names."""
    return await queries.my_claim(read)
