"""What people share: a home, a council-tax account, a tenancy; and how little of a protected person the others are shown."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from common.contracts.base import Code, Command, CouncilId, Event, Line, PersonId, Refusal, View


class HouseholdKind(StrEnum):
    """What is shared. No address is kept with it."""

    HOME = "home"
    COUNCIL_TAX = "council_tax"
    TENANCY = "tenancy"


class HouseholdRole(StrEnum):
    """What somebody is in it."""

    HOLDER = "holder"
    ADULT = "adult"
    CHILD = "child"
    LODGER = "lodger"
    OTHER = "other"


class HouseholdEvent(Event, aggregate="household", speaker="customer-account"):
    """The life of what people share with one council. Whom else it is shared with is in none of it."""


class HouseholdChanged(HouseholdEvent, name="household.changed"):
    """For one person who shares something it is otherwise: they `joined`, they `left`, or the `others` changed."""

    kind: Code
    change: Code
    role: Code
    on: date | None = None
    visible_to: list[CouncilId]
    told_to_resident: str


class MakeHousehold(Command):
    """Something that people share, with the first of them. `reference` is what the council calls it."""

    kind: HouseholdKind
    reference: Line | None = None
    person_id: PersonId
    role: HouseholdRole
    effective_from: date | None = None


class JoinHousehold(Command):
    """One more person shares it, from a day on: today, where none is said."""

    person_id: PersonId
    role: HouseholdRole
    effective_from: date | None = None


class LeaveHousehold(Command):
    """Somebody shares it no longer from this day on: today, where none is said."""

    person_id: PersonId
    left_on: date | None = None


class MemberView(View):
    """Somebody who shares it, as officers see them. Of a restricted one an officer who is not cleared is shown no more."""

    person_id: PersonId | None
    name: str | None
    role: str | None
    effective_from: date | None
    left_on: date | None
    restricted: bool


class HouseholdView(View):
    """What people share, as officers see it."""

    household_id: UUID
    version: int
    kind: str
    reference: str | None
    members: list[MemberView]


class MembershipView(View):
    """Something that a person shares, without the others."""

    household_id: UUID
    kind: str
    role: str
    effective_from: date
    left_on: date | None


class MembershipsView(View):
    """Everything that a person shares, or shared, with a council."""

    person_id: PersonId
    items: list[MembershipView]


class OtherMemberView(View):
    """Somebody else who shares it with me."""

    name: str | None
    role: str
    effective_from: date
    left_on: date | None


class MyHouseholdView(View):
    """Something that I share. `changed_on` is the day from which the others who are liable with me are others."""

    household_id: UUID
    council: str
    kind: str
    role: str
    effective_from: date
    left_on: date | None
    changed_on: date | None
    others: list[OtherMemberView]


class MyHouseholdsView(View):
    """Everything that I share, or shared, with any council."""

    items: list[MyHouseholdView] = Field(default_factory=list)


class SharesAlready(Refusal, status=409):
    """They share this already."""


class NotOfThese(Refusal, status=409):
    """They do not share this, so they cannot leave it."""
