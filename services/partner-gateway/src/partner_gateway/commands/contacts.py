"""People at partners: registered, described anew, removed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from common.contracts.partners.contacts import (
    ContactKnown,
    ContactView,
    DescribeContact,
    PartnerContactChanged,
    PartnerContactRegistered,
    PartnerContactRemoved,
    TooManyContacts,
)
from common.contracts.partners.organisations import PartnerStatus, UnknownPartner
from common.runtime.ids import new_id
from common.runtime.problems import NotFound
from common.runtime.transaction import Transaction

from partner_gateway.domain import contacts
from partner_gateway.queries import named
from partner_gateway.queries.contacts import shown_contact
from partner_gateway.queries.partners import partner
from partner_gateway.tables import PartnerContact


async def register_contact(tx: Transaction, partner_id: str, command: DescribeContact) -> ContactView:
    """Let us write to somebody at a partner."""
    organisation = await partner(tx, partner_id)
    if organisation.status == PartnerStatus.OFFBOARDED:
        raise UnknownPartner
    known = await tx.all(named.CONTACTS_OF_PARTNER, partner_id=partner_id)
    if len(known) >= contacts.MOST_CONTACTS:
        raise TooManyContacts
    told = _told(command, known)
    row = PartnerContact(id=new_id(), partner_id=partner_id, registered_at=tx.now, **told)
    tx.say(PartnerContactRegistered(partner_id=partner_id, duties=row.duties), on=tx.add(row))
    return shown_contact(row)


async def describe_contact(tx: Transaction, contact_id: UUID, command: DescribeContact) -> ContactView:
    """Note who somebody at a partner is now, how they are reached and what about."""
    row = await _contact(tx, contact_id)
    known = await tx.all(named.CONTACTS_OF_PARTNER, partner_id=row.partner_id)
    told = _told(command, [each for each in known if each.id != row.id])
    if any(getattr(row, name) != value for name, value in told.items()):
        tx.change(row, **told)
        tx.say(PartnerContactChanged(partner_id=row.partner_id, duties=row.duties), on=row)
    return shown_contact(row)


async def remove_contact(tx: Transaction, contact_id: UUID) -> ContactView:
    """Write to somebody at a partner no more, and hold nothing of them."""
    row = await _contact(tx, contact_id)
    remove(tx, [row])
    return shown_contact(row)


def remove(tx: Transaction, rows: Sequence[PartnerContact]) -> None:
    """Hold nothing of these people any more."""
    for row in rows:
        tx.say_last(PartnerContactRemoved(partner_id=row.partner_id), on=row)


def _told(command: DescribeContact, others: Sequence[PartnerContact]) -> dict[str, object]:
    email = contacts.address(command.email)
    if any(other.email == email for other in others):
        raise ContactKnown
    duties = contacts.in_order(duty.value for duty in command.duties)
    return {"name": command.name, "email": email, "phone": command.phone, "duties": duties}


async def _contact(tx: Transaction, contact_id: UUID) -> PartnerContact:
    row = await tx.one(named.CONTACT, contact=contact_id)
    if row is None:
        raise NotFound
    tx.edits(row)
    return row
