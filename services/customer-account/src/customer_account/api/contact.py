"""How a person is reached."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people import (
    ContactPointsView,
    HoursCannotBe,
    KeptContactPointView,
    NotAnEmailAddress,
    NotAPhoneNumber,
    NotThatKindOfNumber,
    RecordRestricted,
    SetContactPoint,
    ToldAlready,
    TooManyKept,
)
from common.runtime.limits import though_restricted
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers, residents

from customer_account import commands, queries

routes = Api(tag="contact")
may_read = officers("persons:read")
may_write = officers("persons:write")
REFUSED = [NotAPhoneNumber, NotThatKindOfNumber, NotAnEmailAddress, HoursCannotBe, ToldAlready, TooManyKept]


@routes.read("/persons/{person_id}/contact-points", allow=may_read, refuses=[RecordRestricted])
async def contact_points_of_person(person_id: UUID, read: Read) -> ContactPointsView:
    """Every way to reach a person: whether we may ring or leave a message now, and if not, when next."""
    return await queries.contact_points(read, person_id)


@routes.create("/persons/{person_id}/contact-points", allow=may_write, refuses=[*REFUSED, RecordRestricted])
@though_restricted("it keeps what the person brings")
async def add_contact_point(person_id: UUID, command: SetContactPoint, tx: Tx) -> KeptContactPointView:
    """Note one more way to reach a person. Without a number or e-mail address on record, they are found by it."""
    return await commands.add_contact_point(tx, person_id, command)


@routes.edit(
    "/persons/{person_id}/contact-points/{point_id}",
    allow=may_write,
    refuses=[*REFUSED, RecordRestricted],
    method="PUT",
)
@though_restricted("it keeps what the person brings")
async def change_contact_point(
    person_id: UUID, point_id: UUID, command: SetContactPoint, tx: Tx
) -> KeptContactPointView:
    """Note a way to reach a person as it is now, as a whole."""
    return await commands.change_contact_point(tx, person_id, point_id, command)


@routes.edit("/persons/{person_id}/contact-points/{point_id}/verification", allow=may_write, refuses=[RecordRestricted])
async def verify_contact_point(person_id: UUID, point_id: UUID, tx: Tx) -> KeptContactPointView:
    """Note that the person was reached there. It holds until the number or address is another."""
    return await commands.verify_contact_point(tx, person_id, point_id)


@routes.edit("/persons/{person_id}/contact-points/{point_id}/removal", allow=may_write, refuses=[RecordRestricted])
async def remove_contact_point(person_id: UUID, point_id: UUID, tx: Tx) -> ContactPointsView:
    """Note that a person is not reached that way any more."""
    return await commands.remove_contact_point(tx, person_id, point_id)


@routes.read("/me/contact-points", allow=residents)
async def my_contact_points(read: Read) -> ContactPointsView:
    """Every way the councils reach me."""
    return await queries.contact_points(read, None)


@routes.create("/me/contact-points", allow=residents, refuses=REFUSED)
async def add_my_contact_point(command: SetContactPoint, tx: Tx) -> KeptContactPointView:
    """Tell the councils one more way to reach me."""
    return await commands.add_contact_point(tx, None, command)


@routes.edit("/me/contact-points/{point_id}", allow=residents, refuses=REFUSED, method="PUT")
async def change_my_contact_point(point_id: UUID, command: SetContactPoint, tx: Tx) -> KeptContactPointView:
    """Tell the councils a way to reach me as it is now, as a whole."""
    return await commands.change_contact_point(tx, None, point_id, command)


@routes.edit("/me/contact-points/{point_id}/removal", allow=residents)
async def remove_my_contact_point(point_id: UUID, tx: Tx) -> ContactPointsView:
    """Tell the councils not to reach me that way any more."""
    return await commands.remove_contact_point(tx, None, point_id)
