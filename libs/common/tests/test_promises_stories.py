"""Every date of the acceptance stories that is arithmetic: in both councils, and against counting naively."""

from datetime import UTC, date, datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from common.promises import (
    Calendar,
    Term,
    Unit,
    add_working_days,
    due,
    due_soon,
    extend,
    load_calendars,
    local_date,
    next_service_moment,
)

SHIPPED = load_calendars(
    path.read_text(encoding="utf-8") for path in files("common.promises").joinpath("calendars").iterdir()
)
NAIVE = SHIPPED["england-and-wales"].model_copy(update={"name": "naive", "closed": {}})
LONDON = ZoneInfo("Europe/London")


@pytest.fixture(params=["northmere", "southholt"])
def calendar(request: pytest.FixtureRequest) -> Calendar:
    return SHIPPED[request.param]


def at(day: str, clock: str = "09:30") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=LONDON)


WORKING_DAY_PROMISES = [
    pytest.param("2026-12-14", 2, "2026-12-16", id="a: bereavement acknowledged"),
    pytest.param("2026-12-14", 10, "2026-12-30", id="a: bereavement acted on"),
    pytest.param("2027-02-22", 2, "2027-02-24", id="b: move acknowledged"),
    pytest.param("2027-02-22", 10, "2027-03-08", id="b: move acted on"),
    pytest.param("2026-12-10", 10, "2026-12-24", id="c: damp investigated"),
    pytest.param("2026-12-18", 3, "2026-12-23", id="c: written summary in Polish"),
    pytest.param("2026-12-18", 5, "2026-12-29", id="c: safety works"),
    pytest.param("2026-12-10", 2, "2026-12-14", id="c: R2 acknowledged"),
    pytest.param("2026-12-10", 5, "2026-12-17", id="c: R2 expires"),
    pytest.param("2026-12-11", 2, "2026-12-15", id="c: R2b acknowledged"),
    pytest.param("2026-12-11", 5, "2026-12-18", id="c: R2b expires"),
    pytest.param("2026-12-18", 5, "2026-12-29", id="d: complaint acknowledged"),
    pytest.param("2026-12-22", 10, "2027-01-08", id="d: stage 1 answered"),
    pytest.param("2027-01-13", 5, "2027-01-20", id="d: stage 2 acknowledged"),
    pytest.param("2027-01-14", 20, "2027-02-11", id="d: stage 2 answered"),
    pytest.param("2027-03-22", 5, "2027-03-31", id="d: over Easter"),
]


@pytest.mark.parametrize(("start", "amount", "expected"), WORKING_DAY_PROMISES)
def test_the_promise_is_due_on_the_day_the_story_says(
    start: str, amount: int, expected: str, calendar: Calendar
) -> None:
    promised = due(at(start), Term(amount=amount, unit="working_days"), calendar)

    assert local_date(promised, calendar) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("start", "amount", "wrong"),
    [
        pytest.param("2026-12-14", 10, "2026-12-28", id="a: bereavement acted on"),
        pytest.param("2026-12-18", 5, "2026-12-25", id="c, d: safety works, complaint acknowledged"),
        pytest.param("2027-03-22", 5, "2027-03-29", id="d: over Easter"),
    ],
)
def test_counting_weekdays_alone_promises_a_bank_holiday(start: str, amount: int, wrong: str) -> None:
    assert add_working_days(date.fromisoformat(start), amount, NAIVE) == date.fromisoformat(wrong)
    assert date.fromisoformat(wrong) in SHIPPED["england-and-wales"].closed


@pytest.mark.parametrize(
    ("ends", "amount", "expected"),
    [
        pytest.param("2027-01-08", 10, "2027-01-22", id="d: stage 1"),
        pytest.param("2027-02-11", 20, "2027-03-11", id="d: stage 2"),
    ],
)
def test_an_extension_starts_where_the_term_ended(ends: str, amount: int, expected: str, calendar: Calendar) -> None:
    extended = extend(at(ends, "23:59:59.999999"), Term(amount=amount, unit="working_days"), calendar)

    assert local_date(extended, calendar) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "expected"),
    [
        pytest.param("2026-12-09", 28, "days", "2027-01-06", id="a: registrar's reference valid"),
        pytest.param("2026-12-14", 60, "days", "2027-02-12", id="a: no feedback invitation"),
        pytest.param("2027-02-26", 14, "days", "2027-03-12", id="b: council tax reduction decided"),
        pytest.param("2027-02-26", 2, "weeks", "2027-03-12", id="b: the same said in weeks"),
        pytest.param("2027-03-01", 21, "days", "2027-03-22", id="b: duty to tell of a move"),
    ],
)
def test_a_term_in_days_runs_through_weekends_and_closures(
    start: str, amount: int, unit: Unit, expected: str, calendar: Calendar
) -> None:
    promised = due(at(start), Term(amount=amount, unit=unit), calendar)

    assert promised == at(expected, "23:59:59.999999")


def test_an_emergency_is_due_after_24_hours_to_the_minute(calendar: Calendar) -> None:
    assert due(at("2026-12-10", "14:21"), Term(amount=24, unit="hours"), calendar) == at("2026-12-11", "14:21")


def test_an_emergency_does_not_wait_for_the_weekend(calendar: Calendar) -> None:
    assert due(at("2026-12-25", "22:00"), Term(amount=24, unit="hours"), calendar) == at("2026-12-26", "22:00")


def test_the_overdue_council_tax_reduction_is_escalated_in_the_morning_not_at_midnight() -> None:
    northmere = SHIPPED["northmere"]
    promised = due(at("2026-12-14"), Term(amount=10, unit="working_days"), northmere)

    assert next_service_moment(promised, northmere) == at("2026-12-31", "09:00")


def test_people_are_warned_as_service_opens_on_the_working_day_before() -> None:
    northmere, southholt = SHIPPED["northmere"], SHIPPED["southholt"]

    assert due_soon(at("2026-12-30", "23:59:59.999999"), northmere) == at("2026-12-29", "09:00")
    assert due_soon(at("2026-12-29", "23:59:59.999999"), northmere) == at("2026-12-24", "09:00")
    assert due_soon(at("2027-03-11", "23:59:59.999999"), southholt) == at("2027-03-10", "10:00")


def test_what_is_due_comes_back_in_utc(calendar: Calendar) -> None:
    assert due(at("2026-12-14"), Term(amount=1, unit="hours"), calendar).tzinfo is UTC
