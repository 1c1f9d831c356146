"""Sharing something, joining, leaving: load, decide, write. After each change everybody's own view is made anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from common.contracts.people.households import (
    HouseholdChanged,
    HouseholdKind,
    HouseholdView,
    JoinHousehold,
    LeaveHousehold,
    MakeHousehold,
)
from common.runtime.ids import new_id
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.domain import households as rules
from customer_account.domain.days import day_of
from customer_account.queries import named
from customer_account.queries.households import household_of, shown_household
from customer_account.tables import Household, HouseholdMember

NOTED = "noted what people share"


async def make_household(tx: Transaction, command: MakeHousehold) -> HouseholdView:
    """Note that people share something, with the first of them."""
    day = rules.check_day(command.effective_from, day_of(tx.now), name="effective_from")
    home = Household(id=new_id(), council=tx.council, kind=command.kind.value, reference=command.reference)
    member = await _member(tx, home, command, day)
    tx.add(home)
    return _joined(tx, home, [], member)


async def join_household(tx: Transaction, household_id: UUID, command: JoinHousehold) -> HouseholdView:
    """Note that one more person shares it."""
    home, members = await household_of(tx, household_id)
    day = rules.check_day(command.effective_from, day_of(tx.now), name="effective_from")
    member = await _member(tx, home, command, day)
    tx.edits(home)
    rules.check_joining(command.person_id, members, day)
    return _joined(tx, home, members, member)


async def leave_household(tx: Transaction, household_id: UUID, command: LeaveHousehold) -> HouseholdView:
    """Note that somebody shares it no longer. Where they went is noted elsewhere, if at all."""
    home, members = await household_of(tx, household_id)
    facts = await queries.facts_home(tx, command.person_id)
    queries.look(tx, command.person_id, NOTED, protected=facts.protected)
    tx.edits(home)
    member = members[rules.current(command.person_id, members)]
    day = rules.check_day(command.left_on, day_of(tx.now), name="left_on", after=member.effective_from)
    tx.change(member, left_on=day, protected=facts.protected)
    _say(tx, home, member, "left", day)
    _say_to_others(tx, home, members, member, day)
    retell(tx, members)
    return _shown(tx, home, members)


async def who_shares_with(tx: Transaction, person_id: UUID) -> list[HouseholdMember]:
    """Everybody who shares, or shared, something with a person, and the person: as far as the caller may see them."""
    return await tx.all(named.WHO_SHARES_WITH, person_id=person_id)


def protect(tx: Transaction, rows: Sequence[HouseholdMember], person_id: UUID, *, protected: bool) -> None:
    """A person is protected from now on, or no longer: what the others are shown follows."""
    for row in rows:
        if row.person_id == person_id and row.protected != protected:
            tx.change(row, protected=protected)
    for household in {row.household_id for row in rows}:
        retell(tx, [row for row in rows if row.household_id == household])


def retell(tx: Transaction, members: Sequence[HouseholdMember]) -> None:
    """Make anew what each is shown of the others."""
    for one in members:
        shown = {"others": rules.others_of(one, members), "changed_on": rules.changed_on(one, members, one.kind)}
        if shown != {"others": one.others, "changed_on": one.changed_on}:
            tx.change(one, **shown)


async def _member(tx: Transaction, home: Household, told: MakeHousehold | JoinHousehold, day: date) -> HouseholdMember:
    """Somebody who is about to share it. Nothing is written yet."""
    facts = await queries.facts_home(tx, told.person_id)
    queries.look(tx, told.person_id, NOTED, protected=facts.protected)
    names = [fact.value for fact in await queries.current_facts(tx, told.person_id) if fact.kind == "full_name"]
    return HouseholdMember(
        id=new_id(),
        household_id=home.id,
        council=home.council,
        person_id=told.person_id,
        kind=home.kind,
        name=names[0] if names else None,
        role=told.role.value,
        effective_from=day,
        noted_at=tx.now,
        protected=facts.protected,
        unseen=facts.protected,
    )


def _joined(tx: Transaction, home: Household, others: list[HouseholdMember], member: HouseholdMember) -> HouseholdView:
    members = [*others, tx.add(member)]
    _say(tx, home, member, "joined", member.effective_from)
    if not (member.unseen and home.kind == HouseholdKind.HOME):
        _say_to_others(tx, home, members, member, member.effective_from)
    retell(tx, members)
    return _shown(tx, home, members)


def _say_to_others(
    tx: Transaction, home: Household, members: Sequence[HouseholdMember], changed: HouseholdMember, day: date
) -> None:
    on = rules.told_day(home.kind, day, protected=changed.protected)
    for each in members:
        if each.person_id != changed.person_id and each.left_on is None:
            _say(tx, home, each, "others", on)


def _say(tx: Transaction, home: Household, member: HouseholdMember, change: str, on: date | None) -> None:
    told = rules.told_of_others(home.kind, on) if change == "others" else rules.told(home.kind, change)
    said = {"kind": home.kind, "change": change, "role": member.role, "on": on, "visible_to": [home.council]}
    tx.say(HouseholdChanged(**said, told_to_resident=told), on=home, about=member.person_id)


def _shown(tx: Transaction, home: Household, members: Sequence[HouseholdMember]) -> HouseholdView:
    tx.saw([member.person_id for member in members], NOTED)
    return shown_household(tx, home, members)
