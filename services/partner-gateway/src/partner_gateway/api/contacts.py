"""People at partners over HTTP."""

from __future__ import annotations

from uuid import UUID

from common.contracts.partners.contacts import (
    ContactKnown,
    ContactsView,
    ContactView,
    DescribeContact,
    TooManyContacts,
)
from common.contracts.partners.organisations import PartnerId, UnknownPartner
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import administrators, officers, partners

from partner_gateway import commands, queries

routes = Api(tag="contacts")
keepers = administrators("partners:write")


@routes.create(
    "/partners/{partner_id}/contacts", allow=keepers, refuses=[ContactKnown, TooManyContacts, UnknownPartner]
)
async def register_contact(partner_id: PartnerId, command: DescribeContact, tx: Tx) -> ContactView:
    """Let us write to somebody at a partner, about these things."""
    return await commands.register_contact(tx, partner_id, command)


@routes.read(
    "/partners/{partner_id}/contacts",
    allow=officers("partners:read") | keepers | partners("referrals:read"),
)
async def contacts(partner_id: PartnerId, read: Read) -> ContactsView:
    """Those at a partner that we may write to, and what nobody there is written to about."""
    return await queries.contacts_of(read, partner_id)


@routes.edit("/contacts/{contact_id}", allow=keepers, refuses=[ContactKnown], method="PUT")
async def describe_contact(contact_id: UUID, command: DescribeContact, tx: Tx) -> ContactView:
    """Note who somebody at a partner is now, how they are reached and what about."""
    return await commands.describe_contact(tx, contact_id, command)


@routes.edit("/contacts/{contact_id}", allow=keepers, method="DELETE")
async def remove_contact(contact_id: UUID, tx: Tx) -> ContactView:
    """Write to somebody at a partner no more, and hold nothing of them. It shows for the last time who they were."""
    return await commands.remove_contact(tx, contact_id)
