"""How work is shared out: each case once, nobody more than they can, and nobody two more than another who can the same."""

from __future__ import annotations

from collections import Counter

from case_crm.domain.sharing import Waiting, Worker, share
from common.runtime.ids import new_id
from hypothesis import given
from hypothesis import strategies as st

SKILLS = ("rent", "probate", "live_wires")
cases = st.lists(
    st.builds(
        lambda skill, special: Waiting(new_id(), skill, special), st.none() | st.sampled_from(SKILLS), st.booleans()
    ),
    max_size=60,
)
workers = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12), st.frozensets(st.sampled_from(SKILLS)), st.booleans()), max_size=8
).map(lambda rows: [Worker(f"officer-{n}", *row) for n, row in enumerate(rows)])


def test_a_thousand_cases_of_sixteen_go_to_each_alike() -> None:
    given_to, left = share([Waiting(new_id()) for _ in range(1000)], [Worker(f"o{n}", 100, 0) for n in range(16)])
    held = Counter(given_to.values())
    assert len(given_to) == 1000
    assert left == {}
    assert set(held.values()) == {62, 63}


def test_whoever_has_half_the_capacity_is_given_half_as_many() -> None:
    full, half = Worker("full", 40, 0), Worker("half", 20, 0)
    given_to, _ = share([Waiting(new_id()) for _ in range(30)], [half, full])
    assert Counter(given_to.values()) == {"full": 20, "half": 10}


@given(cases, workers)
def test_each_case_goes_to_one_who_can_and_has_room_or_waits_for_a_reason(
    waiting: list[Waiting], members: list[Worker]
) -> None:
    before = {worker.officer_id: worker.holding for worker in members}
    given_to, left = share(waiting, members)
    by_name = {worker.officer_id: worker for worker in members}
    assert {*given_to} | {*left} == {case.case_id for case in waiting}
    assert not {*given_to} & {*left}
    for case in waiting:
        able = [worker for worker in members if worker.can(case)]
        if case.case_id in given_to:
            assert by_name[given_to[case.case_id]] in able
        else:
            assert left[case.case_id] == ("capacity" if able else "skill")
            assert all(worker.full for worker in able)
    taken = Counter(given_to.values())
    for name, worker in by_name.items():
        assert worker.holding == before[name] + taken[name]
        assert taken[name] == 0 or worker.holding <= worker.capacity


@given(st.integers(0, 200), st.integers(1, 16), st.integers(1, 20))
def test_of_those_who_can_the_same_none_holds_two_more_than_another(many: int, members: int, capacity: int) -> None:
    crew = [Worker(f"o{n}", capacity, 0) for n in range(members)]
    given_to, left = share([Waiting(new_id()) for _ in range(many)], crew)
    held = [worker.holding for worker in crew]
    assert max(held) - min(held) <= 1
    assert len(given_to) == min(many, members * capacity)
    assert len(left) == many - len(given_to)
