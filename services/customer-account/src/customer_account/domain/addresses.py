"""Addresses of a person: one home and one for letters at a time, on days that can be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

from common.contracts.people import (
    AddressNeeded,
    AddressRole,
    DatesContradict,
    ImpossibleDates,
    LinkAddress,
    TooManyKept,
)
from pydantic import BaseModel, ConfigDict, TypeAdapter

from customer_account.domain import identifiers

MOST_ADDRESSES = 50
_ONE_AT_A_TIME = (AddressRole.HOME, AddressRole.CORRESPONDENCE)
_EARLIEST = date(1900, 1, 1)
_PLANNED = timedelta(days=731)  # nobody knows where they will live in three years
_DAY = timedelta(days=1)


class Address(BaseModel):
    """An address of a person, as it is kept. A home that ended stays one: it is shown as a previous address."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    role: AddressRole
    uprn: str | None
    lines: list[str]
    postcode: str | None
    effective_from: date | None
    effective_to: date | None


_addresses = TypeAdapter(list[Address])


def addresses_of(document: Any) -> list[Address]:
    """Addresses from how they are kept; none of somebody who was erased."""
    return _addresses.validate_python(document) if isinstance(document, list) else []


def as_kept(addresses: Sequence[Address]) -> Any:
    """Addresses as they are kept."""
    return _addresses.dump_python(list(addresses), mode="json")


def address(link: LinkAddress, *, address_id: UUID, today: date, was: Address | None = None) -> Address:
    """What is kept from now on. Raises AddressNeeded, ImpossibleDates, NotAUprn or NotAPostcode."""
    if not (link.uprn or link.lines):
        raise AddressNeeded
    begins = link.effective_from or (was.effective_from if was else None)
    if link.role in _ONE_AT_A_TIME:
        begins = begins or today
    made = Address(
        id=address_id,
        role=link.role,
        uprn=identifiers.uprn(link.uprn) if link.uprn else None,
        lines=link.lines,
        postcode=identifiers.postcode(link.postcode) if link.postcode else None,
        effective_from=begins,
        effective_to=link.effective_to,
    )
    _check_days(made, today)
    return made


def added(addresses: Sequence[Address], new: Address) -> tuple[list[Address], list[Address]]:
    """All of them with a new one, and those that it ended: the home, or the address for letters, until the day before.

    Raises DatesContradict or TooManyKept.
    """
    ended = [_ended(each, new) for each in addresses if _gives_way(each, new)]
    gone = {each.id: each for each in ended}
    return placed([gone.get(each.id, each) for each in addresses], new), ended


def placed(addresses: Sequence[Address], new: Address) -> list[Address]:
    """All of them with this one, in place of what has its id. Raises DatesContradict or TooManyKept."""
    others = [each for each in addresses if each.id != new.id]
    if len(others) >= MOST_ADDRESSES:
        raise TooManyKept
    found = [*others, new]
    for role in _ONE_AT_A_TIME:
        if any(_overlap(a, b) for a, b in combinations((each for each in found if each.role is role), 2)):
            raise DatesContradict
    return found


def shown_role(address: Address, today: date) -> AddressRole:
    """What an address is to the person today."""
    ended = address.effective_to is not None and address.effective_to < today
    return AddressRole.PREVIOUS if ended and address.role is AddressRole.HOME else address.role


def is_current(address: Address, today: date) -> bool:
    """Whether it is the person's today: a previous one never is."""
    begun = address.effective_from is None or address.effective_from <= today
    return address.role is not AddressRole.PREVIOUS and begun and (address.effective_to or today) >= today


def latest_first(addresses: Iterable[Address]) -> list[Address]:
    return sorted(addresses, key=lambda each: (each.effective_from or _EARLIEST, each.id), reverse=True)


def _gives_way(old: Address, new: Address) -> bool:
    """Whether an address ends because another begins. One that begins later, or the same day, contradicts it instead."""
    if new.role not in _ONE_AT_A_TIME or old.role is not new.role or new.effective_to is not None:
        return False
    return _begin(old) < _begin(new) and (old.effective_to is None or old.effective_to >= _begin(new))


def _ended(old: Address, new: Address) -> Address:
    return old.model_copy(update={"effective_to": _begin(new) - _DAY})


def _overlap(one: Address, other: Address) -> bool:
    return _begin(one) <= (other.effective_to or date.max) and _begin(other) <= (one.effective_to or date.max)


def _begin(address: Address) -> date:
    return address.effective_from or _EARLIEST


def _check_days(made: Address, today: date) -> None:
    begins, ends = made.effective_from, made.effective_to
    if any(not _EARLIEST <= day <= today + _PLANNED for day in (begins, ends) if day):
        raise ImpossibleDates("Days lie between the year 1900 and two years from now.")
    if begins and ends and begins > ends:
        raise ImpossibleDates("It ends before it begins.")
    if made.role is AddressRole.PREVIOUS and (ends is None or ends > today):
        raise ImpossibleDates("A previous address has a last day, and it has come.")
