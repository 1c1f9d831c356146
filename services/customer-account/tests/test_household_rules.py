"""What each of those who share something is shown of the others, whatever happened in whatever order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from common.contracts.people import ImpossibleDates, TooManyKept
from common.contracts.people.households import NotOfThese, SharesAlready
from customer_account.domain import households as rules
from hypothesis import given
from hypothesis import strategies as st

TODAY = date(2027, 3, 1)


@dataclass
class Member:
    """Somebody who shares it, or did."""

    person_id: UUID
    effective_from: date
    left_on: date | None = None
    protected: bool = False
    unseen: bool = False
    name: str | None = None
    role: str = "adult"


@st.composite
def members(draw: st.DrawFn) -> list[Member]:
    made = []
    for number in range(draw(st.integers(1, 5))):
        first = draw(st.dates(date(2020, 1, 1), TODAY))
        last = draw(st.none() | st.dates(first, TODAY))
        protected = draw(st.booleans())
        unseen = protected and draw(st.booleans())
        made.append(Member(UUID(int=number), first, last, protected, unseen, f"Person {number}"))
    return made


@given(members())
def test_a_protected_person_who_left_or_came_as_one_is_shown_to_nobody(shared: list[Member]) -> None:
    gone = {each.name for each in shared if each.protected and (each.left_on or each.unseen)}
    for one in shared:
        shown = rules.others_of(one, shared)
        assert {each["name"] for each in shown} & (gone | {one.name}) == set()
        for each in shown:
            assert set(each) == {"name", "role", "effective_from", "left_on"}


@given(members())
def test_nobody_is_shown_what_came_after_they_left(shared: list[Member]) -> None:
    for one in (each for each in shared if each.left_on):
        for each in rules.others_of(one, shared):
            assert date.fromisoformat(each["effective_from"]) <= one.left_on
            assert each["left_on"] is None or date.fromisoformat(each["left_on"]) <= one.left_on
        changed = rules.changed_on(one, shared, "council_tax")
        assert changed is None or changed <= one.left_on


@given(members(), st.integers(0, 4))
def test_protection_changes_nothing_that_others_are_shown_until_they_leave(shared: list[Member], place: int) -> None:
    here = shared[place % len(shared)]
    here.left_on, here.unseen = None, False
    here.protected = False
    before = [rules.others_of(one, shared) for one in shared]
    here.protected = True
    assert [rules.others_of(one, shared) for one in shared] == before


@given(members())
def test_a_home_has_no_day_of_liability(shared: list[Member]) -> None:
    assert {rules.changed_on(one, shared, "home") for one in shared} == {None}
    assert rules.told_day("home", TODAY, protected=True) is None
    assert rules.told_day("council_tax", TODAY, protected=True) == TODAY


@given(day=st.none() | st.dates(date(1880, 1, 1), date(2100, 1, 1)), after=st.dates(date(1900, 1, 1), TODAY))
def test_a_change_is_noted_from_its_day_on_and_never_beforehand(day: date | None, after: date) -> None:
    if day is None or after <= day <= TODAY:
        assert rules.check_day(day, TODAY, name="left_on", after=after) == (day or TODAY)
    else:
        with pytest.raises(ImpossibleDates) as refused:
            rules.check_day(day, TODAY, name="left_on", after=after)
        assert refused.value.members["errors"][0]["pointer"] == "/left_on"


def test_somebody_joins_once_and_leaves_what_they_share() -> None:
    here, gone = Member(UUID(int=1), date(2020, 1, 1)), Member(UUID(int=2), date(2020, 1, 1), date(2021, 1, 1))
    for person, day in ((1, TODAY), (2, date(2020, 6, 1))):
        with pytest.raises(SharesAlready):
            rules.check_joining(UUID(int=person), [here, gone], day)
    rules.check_joining(gone.person_id, [here, gone], TODAY)
    with pytest.raises(TooManyKept):
        rules.check_joining(UUID(int=3), [gone] * rules.MOST_MEMBERS, TODAY)
    assert rules.current(here.person_id, [gone, here]) == 1
    with pytest.raises(NotOfThese):
        rules.current(gone.person_id, [gone, here])


def test_the_words_say_the_day_of_a_liability_and_no_more() -> None:
    assert rules.told_of_others("council_tax", TODAY) == "Who shares your council tax account changed from 1 March 2027"
    assert rules.told_of_others("home", None) == "Who shares your household changed"
