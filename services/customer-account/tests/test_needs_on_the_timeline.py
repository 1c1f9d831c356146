"""That a need is met is told where it took several cases: of one, its ending tells it."""

from __future__ import annotations

from common.contracts.cases.needs import NeedMet, NeedOpened
from common.runtime.ids import new_id
from customer_account.domain import timeline


def test_a_need_of_several_cases_is_told_to_be_met_and_one_of_a_single_case_is_not() -> None:
    case = new_id()
    assert timeline.label("need.met", NeedMet(case_id=case, cases=1), {}) is None
    told = timeline.label("need.met", NeedMet(case_id=case, cases=2), {})
    assert told == "Everything you asked us for in this matter has come to an end"
    assert timeline.label("need.opened", NeedOpened(case_id=case), {}) is None
