"""What people share: a home, a council-tax account, a tenancy."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people import ImpossibleDates, RecordRestricted, TooManyKept
from common.contracts.people.households import (
    HouseholdView,
    JoinHousehold,
    LeaveHousehold,
    MakeHousehold,
    MembershipsView,
    MyHouseholdsView,
    NotOfThese,
    SharesAlready,
)
from common.runtime.problems import NotFound
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers, residents

from customer_account.commands import households as commands
from customer_account.queries import households as queries

routes = Api(tag="households")
may_read = officers("persons:read")
may_write = officers("persons:write")
JOINING = [ImpossibleDates, RecordRestricted, TooManyKept]


@routes.create("/households", allow=may_write, refuses=[NotFound, ImpossibleDates, RecordRestricted])
async def make_household(command: MakeHousehold, tx: Tx) -> HouseholdView:
    """Note something that people share, with the first of them. No address is kept with it."""
    return await commands.make_household(tx, command)


@routes.read("/households/{household_id}", allow=may_read)
async def household(household_id: UUID, read: Read) -> HouseholdView:
    """Something that people share, and who they are. Of a restricted one it is said that there is one, and no more."""
    return await queries.household_for_council(read, household_id)


@routes.edit("/households/{household_id}/members", allow=may_write, refuses=[*JOINING, SharesAlready])
async def join_household(household_id: UUID, command: JoinHousehold, tx: Tx) -> HouseholdView:
    """Note that one more person shares it."""
    return await commands.join_household(tx, household_id, command)


@routes.edit(
    "/households/{household_id}/departures", allow=may_write, refuses=[ImpossibleDates, RecordRestricted, NotOfThese]
)
async def leave_household(household_id: UUID, command: LeaveHousehold, tx: Tx) -> HouseholdView:
    """Note that somebody shares it no longer, from today or an earlier day on."""
    return await commands.leave_household(tx, household_id, command)


@routes.read("/persons/{person_id}/households", allow=may_read, refuses=[RecordRestricted])
async def households_of_person(person_id: UUID, read: Read) -> MembershipsView:
    """What a person shares, or shared, with your council."""
    return await queries.households_for_council(read, person_id)


@routes.read("/me/household", allow=residents)
async def my_households(read: Read) -> MyHouseholdsView:
    """What I share, and with whom."""
    return await queries.my_households(read)
