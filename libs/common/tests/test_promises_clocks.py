"""Due moments, alerts and counting by example: clock changes, closing hours, refusals."""

from datetime import date, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from common.promises import (
    BeyondCalendar,
    NaiveMoment,
    Pause,
    Span,
    Term,
    Unit,
    add_service_time,
    add_working_days,
    due,
    due_soon,
    is_working_day,
    load_calendars,
    local_date,
    next_service_moment,
    service_time_between,
    working_days_between,
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


# Due moments


def test_a_promise_in_days_holds_until_the_last_microsecond_of_the_day_in_winter_and_summer() -> None:
    winter = due(at("2026-12-14", "09:30"), term(1), NORTHMERE)
    summer = due(at("2026-06-15", "09:30"), term(1), NORTHMERE)

    assert (winter, summer) == (at("2026-12-15"), at("2026-06-16"))
    assert winter + timedelta(microseconds=1) == at("2026-12-16", "00:00")


def test_the_due_moment_carries_the_promised_date_in_utc_too() -> None:
    assert due(at("2026-06-15", "09:30"), term(1), NORTHMERE).date() == date(2026, 6, 16)


def test_what_comes_in_just_after_midnight_in_summer_starts_on_the_councils_day() -> None:
    late_evening_in_utc = datetime.fromisoformat("2026-06-15T23:30:00+00:00")

    assert due(late_evening_in_utc, term(1), NORTHMERE) == at("2026-06-17")


def test_what_comes_in_on_a_saturday_has_its_first_working_day_on_monday() -> None:
    assert due(at("2026-12-12", "11:00"), term(1), NORTHMERE) == at("2026-12-14")


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        pytest.param(at("2027-03-27", "12:00"), at("2027-03-28", "13:00"), id="when the clocks go forward"),
        pytest.param(at("2026-10-24", "12:00"), at("2026-10-25", "11:00"), id="when the clocks go back"),
    ],
)
def test_24_hours_are_24_hours(start: datetime, expected: datetime) -> None:
    assert due(start, term(24, "hours"), NORTHMERE) == expected


def test_a_term_in_days_ends_with_the_local_day_on_both_sides_of_a_clock_change() -> None:
    assert due(at("2027-03-20", "23:30"), term(1, "weeks"), NORTHMERE) == at("2027-03-27")
    assert due(at("2027-03-21", "00:30"), term(7, "days"), NORTHMERE) == at("2027-03-28")


def test_the_hour_that_happens_twice_is_counted_twice() -> None:
    first, second = at("2026-10-25", "01:30", fold=0), at("2026-10-25", "01:30", fold=1)

    assert due(first, term(1, "hours"), NORTHMERE) == due(second, term(1, "hours"), NORTHMERE) - hours(1)
    assert pause(first, second).until == second


@pytest.mark.parametrize(
    ("start", "amount", "expected"),
    [
        pytest.param(at("2026-12-14", "09:00"), 3, at("2026-12-14", "12:00"), id="within one stretch"),
        pytest.param(at("2026-12-14", "12:00"), 1, at("2026-12-14", "14:00"), id="over lunch"),
        pytest.param(at("2026-12-14", "12:30"), 1, at("2026-12-14", "14:30"), id="from the moment lunch begins"),
        pytest.param(at("2026-12-14", "16:00"), 1, at("2026-12-14", "17:00"), id="to the moment service closes"),
        pytest.param(at("2026-12-24", "16:00"), 2, at("2026-12-29", "10:00"), id="over Christmas"),
        pytest.param(at("2026-12-13", "03:00"), 1, at("2026-12-14", "10:00"), id="from the weekend"),
        pytest.param(at("2026-12-15", "16:30"), 1, at("2026-12-16", "10:30"), id="to a day that opens later"),
    ],
)
def test_working_hours_count_service_only(start: datetime, amount: int, expected: datetime) -> None:
    assert due(start, term(amount, "working_hours"), SOUTHHOLT) == expected


def test_service_round_the_clock_is_an_hour_shorter_or_longer_when_the_clocks_change() -> None:
    whole_day = (Span.model_validate("00:00-00:00"),)
    saturday = NORTHMERE.model_copy(update={"service_hours": {"saturday": whole_day}})
    sunday = NORTHMERE.model_copy(update={"service_hours": {"sunday": whole_day}})

    assert service_time_between(at("2027-03-27", "00:00"), at("2027-03-28", "00:00"), saturday) == hours(24)
    assert service_time_between(at("2027-03-28", "00:00"), at("2027-03-29", "00:00"), sunday) == hours(23)
    assert service_time_between(at("2026-10-25", "00:00"), at("2026-10-26", "00:00"), sunday) == hours(25)


# Alerts


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param(at("2026-12-14", "10:15"), at("2026-12-14", "10:15"), id="at once while open"),
        pytest.param(at("2026-12-14", "09:00"), at("2026-12-14", "09:00"), id="at once on opening"),
        pytest.param(at("2026-12-14", "12:30"), at("2026-12-14", "13:30"), id="after lunch"),
        pytest.param(at("2026-12-14", "03:00"), at("2026-12-14", "09:00"), id="in the morning"),
        pytest.param(at("2026-12-11", "16:30"), at("2026-12-14", "09:00"), id="on Monday for Friday's closing time"),
        pytest.param(at("2026-12-24", "18:00"), at("2026-12-29", "09:00"), id="after Christmas"),
    ],
)
def test_an_alert_goes_out_in_service_hours(moment: datetime, expected: datetime) -> None:
    assert next_service_moment(moment, SOUTHHOLT) == expected


def test_an_emergency_is_due_soon_from_before_its_start() -> None:
    start = at("2026-12-12", "14:21")

    assert due_soon(due(start, term(24, "hours"), NORTHMERE), NORTHMERE) < start


# Counting and refusing


def test_working_days_between_excludes_the_first_day_and_includes_the_last() -> None:
    assert working_days_between(date(2026, 12, 14), date(2026, 12, 30), NORTHMERE) == 10
    assert working_days_between(date(2026, 12, 30), date(2026, 12, 14), NORTHMERE) == -10
    assert working_days_between(at("2026-12-14", "09:30"), at("2026-12-14"), NORTHMERE) == 0


def test_no_working_days_later_is_the_same_day_even_a_closed_one() -> None:
    assert add_working_days(date(2026, 12, 25), 0, NORTHMERE) == date(2026, 12, 25)
    assert not is_working_day(date(2026, 12, 25), NORTHMERE)


def test_a_moment_without_its_zone_is_refused_everywhere() -> None:
    naive = datetime(2026, 12, 14, 9, 30)  # noqa: DTZ001 - naive on purpose

    for unit in ("working_days", "days", "weeks", "hours", "working_hours"):
        with pytest.raises(NaiveMoment):
            due(naive, Term(amount=1, unit=unit), NORTHMERE)
    for asked in (due_soon, next_service_moment, local_date):
        with pytest.raises(NaiveMoment):
            asked(naive, NORTHMERE)
    with pytest.raises(NaiveMoment):
        working_days_between(naive, naive, NORTHMERE)
    with pytest.raises(ValueError, match="timezone"):
        pause(naive)


def test_a_term_reaching_past_the_calendar_is_refused_rather_than_guessed() -> None:
    with pytest.raises(BeyondCalendar):
        due(at("2040-12-28", "09:00"), term(5), NORTHMERE)
    with pytest.raises(BeyondCalendar):
        add_service_time(at("2040-12-28", "09:00"), hours(40), NORTHMERE)
