"""Where a person lives, lived, and has their letters sent."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people import (
    AddressesView,
    AddressNeeded,
    DatesContradict,
    ImpossibleDates,
    KeptAddressView,
    LinkAddress,
    NotAPostcode,
    NotAUprn,
    RecordRestricted,
    TooManyKept,
)
from common.runtime.limits import though_restricted
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers, residents

from customer_account import commands, queries

routes = Api(tag="contact")
may_write = officers("persons:write")
REFUSED = [AddressNeeded, NotAUprn, NotAPostcode, ImpossibleDates, DatesContradict, TooManyKept]


@routes.read("/persons/{person_id}/addresses", allow=officers("persons:read"), refuses=[RecordRestricted])
async def addresses_of_person(person_id: UUID, read: Read) -> AddressesView:
    """A person's addresses. Of a protected one it is said that there is one, and no more."""
    return await queries.addresses(read, person_id)


@routes.create("/persons/{person_id}/addresses", allow=may_write, refuses=[*REFUSED, RecordRestricted])
@though_restricted("it keeps what the person brings")
async def link_address(person_id: UUID, command: LinkAddress, tx: Tx) -> KeptAddressView:
    """Note an address of a person. A new home ends the old one the day before. A protected one is not shown again."""
    return await commands.link_address(tx, person_id, command)


@routes.edit(
    "/persons/{person_id}/addresses/{address_id}", allow=may_write, refuses=[*REFUSED, RecordRestricted], method="PUT"
)
@though_restricted("it keeps what the person brings")
async def change_address(person_id: UUID, address_id: UUID, command: LinkAddress, tx: Tx) -> KeptAddressView:
    """Put an address of a person right, end it, or protect it, as a whole."""
    return await commands.change_address(tx, person_id, address_id, command)


@routes.edit("/persons/{person_id}/addresses/{address_id}/removal", allow=may_write, refuses=[RecordRestricted])
async def remove_address(person_id: UUID, address_id: UUID, tx: Tx) -> AddressesView:
    """Take an address of a person away that was noted by mistake."""
    return await commands.remove_address(tx, person_id, address_id)


@routes.read("/me/addresses", allow=residents)
async def my_addresses(read: Read) -> AddressesView:
    """My addresses, the protected ones among them."""
    return await queries.addresses(read, None)


@routes.create("/me/addresses", allow=residents, refuses=REFUSED)
async def link_my_address(command: LinkAddress, tx: Tx) -> KeptAddressView:
    """Tell the councils an address of mine. A new home ends the old one the day before."""
    return await commands.link_address(tx, None, command)


@routes.edit("/me/addresses/{address_id}", allow=residents, refuses=REFUSED, method="PUT")
async def change_my_address(address_id: UUID, command: LinkAddress, tx: Tx) -> KeptAddressView:
    """Put an address of mine right, end it, or have it protected, as a whole."""
    return await commands.change_address(tx, None, address_id, command)


@routes.edit("/me/addresses/{address_id}/removal", allow=residents)
async def remove_my_address(address_id: UUID, tx: Tx) -> AddressesView:
    """Take an address of mine away that was told by mistake."""
    return await commands.remove_address(tx, None, address_id)
