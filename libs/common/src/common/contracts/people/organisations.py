"""Organisations as customers: businesses, landlords and charities, and the people who speak for them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AliasChoices, ConfigDict, EmailStr, Field, StringConstraints

from common.contracts.base import Channel, Command, CouncilId, Event, Line, Open, PersonId, Phone, Refusal, View
from common.contracts.people.persons import Postcode

TypedNumber = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]


class OrganisationKind(StrEnum):
    """What sort of organisation it is."""

    BUSINESS = "business"
    LANDLORD = "landlord"
    CHARITY = "charity"
    OTHER = "other"


class ContactRole(StrEnum):
    """As what somebody speaks for an organisation."""

    OWNER = "owner"
    DIRECTOR = "director"
    TRUSTEE = "trustee"
    EMPLOYEE = "employee"
    AGENT = "agent"
    OTHER = "other"


class OrganisationEvent(Event, aggregate="organisation", speaker="customer-account"):
    """The life of an organisation's record. Its id is that of a customer like any other; its name is a fact."""


class OrganisationRegistered(OrganisationEvent, name="organisation.registered"):
    """An organisation became known."""

    kind: Open[OrganisationKind]
    visible_to: list[CouncilId]


class OrganisationChanged(OrganisationEvent, name="organisation.changed"):
    """What an organisation is, or the number it is registered by, is known otherwise."""

    kind: Open[OrganisationKind]
    visible_to: list[CouncilId]


class ContactPersonAdded(OrganisationEvent, name="contact_person.added"):
    """Somebody speaks for an organisation."""

    contact_person: PersonId
    role: Open[ContactRole]
    visible_to: list[CouncilId]


class ContactPersonEnded(OrganisationEvent, name="contact_person.ended"):
    """Somebody does not speak for an organisation any more, or will not from a day on."""

    contact_person: PersonId
    role: Open[ContactRole]
    visible_to: list[CouncilId]


class DescribeOrganisation(Command):
    """What an organisation is, and by which numbers it is registered with Companies House and as a charity."""

    kind: OrganisationKind
    company_number: TypedNumber | None = None
    charity_number: TypedNumber | None = None


class RegisterOrganisation(DescribeOrganisation):
    """Make an organisation known to the council."""

    name: Line
    postcode: Postcode | None = None
    email: EmailStr | None = None
    phone: Phone | None = None
    channel: Channel
    not_the_same_as: list[PersonId] = Field(
        default_factory=list, max_length=50, description="Customers somebody looked at, who are not this organisation."
    )


class AddContactPerson(Command):
    """Somebody speaks for an organisation, from a day on: today, where nothing is said."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    person_id: PersonId
    role: ContactRole
    from_: date | None = Field(default=None, alias="from")


class EndContactPerson(Command):
    """The last day on which somebody speaks for an organisation in this role: today, where nothing is said."""

    role: ContactRole
    to: date | None = None


class ContactPersonView(View):
    """Somebody who speaks for an organisation, and for which days."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True)

    person_id: PersonId
    role: str
    from_: date = Field(serialization_alias="from", validation_alias=AliasChoices("from", "from_"))
    to: date | None


class OrganisationView(View):
    """An organisation as officers see it. Contact persons whose record is restricted are shown to who is cleared."""

    organisation_id: PersonId
    version: int
    name: str | None
    kind: str
    company_number: str | None
    charity_number: str | None
    visible_to: list[str]
    contact_persons: list[ContactPersonView]


class MyOrganisationView(View):
    """An organisation that the reader speaks for, or spoke for."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True)

    organisation_id: PersonId
    name: str | None
    kind: str
    role: str
    from_: date = Field(serialization_alias="from", validation_alias=AliasChoices("from", "from_"))
    to: date | None


class MyOrganisationsView(View):
    """Every organisation that the reader speaks for, or spoke for."""

    items: list[MyOrganisationView]


class NotACompanyNumber(Refusal, status=422):
    """A company number has eight characters: digits, or two letters and six digits."""


class NotACharityNumber(Refusal, status=422):
    """A charity number has six or seven digits; in Scotland SC and six digits, in Northern Ireland NIC and six digits."""


class ContactPersonAlready(Refusal, status=409):
    """This person speaks for the organisation in that role already."""


class NoSuchContactPerson(Refusal, status=409):
    """This person does not speak for the organisation in that role."""


class ContactDaysContradict(Refusal, status=422):
    """A contact person's last day is not before the first."""
