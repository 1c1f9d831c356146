"""People: becoming known, being found, being shared."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people import (
    FindPersons,
    FoundPersons,
    NoSuchCouncil,
    PerhapsTheSamePerson,
    PersonView,
    RecordRestricted,
    RegisterPerson,
    SharedView,
    SharePerson,
    TooLittleToGoOn,
    WrongShape,
)
from common.contracts.people.overview import OverviewView
from common.contracts.people.persons import NameNeeded
from common.runtime.pages import Limit
from common.runtime.problems import NotFound
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers, residents

from customer_account import commands, queries

routes = Api(tag="people")
may_read = officers("persons:read")
may_write = officers("persons:write")


@routes.create("/persons", allow=may_write, refuses=[PerhapsTheSamePerson, RecordRestricted, WrongShape, NameNeeded])
async def register_person(command: RegisterPerson, tx: Tx) -> PersonView:
    """Make somebody known to the council, with or without an e-mail address.

    Somebody who fits a person the council knows, by e-mail address, or by name with phone number or date of birth, is
    answered with those people's ids. Look at them; where it is somebody else, say so in `not_the_same_as`.
    """
    return await commands.register_person(tx, command)


@routes.read("/person-searches", allow=may_read, refuses=[TooLittleToGoOn], found_by_post=True)
async def find_persons(command: FindPersons, read: Read) -> FoundPersons:
    """Look for somebody by phone number, by e-mail address, or by name with date of birth or postcode.

    Of a restricted record you are told that it is there, and only where the name and the date of birth fit.
    """
    return await queries.found(read, command)


@routes.read("/persons/{person_id}", allow=may_read, refuses=[RecordRestricted])
async def person(person_id: UUID, read: Read) -> PersonView:
    """A person's record with what they told us."""
    return await queries.record_for_council(read, person_id)


@routes.edit("/persons/{person_id}/councils", allow=may_write, refuses=[NoSuchCouncil, RecordRestricted])
async def share_person(person_id: UUID, command: SharePerson, tx: Tx) -> SharedView:
    """Let another council see a person who agreed to it. `wording` is what they were told."""
    return await commands.share_person(tx, person_id, command)


@routes.read("/me", allow=residents, refuses=[NotFound])
async def me(read: Read) -> PersonView:
    """My record."""
    return await queries.my_record(read)


@routes.read("/me/overview", allow=residents, refuses=[NotFound])
async def my_overview(read: Read, limit: Limit = 20) -> OverviewView:
    """My account, what I prefer and need, and the newest of what happened: for the page that I see first."""
    return await queries.my_overview(read, limit=limit)
