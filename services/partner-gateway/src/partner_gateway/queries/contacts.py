"""Views of people at partners."""

from __future__ import annotations

from common.contracts.partners.contacts import ContactsView, ContactView
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from partner_gateway.domain import contacts
from partner_gateway.queries import named
from partner_gateway.queries.partners import partner
from partner_gateway.tables import PartnerContact

_SAME = set(ContactView.model_fields) - {"contact_id"}


async def contacts_of(read: Reading, partner_id: str) -> ContactsView:
    """Those at a partner that we may write to, by their addresses. A partner sees its own."""
    if read.me.partner not in (None, partner_id):
        raise NotFound
    found = await read.all(named.CONTACTS_OF_PARTNER, partner_id=partner_id)
    if not found:
        await partner(read, partner_id)
    return ContactsView(
        items=[shown_contact(each) for each in found], nobody_for=contacts.nobody_for([each.duties for each in found])
    )


def shown_contact(row: PartnerContact) -> ContactView:
    """Somebody at a partner."""
    return ContactView(contact_id=row.id, **row.model_dump(include=_SAME))
