"""Protecting people whose whereabouts must not be known."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people import (
    LiftProtection,
    MarkProtected,
    NoLongerProtected,
    ProtectedAlready,
    ProtectionView,
    ReviewProtection,
    WrongDays,
)
from common.runtime.limits import though_restricted
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers

from customer_account import commands, queries

routes = Api(tag="people")
may_read = officers("protection:read")
may_write = officers("protection:write")


@routes.create("/persons/{person_id}/protections", allow=may_write, refuses=[ProtectedAlready, WrongDays])
@though_restricted("it protects the person")
async def mark_protected(person_id: UUID, command: MarkProtected, tx: Tx) -> ProtectionView:
    """Protect a person at once: from now on only cleared officers see their record. Do it before an address is noted."""
    return await commands.mark_protected(tx, person_id, command)


@routes.read("/persons/{person_id}/protection", allow=may_read)
async def protection_of_person(person_id: UUID, read: Read) -> ProtectionView:
    """How a person is protected now, why, and when that is looked at again."""
    return await queries.protection_of_person(read, person_id)


@routes.edit("/protections/{protection_id}/reviews", allow=may_write, refuses=[NoLongerProtected, WrongDays])
@though_restricted("it protects the person")
async def review_protection(protection_id: UUID, command: ReviewProtection, tx: Tx) -> ProtectionView:
    """Note that a person still needs it, and when that is looked at again."""
    return await commands.review_protection(tx, protection_id, command)


@routes.edit("/protections/{protection_id}/end", allow=may_write, refuses=[NoLongerProtected])
async def lift_protection(protection_id: UUID, command: LiftProtection, tx: Tx) -> ProtectionView:
    """End the protection of a person. Their record is shown again to every officer who may see it."""
    return await commands.lift_protection(tx, protection_id, command)
