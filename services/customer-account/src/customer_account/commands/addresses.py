"""Where a person lives and has their letters sent: load, decide, write.

`whose` is the person an officer writes for; None where residents write for themselves.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from common.contracts.people import (
    AddressChanged,
    AddressesView,
    AddressLinked,
    AddressRemoved,
    AddressRole,
    ContactEvent,
    KeptAddressView,
    LinkAddress,
    TooManyKept,
)
from common.runtime.ids import new_id
from common.runtime.problems import NotFound
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.commands.contact import Card, opened, say
from customer_account.domain import addresses as places
from customer_account.domain.addresses import Address
from customer_account.tables import ProtectedAddress

NOTED = "noted where a person lives"


async def link_address(tx: Transaction, whose: UUID | None, command: LinkAddress) -> KeptAddressView:
    """Keep one more address of a person. A new home ends the old one the day before."""
    card = await opened(tx, whose, NOTED)
    today = queries.today_of(tx, card.home)
    new = places.address(command, address_id=new_id(), today=today)
    if new.role is AddressRole.PROTECTED:
        _protect(tx, card, new)
    else:
        kept, ended = places.added(_kept(card), new)
        tx.change(card.home, addresses=places.as_kept(kept))
        for each in ended:
            say(tx, card, AddressChanged(**_flags(card, each)))
    say(tx, card, AddressLinked(**_flags(card, new)))
    return _shown(card, new, whose, today)


async def change_address(
    tx: Transaction, whose: UUID | None, address_id: UUID, command: LinkAddress
) -> KeptAddressView:
    """Keep an address as it is told now: put right, ended, or protected from now on."""
    card, every = await _all(tx, whose)
    old = _one(every, address_id)
    tx.edits(card.home)
    today = queries.today_of(tx, card.home)
    new = places.address(command, address_id=address_id, today=today, was=old)
    if AddressRole.PROTECTED not in (old.role, new.role):
        tx.change(card.home, addresses=places.as_kept(places.placed(_kept(card), new)))
        said: list[ContactEvent] = [AddressChanged(**_flags(card, new))]
    elif old.role is new.role:
        tx.change(_row(tx, card, old), **_columns(new))
        said = [AddressChanged(**_flags(card, new))]
    else:
        said = _protect_or_show(tx, card, old, new)
    if new != old:
        for event in said:
            say(tx, card, event)
    return _shown(card, new, whose, today)


async def remove_address(tx: Transaction, whose: UUID | None, address_id: UUID) -> AddressesView:
    """Keep an address no longer: it was a mistake."""
    card, every = await _all(tx, whose)
    old = _one(every, address_id)
    tx.edits(card.home)
    _take_away(tx, card, old)
    say(tx, card, _removed(card, old))
    return queries.shown_addresses(tx, card.home, [each for each in every if each.id != address_id])


async def _all(tx: Transaction, whose: UUID | None) -> tuple[Card, list[Address]]:
    """A person's card, and the addresses that whoever asks may see."""
    protected = await queries.my_protected(tx) if whose is None else []
    card = await opened(tx, whose, NOTED)
    return card, [*_kept(card), *protected]


def _one(addresses: list[Address], address_id: UUID) -> Address:
    for each in addresses:
        if each.id == address_id:
            return each
    raise NotFound


def _kept(card: Card) -> list[Address]:
    return places.addresses_of(card.home.addresses)


def _protect_or_show(tx: Transaction, card: Card, old: Address, new: Address) -> list[ContactEvent]:
    """Keep an address among the protected ones from now on, or no longer. Others hear that one went and one came."""
    removed = _removed(card, old)
    _take_away(tx, card, old)
    if new.role is AddressRole.PROTECTED:
        _protect(tx, card, new)
    else:
        tx.change(card.home, addresses=places.as_kept(places.placed(_kept(card), new)))
    return [removed, AddressLinked(**_flags(card, new))]


def _take_away(tx: Transaction, card: Card, old: Address) -> None:
    if old.role is AddressRole.PROTECTED:
        tx.remove(_row(tx, card, old))
        tx.change(card.home, protected_addresses=card.home.protected_addresses - 1)
    else:
        left = [each for each in _kept(card) if each.id != old.id]
        tx.change(card.home, addresses=places.as_kept(left))


def _protect(tx: Transaction, card: Card, new: Address) -> None:
    """Keep an address for its person alone. Who notes it must be able to see the row; no route shows it to them again."""
    if card.home.protected_addresses >= places.MOST_ADDRESSES:
        raise TooManyKept
    tx.add(_row(tx, card, new))
    tx.change(card.home, protected_addresses=card.home.protected_addresses + 1)


def _row(tx: Transaction, card: Card, address: Address) -> ProtectedAddress:
    visible_to = [] if tx.me.person_id else [tx.council]
    return ProtectedAddress(id=address.id, person_id=card.home.id, visible_to=visible_to, **_columns(address))


def _columns(address: Address) -> dict[str, Any]:
    """What a protected address says."""
    return address.model_dump(exclude={"id", "role"})


def _flags(card: Card, address: Address) -> dict[str, Any]:
    """What others hear of an address: never where it is; of a protected one nothing but that there is one."""
    said = {"role": address.role.value, "visible_to": card.home.visible_to}
    if address.role is AddressRole.PROTECTED:
        return said
    days = {"effective_from": address.effective_from, "effective_to": address.effective_to}
    return {"address_id": address.id, **days, **said}


def _removed(card: Card, address: Address) -> AddressRemoved:
    flags = _flags(card, address)
    return AddressRemoved(**{name: flags[name] for name in ("address_id", "role", "visible_to") if name in flags})


def _shown(card: Card, address: Address, whose: UUID | None, today: date) -> KeptAddressView:
    """An address as it is kept now; a protected one is not said back to an officer."""
    shown = address
    if whose is not None and address.role is AddressRole.PROTECTED:
        nothing: dict[str, Any] = {
            "uprn": None,
            "lines": [],
            "postcode": None,
            "effective_from": None,
            "effective_to": None,
        }
        shown = address.model_copy(update=nothing)
    return KeptAddressView(**dict(queries.shown_address(shown, today)), version=card.home.version)
