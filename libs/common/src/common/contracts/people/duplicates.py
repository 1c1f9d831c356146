"""Two records that may be of one person: suspected by what is held of both, decided by an officer."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from common.contracts.base import Code, Command, CouncilId, Event, Line, Open, PersonId, Refusal, View


class DuplicateOutcome(StrEnum):
    """What became of a suspicion. `no_longer_alike`: what is held of one of them changed since."""

    SAME = "same"
    DIFFERENT = "different"
    NO_LONGER_ALIKE = "no_longer_alike"


class DuplicateEvent(Event, aggregate="duplicate", speaker="customer-account"):
    """The life of one suspicion that two records are of one person."""


class DuplicateSuspected(DuplicateEvent, name="duplicate.suspected"):
    """Two records are so alike that somebody should look. `weight` is the odds in bits; `sure` that hardly any doubt is left."""

    persons: list[PersonId]
    weight: float
    sure: bool
    visible_to: list[CouncilId]


class DuplicateDecided(DuplicateEvent, name="duplicate.decided"):
    """Somebody looked at two records that were alike, or they are so no longer."""

    persons: list[PersonId]
    outcome: Open[DuplicateOutcome]


class DecideDuplicate(Command):
    """These are two people, and why you are sure of it. That they are one is said by joining their records."""

    why: Line


class ComparedView(View):
    """What both records hold of one thing, and how alike that is."""

    what: Code = Field(description="given, family, born, place, phone, email, nino or nhs_number.")
    how: Code = Field(description="The level of likeness: same, short_form, turned_round, alike, …, other.")


class SideView(View):
    """One of the two records, as far as it takes to tell people apart."""

    person_id: PersonId
    full_name: str | None
    date_of_birth: str | None


class DuplicateView(View):
    """Two records that may be of one person."""

    duplicate_id: UUID
    version: int
    sides: list[SideView]
    sure: bool = Field(description="Hardly any doubt is left.")
    compared: list[ComparedView]
    suspected_at: datetime
    outcome: str | None
    decided_at: datetime | None


class ComparingView(View):
    """How far everybody has been compared anew with the likeness that this release weighs by."""

    begun_at: datetime
    people: int = Field(description="How many there were when it began.")
    compared: int = Field(description="How many of them have been taken up.")
    ended_at: datetime | None


class DecidedAlready(Refusal, status=409):
    """Somebody has decided about these two records already."""
