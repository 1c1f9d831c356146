"""Views of what people share: for each of them, and for officers of the council."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from common.contracts.people.households import (
    HouseholdView,
    MembershipsView,
    MembershipView,
    MemberView,
    MyHouseholdsView,
    MyHouseholdView,
    OtherMemberView,
)
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from customer_account.queries import named
from customer_account.queries.clearance import cleared, look
from customer_account.queries.facts import columns_of, facts_home
from customer_account.tables import Household, HouseholdMember

_NOTHING = MemberView(person_id=None, name=None, role=None, effective_from=None, left_on=None, restricted=True)


async def my_households(read: Reading) -> MyHouseholdsView:
    """What the resident shares."""
    rows = await read.all(named.MY_HOUSEHOLDS)
    return MyHouseholdsView(items=[_mine(row) for row in rows])


async def household_for_council(read: Reading, household_id: UUID) -> HouseholdView:
    """What people share with an officer's council."""
    home, members = await household_of(read, household_id)
    read.saw([member.person_id for member in members], "looked at what people share")
    return shown_household(read, home, members)


async def households_for_council(read: Reading, person_id: UUID) -> MembershipsView:
    """What a person shares with an officer's council."""
    facts = await facts_home(read, person_id)
    look(read, person_id, "looked at what a person shares", protected=facts.protected)
    rows = await read.all(named.HOUSEHOLDS_OF_PERSON_HERE, person_id=person_id, council=read.council)
    items = [MembershipView(**columns_of(row, MembershipView)) for row in rows]
    return MembershipsView(person_id=person_id, items=items)


async def household_of(read: Reading, household_id: UUID) -> tuple[Household, list[HouseholdMember]]:
    """Something shared with an officer's council, and everybody who shares it or did."""
    asked = {"household_id": household_id, "council": read.council}
    home = await read.one(named.HOUSEHOLD, **asked)
    if home is None:
        raise NotFound
    return home, await read.all(named.MEMBERS, **asked)


def shown_household(read: Reading, home: Household, members: Sequence[HouseholdMember]) -> HouseholdView:
    """What people share, with those of them whom this officer may see."""
    return HouseholdView(
        household_id=home.id,
        version=home.version,
        kind=home.kind,
        reference=home.reference,
        members=[_shown(member) if cleared(read) or not member.protected else _NOTHING for member in members],
    )


def _shown(member: HouseholdMember) -> MemberView:
    return MemberView(**columns_of(member, MemberView), restricted=member.protected)


def _mine(row: HouseholdMember) -> MyHouseholdView:
    others = [OtherMemberView.model_validate(each) for each in row.others]
    return MyHouseholdView(**columns_of(row, MyHouseholdView) | {"others": others})
