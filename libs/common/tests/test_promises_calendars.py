"""The shipped calendars are right, and a calendar file that is wrong is refused with its reason."""

from datetime import date
from importlib.resources import files

import holidays
import pytest
from common.promises import BeyondCalendar, Calendar, CalendarRefused, is_working_day, load_calendar, load_calendars

SHIPPED = load_calendars(
    path.read_text(encoding="utf-8") for path in files("common.promises").joinpath("calendars").iterdir()
)

PLAIN = """
name: plain
time_zone: Europe/London
first: 2026-01-01
last: 2026-12-31
service_hours:
  monday: ["09:00-17:00"]
closed:
  2026-05-04: Early May bank holiday
"""


def closed_in(calendar: Calendar, year: int) -> set[date]:
    return {day for day in calendar.closed if day.year == year}


@pytest.mark.parametrize("subdivision", ["ENG", "WLS"])
@pytest.mark.parametrize("year", range(2025, 2041))
def test_the_bank_holidays_are_those_the_holidays_package_knows(year: int, subdivision: str) -> None:
    known = holidays.country_holidays("GB", subdiv=subdivision, years=year)

    assert closed_in(SHIPPED["england-and-wales"], year) == set(known)


@pytest.mark.parametrize("name", ["northmere", "southholt"])
def test_a_council_has_every_bank_holiday_and_closures_of_its_own(name: str) -> None:
    national, council = SHIPPED["england-and-wales"], SHIPPED[name]

    assert national.closed.items() < council.closed.items()
    assert (council.zone.key, council.first, council.last) == ("Europe/London", national.first, national.last)


@pytest.mark.parametrize("name", ["northmere", "southholt"])
def test_every_own_closure_falls_on_a_day_the_council_would_have_worked(name: str) -> None:
    national, council = SHIPPED["england-and-wales"], SHIPPED[name]
    own = council.closed.keys() - national.closed.keys()

    assert all(is_working_day(day, national) and not is_working_day(day, council) for day in own)


def test_a_day_outside_the_known_years_is_refused_rather_than_guessed() -> None:
    with pytest.raises(BeyondCalendar, match="plain knows 2026-01-01 to 2026-12-31, not 2027-01-04"):
        is_working_day(date(2027, 1, 4), load_calendar(PLAIN))


def test_extending_keeps_the_hours_unless_the_council_says_its_own() -> None:
    known = {"plain": load_calendar(PLAIN)}
    same = load_calendar("{name: same, extends: plain}", known=known)
    other = load_calendar("{name: other, extends: plain, service_hours: {friday: ['08:00-12:00']}}", known=known)

    assert same.service_hours == known["plain"].service_hours
    assert set(other.service_hours) == {"friday"}


def test_calendars_may_come_in_any_order() -> None:
    texts = ["{name: c, extends: b}", "{name: b, extends: plain}", PLAIN]

    assert set(load_calendars(texts)) == {"plain", "b", "c"}


def test_a_closing_time_of_midnight_is_the_end_of_the_day() -> None:
    calendar = load_calendar(PLAIN.replace("09:00-17:00", "00:00-00:00"))

    assert calendar.service_hours["monday"][0].closes.isoformat() == "00:00:00"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("{name: a, extends: nowhere}", "nowhere, which is not known", id="extends something unknown"),
        pytest.param(PLAIN + "  2026-05-04: again\n", "said twice: 2026-05-04", id="says a closure twice"),
        pytest.param("[monday]", "mapping of its fields", id="is not a mapping"),
        pytest.param("name: [", "not YAML", id="is not YAML"),
        pytest.param(PLAIN.replace("Europe/London", "Europe/Northmere"), "no time zone", id="names no real zone"),
        pytest.param(PLAIN.replace("2026-05-04", "2029-05-04"), "does not cover", id="is closed outside its years"),
        pytest.param(PLAIN.replace("09:00-17:00", "17:00-09:00"), "cannot open at", id="closes before it opens"),
        pytest.param(PLAIN.replace("monday", "mo"), "service_hours", id="names no weekday"),
        pytest.param(PLAIN.replace("first: 2026", "first: 2027"), "end before it begins", id="ends before it begins"),
        pytest.param(PLAIN.replace('["09:00-17:00"]', "[]"), "at least 1", id="lists a weekday without hours"),
        pytest.param(PLAIN.replace('17:00"', '17:00", "16:00-18:00"'), "overlap", id="has shifts that overlap"),
        pytest.param(PLAIN.replace('17:00"', '00:00", "01:00-02:00"'), "overlap", id="goes on after midnight"),
        pytest.param(PLAIN + "open: []\n", "open", id="has a field nobody knows"),
    ],
)
def test_a_calendar_is_refused_that(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        load_calendar(text)


def test_a_council_cannot_change_the_years_or_zone_it_takes_over() -> None:
    with pytest.raises(CalendarRefused, match="takes last from plain"):
        load_calendar("{name: a, extends: plain, last: 2027-12-31}", known={"plain": load_calendar(PLAIN)})


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(["{name: a, extends: b}", "{name: b, extends: a}"], id="extend each other"),
        pytest.param([PLAIN, PLAIN.replace("17:00", "16:00")], id="share one name"),
    ],
)
def test_calendars_are_refused_that(texts: list[str]) -> None:
    with pytest.raises(CalendarRefused):
        load_calendars(texts)
