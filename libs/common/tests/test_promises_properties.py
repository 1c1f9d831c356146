"""What holds for every promise, whatever its start, term, pauses and council."""

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

from common.promises import (
    Calendar,
    Pause,
    Term,
    Unit,
    add_working_days,
    due,
    due_soon,
    due_with_pauses,
    is_working_day,
    load_calendars,
    local_date,
    next_service_moment,
    push_back,
    remaining,
    service_time_between,
    working_days_between,
)
from hypothesis import given, settings
from hypothesis import strategies as st

SHIPPED = load_calendars(
    path.read_text(encoding="utf-8") for path in files("common.promises").joinpath("calendars").iterdir()
)

patiently = settings(deadline=None)  # a busy machine is no finding

UNITS: tuple[Unit, ...] = ("working_days", "days", "weeks", "hours", "working_hours")

calendars = st.sampled_from([SHIPPED["northmere"], SHIPPED["southholt"]])
# The lower years leave room in the calendars for everything a term and its pauses may add.
moments = st.datetimes(datetime(2025, 2, 1), datetime(2027, 6, 30), timezones=st.just(UTC))  # noqa: DTZ001
days = st.dates(date(2025, 2, 1), date(2027, 6, 30))
terms = st.builds(Term, amount=st.integers(1, 30), unit=st.sampled_from(UNITS))
lengths = st.timedeltas(timedelta(), timedelta(days=21))


@st.composite
def starts_with_pauses(draw: st.DrawFn) -> tuple[datetime, list[Pause]]:
    start, pauses, now = draw(moments), list[Pause](), timedelta()
    for gap, length in draw(st.lists(st.tuples(lengths, lengths), max_size=4)):
        pauses.append(Pause(since=start + now + gap, until=start + now + gap + length))
        now += gap + length
    return start, pauses


@patiently
@given(moments, moments, terms, calendars)
def test_what_starts_later_is_never_due_earlier(a: datetime, b: datetime, term: Term, calendar: Calendar) -> None:
    assert due(min(a, b), term, calendar) <= due(max(a, b), term, calendar)


@patiently
@given(moments, terms, calendars)
def test_one_more_is_later(start: datetime, term: Term, calendar: Calendar) -> None:
    longer = Term(amount=term.amount + 1, unit=term.unit)

    assert start < due(start, term, calendar) < due(start, longer, calendar)


@patiently
@given(moments, st.integers(1, 60), calendars)
def test_a_working_day_promise_is_never_due_on_a_closed_day(start: datetime, amount: int, calendar: Calendar) -> None:
    promised = due(start, Term(amount=amount, unit="working_days"), calendar)

    assert is_working_day(local_date(promised, calendar), calendar)
    assert working_days_between(start, promised, calendar) == amount


@patiently
@given(days, st.integers(-15, 200), calendars)
def test_adding_and_counting_agree(day: date, count: int, calendar: Calendar) -> None:
    start = add_working_days(day, 1, calendar)

    assert working_days_between(start, add_working_days(start, count, calendar), calendar) == count


@patiently
@given(days, days, days, calendars)
def test_counting_over_a_day_between_gives_the_whole(a: date, b: date, c: date, calendar: Calendar) -> None:
    parts = working_days_between(a, b, calendar) + working_days_between(b, c, calendar)

    assert parts == working_days_between(a, c, calendar)


@patiently
@given(moments, st.integers(1, 200), calendars)
def test_working_hours_are_service_hours(start: datetime, amount: int, calendar: Calendar) -> None:
    promised = due(start, Term(amount=amount, unit="working_hours"), calendar)

    assert service_time_between(start, promised, calendar) == timedelta(hours=amount)


@patiently
@given(starts_with_pauses(), terms, calendars)
def test_pausing_never_shortens(paused: tuple[datetime, list[Pause]], term: Term, calendar: Calendar) -> None:
    start, pauses = paused
    with_all = due_with_pauses(start, term, calendar, pauses=pauses)
    with_fewer = due_with_pauses(start, term, calendar, pauses=pauses[:-1])

    assert with_all is not None
    assert with_fewer is not None
    assert due(start, term, calendar) <= with_fewer <= with_all


@patiently
@given(moments, lengths, lengths, lengths, terms, calendars)
def test_a_pause_split_in_two_equals_the_whole(
    start: datetime, gap: timedelta, one: timedelta, two: timedelta, term: Term, calendar: Calendar
) -> None:
    since, middle = start + gap, start + gap + one
    promised, until = due(start, term, calendar), middle + two
    whole = push_back(promised, Pause(since=since, until=until), unit=term.unit, calendar=calendar)
    first = push_back(promised, Pause(since=since, until=middle), unit=term.unit, calendar=calendar)

    assert push_back(first, Pause(since=middle, until=until), unit=term.unit, calendar=calendar) == whole


@patiently
@given(starts_with_pauses(), terms, calendars)
def test_the_order_in_which_pauses_are_told_does_not_matter(
    paused: tuple[datetime, list[Pause]], term: Term, calendar: Calendar
) -> None:
    start, pauses = paused

    assert due_with_pauses(start, term, calendar, pauses=pauses) == due_with_pauses(
        start, term, calendar, pauses=pauses[::-1]
    )


@patiently
@given(starts_with_pauses(), terms, calendars)
def test_keeping_the_due_moment_pause_by_pause_gives_what_counting_afresh_gives(
    paused: tuple[datetime, list[Pause]], term: Term, calendar: Calendar
) -> None:
    start, pauses = paused
    kept = due(start, term, calendar)
    for pause in pauses:
        kept = push_back(kept, pause, unit=term.unit, calendar=calendar)

    assert kept == due_with_pauses(start, term, calendar, pauses=pauses)


@patiently
@given(moments, lengths, st.timedeltas(timedelta(), timedelta(days=60)), terms, calendars)
def test_nothing_is_used_up_while_paused(
    start: datetime, gap: timedelta, waited: timedelta, term: Term, calendar: Calendar
) -> None:
    still = [Pause(since=start + gap)]
    before = remaining(start, term, calendar, pauses=still, at=start + gap)
    after = remaining(start, term, calendar, pauses=still, at=start + gap + waited)

    assert before == after or before.late


@patiently
@given(starts_with_pauses(), terms, calendars)
def test_a_promise_is_never_due_before_the_pause_it_was_in_time_for_is_over(
    paused: tuple[datetime, list[Pause]], term: Term, calendar: Calendar
) -> None:
    start, pauses = paused
    promised = due(start, term, calendar)
    for pause in pauses:
        in_time = pause.since <= promised
        promised = push_back(promised, pause, unit=term.unit, calendar=calendar)
        assert not in_time or pause.until is None or promised >= pause.until


@patiently
@given(starts_with_pauses(), terms, calendars, lengths)
def test_it_is_late_only_after_its_due_moment(
    paused: tuple[datetime, list[Pause]], term: Term, calendar: Calendar, waited: timedelta
) -> None:
    start, pauses = paused
    now = max([start, *(pause.until for pause in pauses if pause.until)]) + waited
    promised = due_with_pauses(start, term, calendar, pauses=pauses)

    assert promised is not None
    assert remaining(start, term, calendar, pauses=pauses, at=now).late == (now > promised)


@patiently
@given(moments, calendars)
def test_alerts_wait_for_service_and_no_longer(moment: datetime, calendar: Calendar) -> None:
    alert = next_service_moment(moment, calendar)

    assert alert >= moment
    assert next_service_moment(alert, calendar) == alert
    assert service_time_between(moment, alert, calendar) == timedelta()


@patiently
@given(moments, terms, calendars)
def test_a_warning_comes_in_service_one_working_day_before(start: datetime, term: Term, calendar: Calendar) -> None:
    promised = due(start, term, calendar)
    warning = due_soon(promised, calendar)

    assert next_service_moment(warning, calendar) == warning
    assert local_date(warning, calendar) == add_working_days(local_date(promised, calendar), -1, calendar)
