"""How a person is reached, what they prefer and need, and where they live."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from common.contracts.keys import KeyClass, Sealed
from common.runtime.tables import Aggregate, OfPartnership, document, sealed_text
from sqlalchemy import Index
from sqlmodel import Field

from customer_account.tables.registry import CustomerAccount

_POINTS = Sealed("contact_of_person.points", row="id", person="id", under=KeyClass.CONTACT)
_ADDRESSES = Sealed("contact_of_person.addresses", row="id", person="id", under=KeyClass.ADDRESS)
_NEEDS = Sealed(
    "contact_of_person.preferences", row="id", person="id", under=KeyClass.SPECIAL
)  # who needs signs is deaf


def _protected(column: str) -> Sealed:
    return Sealed(f"protected_address.{column}", row="id", under=KeyClass.ADDRESS)


class ContactOfPerson(Aggregate, OfPartnership, CustomerAccount, table=True):
    """One person's contact: its id is the person's, its version counts every change of it.

    It is read and shared as a whole, so it is one row; nothing is looked for in its documents.
    """

    __tablename__ = "contact_of_person"
    person_is: ClassVar[str] = "id"
    one_story: ClassVar[bool] = False

    points: Any = document(default_factory=list, sealed=_POINTS)
    preferences: Any = document(default_factory=dict, sealed=_NEEDS)
    addresses: Any = document(default_factory=list, sealed=_ADDRESSES)
    protected_addresses: int = 0


class ProtectedAddress(OfPartnership, CustomerAccount, table=True):
    """An address that its person alone is shown. It is never shared: an officer who notes it leaves it to their council at most."""

    __tablename__ = "protected_address"
    __table_args__ = (Index("protected_address_of_person", "person_id"),)

    id: UUID = Field(primary_key=True)
    person_id: UUID
    uprn: str | None = sealed_text(_protected("uprn"), default=None)
    lines: Any = document(sealed=_protected("lines"))
    postcode: str | None = sealed_text(_protected("postcode"), default=None)
    effective_from: date | None = None
    effective_to: date | None = None
