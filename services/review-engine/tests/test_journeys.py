"""The order of a journey depends on what happened, never on what was heard first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from review_engine.domain.ages import BANDS, age_band
from review_engine.domain.journeys import Place, Step, appended, arranged
from review_engine.domain.periods import Period

JOURNEY, LETTER, REFERRAL = (UUID(int=n) for n in (5, 3, 9))
AGGREGATES = {JOURNEY: "case", LETTER: "invitation", REFERRAL: "referral"}
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@st.composite
def journeys(draw: st.DrawFn) -> list[Step]:
    """A journey told by three owners, each in its own order; times may meet, and run backwards."""
    steps = []
    for source, aggregate in AGGREGATES.items():
        for version, minutes in enumerate(draw(st.lists(st.integers(0, 6), max_size=5)), start=1):
            at = START + timedelta(minutes=minutes)
            steps.append(Step(source, version, JOURNEY, aggregate, f"{aggregate}.{version}", at))
    return steps


@given(journeys())
def test_a_journey_has_every_step_once_and_each_owners_steps_in_their_order(steps: list[Step]) -> None:
    places = arranged(steps)
    assert sorted(place.sequence for place in places.values()) == list(range(1, len(steps) + 1))
    for source in AGGREGATES:
        own = [places[source, step.version].sequence for step in steps if step.source == source]
        assert own == sorted(own)


@given(journeys(), st.data())
def test_steps_heard_in_any_order_end_where_they_belong(steps: list[Step], data: st.DataObject) -> None:
    """Hear the owners' steps interleaved anyhow, as the subscriber does: at the end if it may, else all anew."""
    left = {source: [step for step in steps if step.source == source] for source in AGGREGATES}
    heard: list[Step] = []
    places: dict[tuple[UUID, int], Place] = {}
    while any(left.values()):
        source = data.draw(st.sampled_from([source for source, rest in left.items() if rest]))
        step = left[source].pop(0)
        last = max(heard, key=lambda each: places[each.key].sequence, default=None)
        place = appended(step, last, places[last.key]) if last else None
        heard.append(step)
        places = {**places, step.key: place} if place else arranged(heard)
    assert places == arranged(steps)


@given(journeys())
def test_what_came_before_is_the_step_with_the_number_before(steps: list[Step]) -> None:
    places = arranged(steps)
    by_number = {places[step.key].sequence: step for step in steps}
    for number, step in by_number.items():
        place, before = places[step.key], by_number.get(number - 1)
        assert place.previous_activity == (before.activity if before else None)
        seconds = (step.occurred - before.occurred).total_seconds() if before else -1
        assert place.seconds_since == (seconds if seconds >= 0 else None)


@pytest.mark.parametrize(
    ("born", "at", "band"),
    [
        (date(2008, 3, 1), "2026-02-28", "0-17"),
        (date(2008, 3, 1), "2026-03-01", "18-24"),
        (date(2001, 3, 1), "2026-02-28", "18-24"),
        (date(2001, 3, 1), "2026-03-01", "25-44"),
        (date(1981, 3, 1), "2026-03-01", "45-64"),
        (date(1961, 3, 1), "2026-03-01", "65-74"),
        (date(1951, 3, 1), "2026-03-01", "75+"),
        (date(1900, 3, 1), "2026-03-01", "75+"),
        (date(2026, 3, 1), "2026-03-01", "0-17"),
        (date(2026, 4, 1), "2026-03-01", "unknown"),
        (None, "2026-03-01", "unknown"),
    ],
)
def test_a_band_changes_with_the_month_of_the_birthday(born: date | None, at: str, band: str) -> None:
    assert age_band(born, datetime.fromisoformat(at).replace(tzinfo=UTC)) == band


def test_bands_are_in_their_order_and_the_unknown_one_is_among_them() -> None:
    assert BANDS == ("0-17", "18-24", "25-44", "45-64", "65-74", "75+", "unknown")


@pytest.mark.parametrize(
    ("begins", "ends", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 1), ["2026-01"]),
        (date(2026, 1, 31), date(2026, 2, 2), ["2026-01", "2026-02"]),
        (date(2025, 12, 1), date(2026, 1, 1), ["2025-12"]),
        (date(2025, 11, 30), date(2026, 1, 2), ["2025-11", "2025-12", "2026-01"]),
    ],
)
def test_a_period_touches_these_months(begins: date, ends: date, months: list[str]) -> None:
    assert Period(begins, ends).months == months
