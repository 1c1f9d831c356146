"""People: becoming known, being found, being shared."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import EmailStr, Field, StringConstraints

from common.contracts.base import Channel, Code, Command, CouncilId, Event, Line, Open, PersonId, Phone, Refusal, View
from common.contracts.people.contact import ContactPointView
from common.contracts.people.facts import FactView
from common.contracts.people.preferences import NeedsView

Postcode = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z]{1,2}[0-9A-Za-z]{1,2} ?[0-9][A-Za-z]{2}$"
    ),
]


class CustomerKind(StrEnum):
    """What sort of customer it is."""

    PERSON = "person"
    ORGANISATION = "organisation"
    VISITOR = "visitor"
    OTHER = "other"


class PersonEvent(Event, aggregate="person", speaker="customer-account"):
    """The life of a person's record."""


class PersonRegistered(PersonEvent, name="person.registered"):
    """Somebody became known to the councils. Their name is a fact, not part of this."""

    kind: Open[CustomerKind]
    visible_to: list[CouncilId]
    assisted: bool
    channel: Open[Channel]


class PersonShared(PersonEvent, name="person.shared"):
    """Another council may see this person from now on: they have a case there, or said yes."""

    visible_to: list[CouncilId]
    because: Code
    wording: str | None = None


class RegisterPerson(Command):
    """Make somebody known, with or without an e-mail address. Of a visitor one way to reach them is enough."""

    kind: CustomerKind = CustomerKind.PERSON
    full_name: Line | None = Field(default=None, description="Needed of everybody but a visitor.")
    date_of_birth: date | None = None
    postcode: Postcode | None = None
    email: EmailStr | None = None
    phone: Phone | None = None
    channel: Channel
    not_the_same_as: list[PersonId] = Field(
        default_factory=list, max_length=50, description="People somebody looked at, who are not this person."
    )


class FindPersons(Command):
    """Look for somebody by what they say of themselves; sent as a body, so that it is in no address.

    All that is given must agree.
    """

    full_name: Line | None = None
    date_of_birth: date | None = None
    postcode: Postcode | None = None
    phone: Phone | None = None
    email: EmailStr | None = None


class SharePerson(Command):
    """The person agreed that another council may see their record."""

    council: CouncilId
    wording: Line


class PersonView(View):
    """A person's record as its reader may see it. `version` is that of their facts.

    Where it was joined with another of the same person, `leads_to` is that one: go on there.
    """

    person_id: PersonId
    version: int
    kind: str
    assisted: bool
    registered_at: datetime
    visible_to: list[str]
    full_name: str | None
    needs: NeedsView = Field(default_factory=NeedsView)
    contact_points: list[ContactPointView] = Field(default_factory=list)
    has_protected_address: bool = False
    protected: bool = False
    leads_to: PersonId | None = None
    facts: list[FactView] = Field(default_factory=list)


class SharedView(View):
    """Who may see a person's record now. `version` is that of their facts."""

    person_id: PersonId
    version: int
    visible_to: list[str]


class FoundPerson(View):
    """Somebody who fits a search, with enough to tell them from a namesake; of a `restricted` record no more than that."""

    person_id: PersonId
    full_name: str | None
    date_of_birth: date | None
    postcode: str | None
    restricted: bool = False


class FoundPersons(View):
    """Who fits. Where there are `more`, the search was too wide: say more."""

    items: list[FoundPerson]
    more: bool


class PerhapsTheSamePerson(Refusal, status=409):
    """Somebody like this is known already: look at them first, or say that this is somebody else."""


class NameNeeded(Refusal, status=422):
    """Give a name; of a visitor an e-mail address or a phone number is enough."""


class NoSuchCouncil(Refusal, status=422):
    """There is no council of that name here."""


class TooLittleToGoOn(Refusal, status=422):
    """Give a phone number, an e-mail address, or a name with a date of birth or a postcode."""
