"""Organisations: becoming known, being described, and who speaks for them. Load, decide, write."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people import CustomerKind, RegisterPerson
from common.contracts.people.organisations import (
    AddContactPerson,
    ContactPersonAdded,
    ContactPersonEnded,
    DescribeOrganisation,
    EndContactPerson,
    OrganisationChanged,
    OrganisationEvent,
    OrganisationRegistered,
    OrganisationView,
    RegisterOrganisation,
)
from common.runtime.problems import NotFound
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.commands.persons import register_person
from customer_account.domain import organisations
from customer_account.domain.days import day_of
from customer_account.domain.organisations import Contact
from customer_account.queries import named
from customer_account.queries.named import KnownOrganisation
from customer_account.tables import Organisation, OrganisationOfContact

SPEAKS = "noted who speaks for an organisation"


async def register_organisation(tx: Transaction, command: RegisterOrganisation) -> OrganisationView:
    """Make an organisation known to the officer's council, as a customer like any other."""
    described = _described(command)
    same = command.model_dump(include={"postcode", "email", "phone", "channel", "not_the_same_as"})
    customer = RegisterPerson(kind=CustomerKind.ORGANISATION, full_name=command.name, **same)
    known = await register_person(tx, customer)
    row = tx.add(Organisation(id=known.person_id, visible_to=known.visible_to, **described))
    say(tx, row, OrganisationRegistered(kind=command.kind, visible_to=row.visible_to))
    return queries.shown_organisation(row, command.name)


async def describe_organisation(
    tx: Transaction, organisation_id: UUID, command: DescribeOrganisation
) -> OrganisationView:
    """Keep what an organisation is, as a whole. The same again changes nothing."""
    described = _described(command)
    known, hidden = await _opened(tx, organisation_id, "noted what an organisation is")
    if any(getattr(known.row, name) != value for name, value in described.items()):
        tx.change(known.row, **described)
        say(tx, known.row, OrganisationChanged(kind=command.kind, visible_to=known.row.visible_to))
    return queries.shown_organisation(known.row, known.name, hidden=hidden)


async def add_contact_person(tx: Transaction, organisation_id: UUID, command: AddContactPerson) -> OrganisationView:
    """Note that somebody speaks for an organisation."""
    person = await queries.facts_home(tx, command.person_id)
    known, hidden = await _opened(tx, organisation_id, SPEAKS)
    queries.look(tx, person.id, SPEAKS, protected=person.protected)
    new = Contact(person_id=person.id, role=command.role, first_day=command.from_ or day_of(tx.now))
    contacts = organisations.add(organisations.contacts_of(known.row.contacts), new)
    tx.change(known.row, contacts=organisations.as_kept(contacts))
    said = {"contact_person": person.id, "role": command.role, "visible_to": known.row.visible_to}
    say(tx, known.row, ContactPersonAdded(**said), about=person.id)
    return queries.shown_organisation(known.row, known.name, hidden=hidden)


async def end_contact_person(
    tx: Transaction, organisation_id: UUID, person_id: UUID, command: EndContactPerson
) -> OrganisationView:
    """Note the last day on which somebody speaks for an organisation."""
    person = await queries.facts_home(tx, person_id)
    known, hidden = await _opened(tx, organisation_id, SPEAKS)
    queries.look(tx, person.id, SPEAKS, protected=person.protected)
    last_day = command.to or day_of(tx.now)
    contacts = organisations.contacts_of(known.row.contacts)
    ended = organisations.end(contacts, person.id, command.role, last_day=last_day)
    tx.change(known.row, contacts=organisations.as_kept(ended))
    said = {"contact_person": person.id, "role": command.role, "visible_to": known.row.visible_to}
    say(tx, known.row, ContactPersonEnded(**said), about=person.id)
    return queries.shown_organisation(known.row, known.name, hidden=hidden)


async def show_to_contacts(tx: Transaction, organisation_id: UUID) -> None:
    """Let everybody who speaks for an organisation see it as it is now. A customer who is none has nobody."""
    known = await tx.one(named.ORGANISATION, organisation_id=organisation_id)
    if known is None:
        return
    for each in organisations.contacts_of(known.row.contacts):
        days = {"first_day": each.first_day, "last_day": each.last_day}
        shown = {"name": known.name, "kind": known.row.kind, "role": each.role.value, **days}
        key = {"person_id": each.person_id, "organisation_id": organisation_id}
        tx.put(OrganisationOfContact(visible_to=[], **key, **shown))


def say(tx: Transaction, row: Organisation, event: OrganisationEvent, *, about: UUID | None = None) -> None:
    """Say what happened to an organisation, or to somebody who speaks for it."""
    tx.say(event, on=row, about=about or row.id)


async def _opened(tx: Transaction, organisation_id: UUID, why: str) -> tuple[KnownOrganisation, set[UUID]]:
    """An organisation the officer's council may see, which this request changes; and who of its contacts they may not see."""
    known = await tx.one(named.ORGANISATION_FOR_COUNCIL, organisation_id=organisation_id, council=tx.council)
    if known is None:
        raise NotFound
    hidden = await queries.restricted_contacts(tx, known.row)
    queries.look(tx, organisation_id, why, protected=known.protected)
    tx.edits(known.row)
    if not known.was_there:
        tx.add(known.row)
    return known, hidden


def _described(command: DescribeOrganisation) -> dict[str, str | None]:
    """What is kept of what was said an organisation is. Raises NotACompanyNumber or NotACharityNumber."""
    return {
        "kind": command.kind.value,
        "company_number": organisations.company_number(command.company_number),
        "charity_number": organisations.charity_number(command.charity_number),
    }
