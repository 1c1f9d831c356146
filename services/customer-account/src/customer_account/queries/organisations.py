"""Organisations, as officers see them and as those who speak for them do."""

from __future__ import annotations

from collections.abc import Container
from uuid import UUID

from common.contracts.people.organisations import (
    ContactPersonView,
    MyOrganisationsView,
    MyOrganisationView,
    OrganisationView,
)
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from customer_account.domain.organisations import contacts_of
from customer_account.queries import named
from customer_account.queries.clearance import cleared, look
from customer_account.tables import Organisation


async def organisation_for_council(read: Reading, organisation_id: UUID) -> OrganisationView:
    """An organisation that an officer's council may see."""
    why = "looked at an organisation and who speaks for it"
    known = await read.one(named.ORGANISATION_FOR_COUNCIL, organisation_id=organisation_id, council=read.council)
    if known is None:
        raise NotFound
    hidden = await restricted_contacts(read, known.row)
    read.saw([each.person_id for each in contacts_of(known.row.contacts) if each.person_id not in hidden], why)
    look(read, organisation_id, why, protected=known.protected)
    return shown_organisation(known.row, known.name, hidden=hidden)


async def restricted_contacts(read: Reading, row: Organisation) -> set[UUID]:
    """Who speaks for an organisation and is not to be shown to the caller: their record is restricted."""
    persons = [each.person_id for each in contacts_of(row.contacts)]
    return set() if cleared(read) or not persons else set(await read.all(named.PROTECTED_AMONG, persons=persons))


async def my_organisations(read: Reading) -> MyOrganisationsView:
    """The organisations that the resident speaks for."""
    rows = await read.all(named.MY_ORGANISATIONS, person_id=read.person)
    items = [
        MyOrganisationView(
            from_=row.first_day,
            to=row.last_day,
            **{name: getattr(row, name) for name in ("organisation_id", "name", "kind", "role")},
        )
        for row in rows
    ]
    return MyOrganisationsView(items=items)


def shown_organisation(row: Organisation, name: str | None, *, hidden: Container[UUID] = ()) -> OrganisationView:
    """An organisation with who speaks for it, but for those who are hidden."""
    contacts = [each for each in contacts_of(row.contacts) if each.person_id not in hidden]
    return OrganisationView(
        organisation_id=row.id,
        name=name,
        contact_persons=[
            ContactPersonView(person_id=each.person_id, role=each.role, from_=each.first_day, to=each.last_day)
            for each in contacts
        ],
        **{
            column: getattr(row, column)
            for column in ("version", "kind", "company_number", "charity_number", "visible_to")
        },
    )
