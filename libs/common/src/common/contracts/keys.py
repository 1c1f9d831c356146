"""Which values are kept and said sealed, under which of a person's keys, and who may open them for what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from common.contracts.base import PARTNERSHIP

KEY_OWNER = "customer-account"


class KeyClass(StrEnum):
    """A person has a key of each class, made when it is first needed. `contact` is how they are reached.

    `equality` is for the bands that people are counted by; `equality_answers`, for what they answered, is for its owner alone.
    `referral` is for what is shared with whoever is asked to help, `telling` for what a partner is told of a life event.
    """

    ADDRESS = "address"
    CONTACT = "contact"
    EQUALITY = "equality"
    EQUALITY_ANSWERS = "equality_answers"
    REFERRAL = "referral"
    SPECIAL = "special"
    TELLING = "telling"


PURPOSES: Mapping[str, Mapping[KeyClass, str]] = MappingProxyType(
    {
        "case-crm": MappingProxyType(
            {
                KeyClass.ADDRESS: "provide_service",
                KeyClass.CONTACT: "provide_service",
                KeyClass.SPECIAL: "provide_service",
                KeyClass.TELLING: "tell_us_once",
            }
        ),
        "partner-gateway": MappingProxyType({KeyClass.REFERRAL: "referral", KeyClass.TELLING: "tell_us_once"}),
        "review-engine": MappingProxyType({KeyClass.EQUALITY: "equality_analysis"}),
    }
)
"""Which service may open which class, and for what. Who is not named opens nothing; customer-account keeps the keys."""

SEALED_KINDS: Mapping[str, KeyClass] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "accessibility_need",
                "blue_badge_need",
                "blue_badge_number",
                "disability",
                "medical_equipment",
                "national_insurance_number",
                "nhs_number",
            ),
            KeyClass.SPECIAL,
        ),
        **dict.fromkeys(
            (
                "council_tax_account",
                "employer",
                "home_address",
                "home_council",
                "landlord",
                "new_address",
                "new_council",
                "postcode",
                "previous_address",
                "property_owned",
                "property_number",
                "repair_access_notes",
                "school",
                "services_used",
            ),
            KeyClass.ADDRESS,
        ),
        **dict.fromkeys(("email", "next_of_kin", "phone"), KeyClass.CONTACT),
    }
)
"""The kinds of facts whose values are sealed: the special ones, and whatever tells where somebody is or how to reach them.

They are sealed for everybody, so that nothing lies open of somebody who is protected only later.
"""


@dataclass(frozen=True, slots=True)
class Sealed:
    """Marks a value that is sealed wherever it lies: in its row, in what is said of it, and in every copy of either.

    It is bound to its home: `home` is the owner's table and column, `row` names the field beside it with the row's id, and
    `council` the one with the council, where the row is of one. `person` names the field with whose it is; in an event that is the
    envelope's. `under` is its class; without it, the class of the kind of fact that the field `kind` beside it names.
    """

    home: str
    row: str
    under: KeyClass | None = None
    person: str = "person_id"
    council: str | None = None

    @property
    def beside(self) -> tuple[str, ...]:
        """The fields that must be known to seal it or open it."""
        more = (self.council, None if self.under else "kind")
        return (self.row, self.person, *(name for name in more if name))

    def class_of(self, beside: Mapping[str, Any]) -> KeyClass | None:
        """Under which class it is sealed, by the fields beside it; None where it is not."""
        return self.under or SEALED_KINDS.get(beside["kind"])

    def place(self, beside: Mapping[str, Any]) -> str:
        """Its home as associated data: council, table and column, row."""
        council = beside[self.council] if self.council else PARTNERSHIP
        return f"{council}|{self.home}|{beside[self.row]}"


class KeyRequested(BaseModel):
    """key.requested: a service needs a person's key of a class, or made one itself before it could have been given one.

    Its own is in the `letter`, sealed to the owner's public key. It is in no said log: what is said there is kept for years.
    """

    model_config = ConfigDict(frozen=True)

    person_id: UUID
    under: KeyClass
    version: int | None = None
    letter: str | None = None


class KeyGranted(BaseModel):
    """key.granted: a version of a key, sealed to the public key of the service that asked; or that its person was erased."""

    model_config = ConfigDict(frozen=True)

    person_id: UUID
    under: KeyClass
    version: int | None = None
    letter: str | None = None
    erased: bool = False


FACT_VALUE = Sealed("fact.value", row="fact_id")
TOLD_VALUE = Sealed("fact.value", row="id")
"""A fact's value as it is told: under the id that it is kept under from then on."""
TOLD_TO_PARTNER = Sealed("delivery.told", row="delivery_id", council="council", under=KeyClass.TELLING)
"""The facts that a partner is told, under the id of its delivery."""
