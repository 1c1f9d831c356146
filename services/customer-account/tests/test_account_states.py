"""The states of an account against a model: whatever is tried in whatever order, it stands where it should."""

from __future__ import annotations

from typing import Any

import pytest
from common.contracts.base import Refusal
from common.contracts.people.accounts import AccountStatus
from customer_account.domain.accounts import TRANSITIONS, Standing, Step, may_sign_in, take
from hypothesis import given
from hypothesis import strategies as st


class Model:
    """An account as a person would tell it: what it is used for, and what lies over that for a while."""

    def __init__(self) -> None:
        self.use = "provisional"
        self.over: str | None = None

    def shown(self) -> str:
        return self.over or self.use

    def does(self, step: str) -> bool:
        """Whether it could be done; then it is."""
        if step in ("unmerge", "retract_death"):
            fits = self.over == {"unmerge": "merged_into", "retract_death": "deceased"}[step]
            self.over = None if fits else self.over
            return fits
        if self.over:
            return False
        if step == "confirm_death" or (step == "merge" and self.use in ("provisional", "active")):
            self.over = {"confirm_death": "deceased", "merge": "merged_into"}[step]
            return True
        moves = {
            ("claim", "provisional"): "active",
            ("suspend", "active"): "suspended",
            ("reinstate", "suspended"): "active",
            **{("close", use): "closed" for use in ("active", "suspended")},
        }
        if (step, self.use) not in moves:
            return False
        self.use = moves[step, self.use]
        return True


@given(st.lists(st.sampled_from(list(Step)), max_size=30))
def test_an_account_stands_where_the_story_left_it(steps: list[Step]) -> None:
    model, at = Model(), Standing(AccountStatus.PROVISIONAL)
    for step in steps:
        if model.does(step.value):
            at = take(step, at)
        else:
            with pytest.raises(Refusal):
                take(step, at)
        assert at.status.value == model.shown()
        assert may_sign_in(at.status) == (model.shown() in ("provisional", "active"))


@given(st.lists(st.sampled_from(list(Step)), max_size=30), st.sampled_from(["merge", "confirm_death"]))
def test_what_locked_an_account_can_always_be_taken_back_and_leaves_no_trace(steps: list[Step], lock: Any) -> None:
    at = Standing(AccountStatus.PROVISIONAL)
    for step in steps:
        if step in TRANSITIONS[at.status]:
            at = take(step, at)
    if lock in TRANSITIONS[at.status]:
        undo = Step.UNMERGE if lock == "merge" else Step.RETRACT_DEATH
        assert take(undo, take(Step(lock), at)) == at


def test_every_state_is_reached_and_every_refusal_says_a_sentence() -> None:
    assert set(TRANSITIONS) == set(AccountStatus)
    for status in AccountStatus:
        for step in set(Step) - set(TRANSITIONS[status]):
            with pytest.raises(Refusal) as refused:
                take(step, Standing(status, AccountStatus.ACTIVE))
            assert refused.value.title.endswith(".")
            assert refused.value.status == 409
