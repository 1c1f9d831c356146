"""People and what they told us: said by customer-account."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import EmailStr, Field, StringConstraints

from common.contracts.base import Channel, Code, Command, CouncilId, Event, Line, Open, PersonId, Refusal, View

Postcode = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z]{1,2}[0-9A-Za-z]{1,2} ?[0-9][A-Za-z]{2}$"
    ),
]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\+?[0-9 ]{7,20}$")]


class CustomerKind(StrEnum):
    """What sort of customer it is."""

    PERSON = "person"
    ORGANISATION = "organisation"
    VISITOR = "visitor"
    OTHER = "other"


class Sensitivity(StrEnum):
    """How carefully a kind of fact is handled: special is what the law singles out (health, belief …), protected most of all."""

    OPEN = "open"
    PERSONAL = "personal"
    SPECIAL = "special"
    PROTECTED = "protected"


class Verification(StrEnum):
    """How sure we are of a fact."""

    ASSERTED = "asserted"
    EVIDENCED = "evidenced"
    VERIFIED = "verified"
    OTHER = "other"


class ToldFact(Command):
    """Something a person told us, with the id its first hearer gave it."""

    id: UUID
    kind: Code
    value: Any
    effective_from: date | None = None


# -- what is said


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


class FactsEvent(Event, aggregate="facts", speaker="customer-account"):
    """What we know of one person: one ordered story a person."""


class FactRecorded(FactsEvent, name="fact.recorded"):
    """A fact is kept from now on, in place of the one it supersedes."""

    fact_id: UUID
    kind: Code
    value: Any
    asserted_by: Code
    channel: Open[Channel]
    told_at: datetime
    told_to: CouncilId
    told_to_service: str
    effective_from: date | None = None
    verification: Open[Verification]
    supersedes: UUID | None = None
    visible_to: list[CouncilId]


class FactRefused(FactsEvent, name="fact.refused"):
    """A fact that another service was told is not kept under that id.

    Its kind is unknown (`unknown_kind`), its value is not how that kind is written (`wrong_shape`), the same is held
    already (`held_already`), or what is held was told later (`told_later`).
    """

    fact_id: UUID
    kind: Code
    because: Code


class FactsShared(FactsEvent, name="facts.shared"):
    """Another council may see this person's facts from now on."""

    visible_to: list[CouncilId]


# -- what is asked for


class RegisterPerson(Command):
    """Make somebody known, with or without an e-mail address."""

    kind: CustomerKind = CustomerKind.PERSON
    full_name: Line
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


class RecordFact(Command):
    """Note what a person told us."""

    kind: Code
    value: Any
    channel: Channel
    effective_from: date | None = None


class SharePerson(Command):
    """The person agreed that another council may see their record."""

    council: CouncilId
    wording: Line


# -- what is shown


class FactView(View):
    """A held fact with where it came from."""

    id: UUID
    kind: Code
    label: str
    value: Any
    asserted_by: str
    channel: str
    told_at: datetime
    told_to: str
    told_to_service: str
    effective_from: date | None
    verification: str


class KeptFactView(FactView):
    """A fact as it is kept now. `version` is that of all the person's facts: the next If-Match."""

    version: int


class FactsView(View):
    """What we know of a person now. `version` counts every change of it."""

    version: int
    items: list[FactView]


class PersonView(View):
    """A person's record as its reader may see it. `version` is that of their facts."""

    person_id: PersonId
    version: int
    kind: str
    assisted: bool
    registered_at: datetime
    visible_to: list[str]
    full_name: str | None
    facts: list[FactView] = Field(default_factory=list)


class SharedView(View):
    """Who may see a person's record now. `version` is that of their facts."""

    person_id: PersonId
    version: int
    visible_to: list[str]


class FoundPerson(View):
    """Somebody who fits a search, with enough to tell them from a namesake."""

    person_id: PersonId
    full_name: str | None
    date_of_birth: date | None
    postcode: str | None


class FoundPersons(View):
    """Who fits. Where there are `more`, the search was too wide: say more."""

    items: list[FoundPerson]
    more: bool


class FactKindView(View):
    """A kind of fact we keep: what residents call it, how it is written, and the JSON Schema of its value."""

    kind: Code
    label: str
    written: str
    sensitivity: Sensitivity
    shape: dict[str, Any]


class TimelineEntryView(View):
    """One thing that happened to or for a person."""

    at: datetime
    event: str
    label: str
    council: str
    service: str
    case_id: UUID | None


class AccessEntryView(View):
    """One look at a person's data by somebody else."""

    at: datetime
    role: str
    organisation: str | None
    system: str
    reason: str
    case_id: UUID | None


# -- what may be refused


class UnknownFactKind(Refusal, status=422):
    """We do not keep this kind of information."""


class WrongShape(Refusal, status=422):
    """This is not how we write this kind of information."""


class PerhapsTheSamePerson(Refusal, status=409):
    """Somebody like this is known already: look at them first, or say that this is somebody else."""


class NoSuchCouncil(Refusal, status=422):
    """There is no council of that name here."""


class TooLittleToGoOn(Refusal, status=422):
    """Give a phone number, an e-mail address, or a name with a date of birth or a postcode."""
