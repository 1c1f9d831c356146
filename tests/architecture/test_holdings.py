"""Every table of every service is said to hold something of people, or to hold nothing: none can be forgotten."""

from __future__ import annotations

from importlib import import_module

import pytest
from common.contracts.people.rights import HOLDERS
from common.embedded.issuer import SERVICES
from common.runtime.holdings import Disclosed, Follows, Holding, Holdings, Kept, check_holdings
from common.runtime.periods import Period
from common.runtime.service import Service
from common.runtime.settings import CannotServe
from common.runtime.store.work import table_of


def _service(name: str) -> Service:
    service: Service = import_module(f"{name.replace('-', '_')}.app").service
    return service


def test_every_service_of_the_platform_does_its_part_in_every_request() -> None:
    assert set(HOLDERS) == set(SERVICES)


@pytest.mark.parametrize("name", HOLDERS)
def test_every_table_is_said_and_what_names_a_person_is_of_people(name: str) -> None:
    service = _service(name)
    holdings = service.holdings()
    assert holdings.of_people
    for row in service.rows():
        table = table_of(row)
        if "person_id" in table.columns and table.name not in _LISTS:
            assert table.name in holdings.of_people
            assert "person_id" in holdings.of_people[table.name].people


CASES = {"called": "Cases", "goes_with": "It goes with you."}
SIX = {"years": 6, "since": "changed_at", "because": "a law"}


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"kept": SIX, "goes_with": "It goes with you."},
        {"kept": SIX, "goes": SIX},
        {"follows": Follows(table="case_file", by="case_id"), "goes": SIX},
        {"kept": {**SIX, "years": 0}},
        {"kept": {**SIX, "at_least": Period(years=7)}},
        {"goes": {**SIX, "at_most": Period(years=5, days=300)}},
        {"kept": {**SIX, "day": "goes_on"}},
        {"kept": {"years": 6, "because": "a law"}},
        {"kept": {**SIX, "released": {"disposal": ["destroy"]}}},
        {"goes_with": "It goes with you.", "said_in": {"aggregate": "case", "by": "id"}},
        {"goes": SIX, "disclosed": {"table": "disclosure", "by": "id"}},
    ],
)
def test_of_each_table_it_is_said_once_when_its_rows_go(wrong: dict[str, object]) -> None:
    with pytest.raises(
        ValueError, match=r"say one of|say for how many|say `since`|goes with `since`|its own time|is said of"
    ):
        Holding.model_validate({"called": "Cases", **wrong})


LATER = Disclosed(table="interaction", by="opened_at")
_LISTS = {"access_unsealed"}  # ids that wait a few seconds for their seal


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"of_people": {}}, "say once of each table"),
        ({"of_nobody": {"strange": "not there"}}, "say once of each table"),
        ({"case_file": Holding(**CASES, hidden=["colour"])}, "has no colour"),
        ({"case_file": Holding(**CASES, erased="emptied", empties=["opened_at"])}, "cannot be emptied"),
        (
            {"case_file": Holding(**CASES, shown_after="opened_at", disclosed=LATER)},
            "interaction, which has no opened_at",
        ),
        ({"case_file": Holding(called="Cases", kept=Kept(years=1, since="never", because="a law"))}, "has no never"),
    ],
)
def test_a_table_left_out_or_said_wrongly_is_refused(changed: dict[str, object], why: str) -> None:
    service = _service("case-crm")
    said = service.holdings()
    of_people = changed.get("of_people", said.of_people | changed if "case_file" in changed else said.of_people)
    wrong = Holdings.model_construct(of_people=of_people, of_nobody=changed.get("of_nobody", said.of_nobody))
    with pytest.raises(CannotServe, match=why):
        check_holdings(wrong, [table_of(row) for row in service.rows()])
