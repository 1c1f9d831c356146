"""The HTTP door of customer-account."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Page, View
from common.contracts.people import (
    AccessEntryView,
    FactKindView,
    FactsView,
    FindPersons,
    FoundPersons,
    KeptFactView,
    NoSuchCouncil,
    PerhapsTheSamePerson,
    PersonView,
    RecordFact,
    RegisterPerson,
    SharedView,
    SharePerson,
    TimelineEntryView,
    TooLittleToGoOn,
    UnknownFactKind,
    WrongShape,
)
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.problems import NotFound
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import everybody, officers, residents

from customer_account import commands, queries
from customer_account.domain.kinds import views_of
from customer_account.queries.kinds import fact_kinds

routes = Api(tag="people")
may_read = officers("persons:read")
may_write = officers("persons:write")


class FactKindsView(View):
    """Every kind of fact that is kept."""

    items: list[FactKindView]


@routes.read("/fact-kinds", allow=everybody)
async def kinds_of_facts(read: Read) -> FactKindsView:
    """The kinds of facts we keep, what residents call them, and how each is written."""
    return FactKindsView(items=views_of(fact_kinds()))


# -- officers


@routes.create("/persons", allow=may_write, refuses=[PerhapsTheSamePerson, WrongShape])
async def register_person(command: RegisterPerson, tx: Tx) -> PersonView:
    """Make somebody known to the council, with or without an e-mail address.

    Somebody who fits a person the council knows, by e-mail address, or by name with phone number or date of birth, is
    answered with those people's ids. Look at them; where it is somebody else, say so in `not_the_same_as`.
    """
    return await commands.register_person(tx, command)


@routes.read("/person-searches", allow=may_read, refuses=[TooLittleToGoOn], found_by_post=True)
async def find_persons(command: FindPersons, read: Read) -> FoundPersons:
    """Look for somebody by phone number, by e-mail address, or by name with date of birth or postcode."""
    return await queries.found(read, command)


@routes.read("/persons/{person_id}", allow=may_read)
async def person(person_id: UUID, read: Read) -> PersonView:
    """A person's record with what they told us."""
    return await queries.record_for_council(read, person_id)


@routes.read("/persons/{person_id}/facts", allow=may_read)
async def facts_of_person(person_id: UUID, read: Read) -> FactsView:
    """What we know of a person now, each with where it came from."""
    return await queries.facts_for_council(read, person_id)


@routes.edit("/persons/{person_id}/facts", allow=may_write, refuses=[UnknownFactKind, WrongShape])
async def record_fact(person_id: UUID, command: RecordFact, tx: Tx) -> KeptFactView:
    """Note what a person told us. It takes the place of what was held of that kind; the same again changes nothing."""
    return await commands.record_fact(tx, person_id, command)


@routes.read("/persons/{person_id}/timeline", allow=may_read, refuses=[NoSuchCursor])
async def timeline_of_person(
    person_id: UUID, read: Read, limit: Limit = 50, cursor: Cursor = None
) -> Page[TimelineEntryView]:
    """What happened to and for a person with the officer's council, newest first."""
    return await queries.timeline_for_council(read, person_id, limit=limit, cursor=cursor)


@routes.edit("/persons/{person_id}/councils", allow=may_write, refuses=[NoSuchCouncil])
async def share_person(person_id: UUID, command: SharePerson, tx: Tx) -> SharedView:
    """Let another council see a person who agreed to it. `wording` is what they were told."""
    return await commands.share_person(tx, person_id, command)


# -- residents


@routes.read("/me", allow=residents, refuses=[NotFound])
async def me(read: Read) -> PersonView:
    """My record."""
    return await queries.my_record(read)


@routes.read("/me/facts", allow=residents)
async def my_facts(read: Read) -> FactsView:
    """What the councils know of me now, and whom I told it."""
    return await queries.my_facts(read)


@routes.edit("/me/facts", allow=residents, refuses=[UnknownFactKind, WrongShape])
async def record_my_fact(command: RecordFact, tx: Tx) -> KeptFactView:
    """Tell the councils something once. It takes the place of what they held; the same again changes nothing."""
    return await commands.record_my_fact(tx, command)


@routes.read("/me/timeline", allow=residents, refuses=[NoSuchCursor])
async def my_timeline(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[TimelineEntryView]:
    """What happened to and for me, with every council, newest first."""
    return await queries.my_timeline(read, limit=limit, cursor=cursor)


@routes.read("/me/access-entries", allow=residents, refuses=[NoSuchCursor])
async def my_access_entries(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[AccessEntryView]:
    """Who looked at my data, and why, newest first."""
    return await queries.my_access_entries(read, limit=limit, cursor=cursor)
