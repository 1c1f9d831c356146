"""What pausing does to a promise: leaving and re-entering, overlaps, lateness, what is left."""

from datetime import datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from common.promises import (
    Pause,
    Remaining,
    Term,
    Unit,
    due_with_pauses,
    load_calendars,
    push_back,
    remaining,
)

SHIPPED = load_calendars(
    path.read_text(encoding="utf-8") for path in files("common.promises").joinpath("calendars").iterdir()
)
NORTHMERE, SOUTHHOLT = SHIPPED["northmere"], SHIPPED["southholt"]
LONDON = ZoneInfo("Europe/London")
END = "23:59:59.999999"


def at(day: str, clock: str = END, fold: int = 0) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=LONDON, fold=fold)


def term(amount: int, unit: Unit = "working_days") -> Term:
    return Term(amount=amount, unit=unit)


def pause(since: datetime, until: datetime | None = None) -> Pause:
    return Pause(since=since, until=until)


def hours(amount: float) -> timedelta:
    return timedelta(hours=amount)


def test_each_return_to_a_pause_adds_its_working_days() -> None:
    pauses = [
        pause(at("2026-12-15", "10:00"), at("2026-12-17", "16:00")),
        pause(at("2026-12-23", "10:00"), at("2026-12-29", "09:00")),
    ]

    assert due_with_pauses(at("2026-12-14", "09:30"), term(10), NORTHMERE, pauses=pauses) == at("2027-01-06")


def test_a_paused_promise_is_not_due() -> None:
    still = pause(at("2026-12-15", "10:00"))

    assert due_with_pauses(at("2026-12-14", "09:30"), term(10), NORTHMERE, pauses=[still]) is None


def test_a_pause_within_one_day_changes_no_term_in_days() -> None:
    lunch = pause(at("2026-12-15", "12:00"), at("2026-12-15", "13:00"))

    assert due_with_pauses(at("2026-12-14", "09:30"), term(2), NORTHMERE, pauses=[lunch]) == at("2026-12-16")


def test_a_pause_over_a_closure_gives_no_working_days_away() -> None:
    christmas = pause(at("2026-12-25", "10:00"), at("2026-12-29", "08:00"))

    assert due_with_pauses(at("2026-12-14", "09:30"), term(10), NORTHMERE, pauses=[christmas]) == at("2026-12-30")


def test_days_paused_move_a_term_in_calendar_days_by_calendar_days() -> None:
    weekend = pause(at("2027-02-26", "16:00"), at("2027-03-01", "09:00"))

    assert due_with_pauses(at("2027-02-26", "09:00"), term(14, "days"), NORTHMERE, pauses=[weekend]) == at("2027-03-15")
    assert due_with_pauses(at("2027-02-26", "09:00"), term(2, "weeks"), NORTHMERE, pauses=[weekend]) == at("2027-03-15")


def test_hours_move_by_the_exact_length_of_the_pause_over_a_clock_change() -> None:
    night = pause(at("2027-03-27", "23:00"), at("2027-03-28", "07:00"))

    assert due_with_pauses(at("2027-03-27", "12:00"), term(24, "hours"), NORTHMERE, pauses=[night]) == at(
        "2027-03-28", "20:00"
    )


def test_working_hours_move_by_the_service_missed() -> None:
    overnight = pause(at("2026-12-14", "16:00"), at("2026-12-15", "10:00"))

    assert due_with_pauses(at("2026-12-14", "09:00"), term(8, "working_hours"), NORTHMERE, pauses=[overnight]) == at(
        "2026-12-15", "11:00"
    )


def test_a_pause_begun_too_late_does_not_rescue_a_broken_promise() -> None:
    too_late = pause(at("2026-12-17", "09:00"), at("2026-12-31", "09:00"))

    assert due_with_pauses(at("2026-12-14", "09:30"), term(2), NORTHMERE, pauses=[too_late]) == at("2026-12-16")
    assert due_with_pauses(at("2026-12-14", "09:30"), term(2), NORTHMERE, pauses=[pause(too_late.since)]) == at(
        "2026-12-16"
    )


def test_a_pause_on_the_due_day_still_counts() -> None:
    on_the_day = pause(at("2026-12-16", "16:59"), at("2026-12-18", "09:00"))

    assert due_with_pauses(at("2026-12-14", "09:30"), term(2), NORTHMERE, pauses=[on_the_day]) == at("2026-12-18")


def test_an_answer_at_the_weekend_gives_as_long_as_one_on_monday() -> None:
    start, asked = at("2026-12-08", "09:30"), at("2026-12-09", "10:00")
    friday, saturday, monday = (pause(asked, at(f"2026-12-{day}", "09:00")) for day in (11, 12, 14))

    assert due_with_pauses(start, term(2), NORTHMERE, pauses=[friday]) == at("2026-12-14")
    assert due_with_pauses(start, term(2), NORTHMERE, pauses=[saturday]) == at("2026-12-15")
    assert due_with_pauses(start, term(2), NORTHMERE, pauses=[monday]) == at("2026-12-15")


def test_a_promise_paused_on_its_last_day_is_not_late_when_the_answer_comes_on_a_saturday() -> None:
    friday_to_saturday = pause(at("2026-12-11", "16:59"), at("2026-12-12", "08:00"))

    assert due_with_pauses(at("2026-12-10", "09:30"), term(1), NORTHMERE, pauses=[friday_to_saturday]) == at(
        "2026-12-14"
    )


def test_a_pause_begun_at_the_very_last_moment_ends_at_the_very_last_moment() -> None:
    evening = pause(at("2026-12-11", "17:00"), at("2026-12-14", "08:00"))

    assert (
        due_with_pauses(at("2026-12-11", "16:00"), term(1, "working_hours"), NORTHMERE, pauses=[evening])
        == evening.until
    )


def test_pauses_that_overlap_count_once_and_only_after_the_start() -> None:
    pauses = [
        pause(at("2026-12-16", "09:00"), at("2026-12-18", "09:00")),
        pause(at("2026-12-10", "09:00"), at("2026-12-17", "09:00")),
        pause(at("2026-12-01", "09:00"), at("2026-12-04", "09:00")),
    ]

    assert due_with_pauses(at("2026-12-14", "09:30"), term(2), NORTHMERE, pauses=pauses) == at("2026-12-22")


def test_an_open_pause_swallows_those_that_begin_inside_it() -> None:
    pauses = [pause(at("2026-12-15", "09:00")), pause(at("2026-12-16", "09:00"), at("2026-12-17", "09:00"))]

    assert due_with_pauses(at("2026-12-14", "09:30"), term(2), NORTHMERE, pauses=pauses) is None


def test_an_extension_and_a_pause_add_up() -> None:
    week = pause(at("2027-01-04", "09:00"), at("2027-01-11", "09:00"))
    answered = due_with_pauses(at("2026-12-22", "09:00"), term(10), NORTHMERE, pauses=[week], extensions=[term(10)])

    assert answered == at("2027-01-29")


def test_what_is_left_stands_still_while_paused_and_goes_on_afterwards() -> None:
    start, pauses = at("2026-12-14", "09:30"), [pause(at("2026-12-16", "10:00"), at("2026-12-22", "10:00"))]

    def left(day: str) -> Remaining:
        return remaining(start, term(10), NORTHMERE, pauses=pauses, at=at(day, "12:00"))

    assert left("2026-12-15") == Remaining(days=9, late=False)
    assert left("2026-12-16") == left("2026-12-19") == left("2026-12-22") == Remaining(days=8, late=False)
    assert left("2026-12-23") == Remaining(days=7, late=False)
    assert left("2027-01-06") == Remaining(days=0, late=False)
    assert left("2027-01-08") == Remaining(days=-2, late=True)


def test_on_the_saturday_after_a_friday_a_promise_is_late_by_no_working_day() -> None:
    assert remaining(at("2026-12-10", "09:00"), term(1), NORTHMERE, pauses=[], at=at("2026-12-12")) == Remaining(
        days=0, late=True
    )


def test_what_is_left_of_hours_is_exact() -> None:
    start, still = at("2026-12-14", "09:00"), [pause(at("2026-12-14", "12:00"))]
    exact = remaining(start, term(24, "hours"), NORTHMERE, pauses=still, at=at("2026-12-20", "12:00"))
    in_service = remaining(start, term(4, "working_hours"), NORTHMERE, pauses=[], at=at("2026-12-14", "12:00"))

    assert exact == Remaining(time=hours(21), late=False)
    assert in_service == Remaining(time=hours(1), late=False)


def test_weeks_are_left_in_days() -> None:
    left = remaining(at("2026-12-14", "09:00"), term(12, "weeks"), NORTHMERE, pauses=[], at=at("2026-12-15", "09:00"))

    assert left == Remaining(days=83, late=False)


def test_a_pause_that_is_not_over_has_no_length() -> None:
    with pytest.raises(ValueError, match="must be over"):
        push_back(at("2026-12-16"), pause(at("2026-12-15", "09:00")), unit="hours", calendar=NORTHMERE)


def test_a_pause_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="cannot end before"):
        pause(at("2026-12-15", "09:00"), at("2026-12-15", "08:59"))
