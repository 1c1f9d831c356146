"""How long things are kept: the days of a period, whose midnight counts, and what a council may say of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from common.runtime.periods import Period
from common.runtime.settings import CannotServe, Council
from common.testing.toy.keeper.app import service as keeper
from hypothesis import given
from hypothesis import strategies as some

NAME = keeper.name
periods = some.builds(Period, years=some.integers(0, 100), days=some.integers(1, 366)) | some.builds(
    Period, years=some.integers(1, 100)
)


@given(period=periods, began=some.dates(date(1900, 1, 1), date(2150, 1, 1)), more=some.integers(-400, 400))
def test_what_is_over_on_a_day_is_what_began_up_to_its_last_day(period: Period, began: date, more: int) -> None:
    today = period.over_on(began) + timedelta(days=more)
    assert (period.over_on(began) <= today) == (began <= period.last_over(today))


@pytest.mark.parametrize(
    ("began", "period", "over"),
    [
        (date(2020, 2, 29), Period(years=6), date(2026, 3, 1)),
        (date(2020, 2, 29), Period(years=4), date(2024, 2, 29)),
        (date(2020, 2, 28), Period(years=6), date(2026, 2, 28)),
        (date(2024, 2, 28), Period(days=2), date(2024, 3, 1)),
        (date(1896, 2, 29), Period(years=4), date(1900, 3, 1)),
        (date(2025, 12, 31), Period(years=1, days=1), date(2027, 1, 1)),
    ],
)
def test_leap_days_are_never_a_day_too_early(began: date, period: Period, over: date) -> None:
    assert period.over_on(began) == over


def test_days_are_those_of_the_council() -> None:
    """At half past eleven in the evening in London it is tomorrow in Madrid already."""
    at = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    midnights = [Period(years=1).over_before(at, zone) for zone in ("Europe/London", "Europe/Madrid")]
    assert [each.astimezone(UTC) for each in midnights] == [
        datetime(2025, 7, 1, 23, tzinfo=UTC),
        datetime(2025, 7, 2, 22, tzinfo=UTC),
    ]


def test_the_night_is_that_of_the_council_also_when_its_clocks_change() -> None:
    [schedule] = [each for each in keeper.schedules(_councils()) if each.table.name == "opinion"]
    for now, runs in (
        (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 2, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 3, tzinfo=UTC)),
        (datetime(2026, 11, 22, 2, 59, tzinfo=UTC), datetime(2026, 11, 22, 3, tzinfo=UTC)),
        (datetime(2026, 11, 22, 3, tzinfo=UTC), datetime(2026, 11, 23, 3, tzinfo=UTC)),
    ):
        assert schedule.next_run(now) == runs


def _councils(**keeps: Any) -> dict[str, Council]:
    return {"northmere": Council(id="northmere", name="N", code="N", calendar="northmere", keeps=keeps)}


def test_a_council_may_keep_things_longer_or_shorter_within_their_schedule() -> None:
    [paper, _] = keeper.schedules(_councils(**{NAME: {"paper": {"years": 3}}}))
    assert (paper.council, paper.period) == ("northmere", Period(years=3))
    [paper, _] = keeper.schedules(_councils())
    assert str(paper.period) == "6 years"


@pytest.mark.parametrize(
    "keeps",
    [
        {NAME: {"paper": {"years": 2, "days": 364}}},  # shorter than it may be
        {NAME: {"paper": {"years": 10, "days": 1}}},  # longer
        {NAME: {"opinion": {"days": 90}}},  # of the partnership: all its councils keep it alike
        {NAME: {"sheet": {"years": 6}}},  # it follows another
        {NAME: {"papers": {"years": 6}}},
        {"toy-nobody": {"paper": {"years": 6}}},
    ],
)
def test_what_a_council_may_not_say_stops_the_service_at_its_start(keeps: Any) -> None:
    with pytest.raises(CannotServe, match="northmere"):
        keeper.schedules(_councils(**keeps))
