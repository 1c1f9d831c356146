"""Partners come and go."""

from __future__ import annotations

from common.contracts.partners.organisations import (
    ApplyAsPartner,
    MovePartner,
    PartnerIdTaken,
    PartnerStatus,
    PartnerView,
)
from common.runtime.transaction import Transaction

from partner_gateway.commands.contacts import remove
from partner_gateway.domain import partners
from partner_gateway.queries import named
from partner_gateway.queries.partners import partner, shown_partner
from partner_gateway.tables import Partner


async def apply_as_partner(tx: Transaction, command: ApplyAsPartner) -> PartnerView:
    """Note that an organisation wants to become a partner."""
    if await tx.one(named.PARTNER, partner_id=command.partner_id):
        raise PartnerIdTaken
    row = Partner(
        id=partners.aggregate_of(command.partner_id),
        partner_id=command.partner_id,
        name=command.name,
        kind=command.kind.value,
        status=PartnerStatus.APPLIED.value,
        applied_at=tx.now,
        changed_at=tx.now,
    )
    tx.add(row)
    tx.say(partners.apply(command.partner_id, name=command.name), on=row)
    return shown_partner(row)


async def move_partner(tx: Transaction, partner_id: str, command: MovePartner) -> PartnerView:
    """Take a partner to its next status."""
    row = await partner(tx, partner_id)
    people = await tx.all(named.CONTACTS_OF_PARTNER, partner_id=partner_id)
    tx.edits(row)
    moved = partners.move_partner(
        command.transition, partner_id=partner_id, name=row.name, status=PartnerStatus(row.status)
    )
    tx.change(row, status=moved.status.value, changed_at=tx.now)
    tx.say(moved, on=row)
    if moved.status is PartnerStatus.OFFBOARDED:
        remove(tx, people)  # whom we work with no more we hold nothing of
    return shown_partner(row)
