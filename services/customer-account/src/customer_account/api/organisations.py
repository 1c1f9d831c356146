"""Organisations as customers, and who speaks for them."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people import PerhapsTheSamePerson, RecordRestricted, WrongShape
from common.contracts.people.organisations import (
    AddContactPerson,
    ContactDaysContradict,
    ContactPersonAlready,
    DescribeOrganisation,
    EndContactPerson,
    MyOrganisationsView,
    NoSuchContactPerson,
    NotACharityNumber,
    NotACompanyNumber,
    OrganisationView,
    RegisterOrganisation,
)
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers, residents

from customer_account import commands, queries

routes = Api(tag="organisations")
may_read = officers("persons:read")
may_write = officers("persons:write")
NUMBERS = [NotACompanyNumber, NotACharityNumber]


@routes.create(
    "/organisations", allow=may_write, refuses=[PerhapsTheSamePerson, RecordRestricted, WrongShape, *NUMBERS]
)
async def register_organisation(command: RegisterOrganisation, tx: Tx) -> OrganisationView:
    """Make a business, a landlord or a charity known. Its id is that of a customer: cases are opened for it like for anybody."""
    return await commands.register_organisation(tx, command)


@routes.read("/organisations/{organisation_id}", allow=may_read, refuses=[RecordRestricted])
async def organisation(organisation_id: UUID, read: Read) -> OrganisationView:
    """What an organisation is, and who speaks for it."""
    return await queries.organisation_for_council(read, organisation_id)


@routes.edit("/organisations/{organisation_id}", allow=may_write, refuses=[RecordRestricted, *NUMBERS], method="PUT")
async def describe_organisation(organisation_id: UUID, command: DescribeOrganisation, tx: Tx) -> OrganisationView:
    """Note what an organisation is, as a whole. Its name is a fact, and is noted like any other."""
    return await commands.describe_organisation(tx, organisation_id, command)


@routes.edit(
    "/organisations/{organisation_id}/contact-persons",
    allow=may_write,
    refuses=[RecordRestricted, ContactPersonAlready],
)
async def add_contact_person(organisation_id: UUID, command: AddContactPerson, tx: Tx) -> OrganisationView:
    """Note that somebody speaks for an organisation, and as what."""
    return await commands.add_contact_person(tx, organisation_id, command)


@routes.edit(
    "/organisations/{organisation_id}/contact-persons/{person_id}/end",
    allow=may_write,
    refuses=[RecordRestricted, NoSuchContactPerson, ContactDaysContradict],
)
async def end_contact_person(
    organisation_id: UUID, person_id: UUID, command: EndContactPerson, tx: Tx
) -> OrganisationView:
    """Note the last day on which somebody speaks for an organisation. That they did stays on record."""
    return await commands.end_contact_person(tx, organisation_id, person_id, command)


@routes.read("/me/organisations", allow=residents)
async def my_organisations(read: Read) -> MyOrganisationsView:
    """The organisations that I speak for, or spoke for."""
    return await queries.my_organisations(read)
