"""Who may ask for measures, for which council, and for which periods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

COUNTS, FLOWS = "/measures/counts", "/measures/directly-follows"
YEAR = {"from": "2026-01-01", "to": "2027-01-01"}


async def asked(town: Any, headers: dict[str, str], path: str = COUNTS, **params: str) -> Any:
    params = {"service": "pothole", **YEAR} | params
    return await town.platform["review-engine"].client.get(path, params=params, headers=headers)


@pytest.mark.parametrize("path", [COUNTS, FLOWS])
async def test_only_a_reviewer_who_may_read_evidence_is_answered(town: Any, path: str) -> None:
    platform = town.platform
    assert (await asked(town, {}, path)).status_code == 401
    assert (await asked(town, {"Authorization": "Bearer made.up.token"}, path)).status_code == 401
    for headers in (
        platform.resident(),
        platform.officer("northmere"),
        platform.bearer("reviewer", "reviewer-1", ["northmere"], []),
        platform.bearer("partner", "frs-nsfr", ["northmere"], ["evidence:read"]),
        platform.bearer("operator", "operator-1", ["northmere"]),
    ):
        answer = await asked(town, headers, path)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-yours")
    assert (await asked(town, platform.bearer("reviewer", "reviewer-1", ["northmere"]), path)).status_code == 200


@pytest.mark.parametrize("path", [COUNTS, FLOWS])
async def test_a_reviewer_sees_the_council_they_act_for_and_says_which(
    town: Any, tale: Callable[..., Any], path: str
) -> None:
    case = tale(service="only_here", council="southholt").opened().touched()
    await town.hear(case.rows)
    one = town.platform.bearer("reviewer", "reviewer-1", ["northmere"])
    both = town.platform.bearer("reviewer", "reviewer-2", ["northmere", "southholt"])
    assert (await asked(town, both, path)).json()["type"] == "/problems/say-which-council"
    foreign = await asked(town, {**one, "Onedoor-Council": "southholt"}, path)
    assert (foreign.status_code, foreign.json()["type"]) == (403, "/problems/not-your-council")
    for council, seen in (("northmere", 0), ("southholt", 1)):
        answer = await asked(town, {**both, "Onedoor-Council": council}, path, service="only_here")
        found = answer.json()
        assert (found["council"], found["total"]["opened"] if path == COUNTS else len(found["edges"])) == (
            council,
            seen,
        )


async def test_a_look_at_measures_is_no_look_at_a_person(town: Any) -> None:
    said = await town.sql("SELECT name FROM onedoor.said")
    assert said == []


@pytest.mark.parametrize(
    ("params", "kind"),
    [
        ({"from": "2026-02-01", "to": "2026-02-01"}, "/problems/period-backwards"),
        ({"from": "2026-02-02", "to": "2026-02-01"}, "/problems/period-backwards"),
        ({"from": "2021-01-01", "to": "2026-01-02"}, "/problems/period-too-long"),
        ({"from": "0001-01-01", "to": "9999-12-31"}, "/problems/period-too-long"),
        ({"from": "2026-02-30"}, "/problems/not-understood"),
        ({"from": "0"}, "/problems/not-understood"),
        ({"from": "2026-02-01T00:00:00"}, "/problems/not-understood"),
        ({"to": ""}, "/problems/not-understood"),
        ({"service": "Missed Bin"}, "/problems/not-understood"),
        ({"service": "x'; DROP TABLE evidence; --"}, "/problems/not-understood"),
    ],
)
async def test_a_period_that_cannot_be_is_refused(town: Any, params: dict[str, str], kind: str) -> None:
    for path in (COUNTS, FLOWS):
        answer = await asked(town, town.platform.bearer("reviewer", "reviewer-1", ["northmere"]), path, **params)
        assert (answer.status_code, answer.json()["type"]) == (422, kind)


@pytest.mark.parametrize(
    ("begins", "ends", "months"),
    [
        ("2021-02-01", "2026-02-01", 60),
        ("2024-02-29", "2029-02-28", 61),
        ("0001-01-01", "0001-01-02", 1),
        ("9999-12-30", "9999-12-31", 1),
    ],
)
async def test_any_period_of_at_most_five_years_is_answered(town: Any, begins: str, ends: str, months: int) -> None:
    found = await town.ask(COUNTS, service="pothole", **{"from": begins, "to": ends})
    assert len(found["by_month"]) == months
    assert (found["begins"], found["ends"]) == (begins, ends)


async def test_what_nobody_can_be_grouped_by_is_refused(town: Any) -> None:
    headers = town.platform.bearer("reviewer", "reviewer-1", ["northmere"])
    answer = await asked(town, headers, FLOWS, by="person")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/not-understood")
