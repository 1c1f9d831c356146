"""Where a person lives, lived, or has their letters sent."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from common.contracts.base import Code, Command, CouncilId, Line, Refusal, View
from common.contracts.people.contact import ContactEvent


class AddressRole(StrEnum):
    """What an address is to a person. A protected one is shown to nobody but them."""

    HOME = "home"
    CORRESPONDENCE = "correspondence"
    PREVIOUS = "previous"
    PROTECTED = "protected"


class AddressLinked(ContactEvent, name="address.linked"):
    """An address is kept of somebody. Of a protected one this says no more than that there is one."""

    address_id: UUID | None = None
    role: Code
    effective_from: date | None = None
    effective_to: date | None = None
    visible_to: list[CouncilId]


class AddressChanged(ContactEvent, name="address.changed"):
    """What is kept of an address is put right, or it has ended. Of a protected one this says no more than that."""

    address_id: UUID | None = None
    role: Code
    effective_from: date | None = None
    effective_to: date | None = None
    visible_to: list[CouncilId]


class AddressRemoved(ContactEvent, name="address.removed"):
    """An address was kept of somebody by mistake, and is not kept any more."""

    address_id: UUID | None = None
    role: Code
    visible_to: list[CouncilId]


class LinkAddress(Command):
    """An address of a person: its UPRN, or its lines as on an envelope. Days are whole: it ends with `effective_to`.

    A home, or an address for letters, begins today where no day is given.
    """

    role: AddressRole
    uprn: Line | None = None
    lines: list[Annotated[Line, Field(max_length=100)]] = Field(default_factory=list, max_length=8)
    postcode: Line | None = None
    effective_from: date | None = None
    effective_to: date | None = None


class AddressView(View):
    """An address of a person. A home that ended is a previous address. To others a protected one is shown empty, once noted."""

    id: UUID
    role: str
    current: bool
    uprn: str | None
    lines: list[str]
    postcode: str | None
    effective_from: date | None
    effective_to: date | None


class KeptAddressView(AddressView):
    """An address as it is kept now. `version` is that of all that is kept for reaching the person: the next If-Match."""

    version: int


class AddressesView(View):
    """The addresses of a person, the latest first. Protected ones are among them for the person alone."""

    version: int
    has_protected_address: bool
    items: list[AddressView]


class AddressNeeded(Refusal, status=422):
    """Give the unique number of the property (UPRN), or the address as it is written on an envelope."""


class DatesContradict(Refusal, status=409):
    """These days contradict those of another address: there is one home, and one address for letters, at a time."""
