"""What holds for every clock, whatever its council, its term, its moves and when they are made; and terms that are refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from case_crm.domain import clocks
from case_crm.domain.clocks import Clock, Move
from case_crm.domain.definitions import PromisedTerm
from case_crm.publishing import FILES, BrokenDefinition, read_definition
from common.contracts.cases import Status
from common.contracts.cases.clocks import ClockEvent, ClockState
from common.promises import Calendar, Pause, Span, Term, Unit, due, due_with_pauses, is_working_day, local_date
from hypothesis import given, settings
from hypothesis import strategies as st

patiently = settings(deadline=None)  # a busy machine is no finding

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UNITS: tuple[Unit, ...] = ("working_days", "days", "weeks", "hours", "working_hours")
WORKING = Move("go_on", was="waiting", stage="working", status=Status.IN_PROGRESS)
WAITING = Move("ask", was="working", stage="waiting", status=Status.AWAITING_CUSTOMER)
DONE = Move("decide", was="working", stage="done", status=Status.RESOLVED)
GONE = Move("withdraw", was="working", stage="gone", status=Status.WITHDRAWN)
ID = UUID(int=1)

moments = st.datetimes(datetime(2026, 1, 5), datetime(2026, 9, 30), timezones=st.just(UTC))  # noqa: DTZ001
steps = st.lists(st.timedeltas(timedelta(minutes=1), timedelta(days=20)), max_size=8)
units = st.sampled_from(UNITS)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """A council that works on some weekdays, in some hours, and is closed on some days."""
    days = draw(st.sets(st.sampled_from(WEEK), min_size=1))
    opens = draw(st.integers(0, 11))
    closes = draw(st.integers(opens + 2, 23))
    hours = Span.model_validate(f"{opens:02}:00-{closes:02}:00")
    closed = draw(st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=20))
    return Calendar(
        name="any",
        time_zone=draw(st.sampled_from(["Europe/London", "America/New_York", "UTC"])),
        first=date(2025, 1, 1),
        last=date(2040, 12, 31),
        service_hours=dict.fromkeys(days, (hours,)),
        closed=dict.fromkeys(closed, "closed"),
    )


@st.composite
def terms(draw: st.DrawFn) -> PromisedTerm:
    return promised(Term(amount=draw(st.integers(1, 20)), unit=draw(units)))


def promised(within: Term, extension: Term | None = None) -> PromisedTerm:
    return PromisedTerm(
        term="decision",
        kind="legal",
        promise="we decide",
        within=within,
        basis="Our promise",
        runs_from=("opened",),
        pauses_in=("waiting",),
        extension=extension,
    )


def lived(
    term: PromisedTerm, calendar: Calendar, at: datetime, gaps: list[timedelta], *, rung: bool = False
) -> tuple[Clock, datetime, list[Pause], list[ClockEvent]]:
    """A clock that waits and goes on in turns after these gaps; the pauses it had, and all that was said of it."""
    clock, said = clocks.start(term, calendar, id=ID, at=at, stage="working")
    pauses: list[Pause] = []
    for number, gap in enumerate(gaps):
        at += gap
        if rung:
            clock, heard = clocks.ring(clock, term, calendar, now=at)
            said += heard
        move = WORKING if number % 2 else WAITING
        clock, heard = clocks.turn(clock, term, move, calendar, now=at)
        said += heard
        pauses = [*pauses[:-1], Pause(since=pauses[-1].since, until=at)] if number % 2 else [*pauses, Pause(since=at)]
    return clock, at, pauses, said


@patiently
@given(terms(), calendars(), moments, steps, st.booleans())
def test_pauses_add_up_and_never_shorten(
    term: PromisedTerm, calendar: Calendar, at: datetime, gaps: list[timedelta], rung: bool
) -> None:
    clock, _, pauses, _ = lived(term, calendar, at, gaps[: len(gaps) // 2 * 2], rung=rung)
    dues = [change.due_at for change in clock.history]
    assert dues == sorted(dues)
    assert dues[-1] == clock.due_at >= due(at, term.within, calendar)
    if clock.runs:
        assert clock.due_at == due_with_pauses(at, term.within, calendar, pauses=pauses)


@patiently
@given(terms(), calendars(), moments, steps, st.booleans())
def test_it_is_breached_when_it_is_late_and_only_then(
    term: PromisedTerm, calendar: Calendar, at: datetime, gaps: list[timedelta], rung: bool
) -> None:
    clock, now, _, _ = lived(term, calendar, at, gaps, rung=rung)
    after, _ = clocks.turn(clock, term, DONE, calendar, now=now)
    was_late = clock.state is ClockState.BREACHED or (clock.runs and now > clock.due_at)
    assert after.state is (ClockState.BREACHED if was_late else ClockState.MET)
    assert after.ended_at == now


@patiently
@given(terms(), calendars(), moments, steps)
def test_each_thing_is_said_once(term: PromisedTerm, calendar: Calendar, at: datetime, gaps: list[timedelta]) -> None:
    clock, now, _, said = lived(term, calendar, at, gaps, rung=True)
    for _ in range(3):
        clock, heard = clocks.ring(clock, term, calendar, now=now + timedelta(days=900))
        said += heard
    names = [event.name for event in said]
    assert names.count("clock.breached") <= 1
    for due_at in {event.due_at for event in said}:
        assert len([e for e in said if e.name == "clock.due_soon" and e.due_at == due_at]) <= 1


def opens(moment: datetime, calendar: Calendar) -> bool:
    """Whether service opens at this moment."""
    local = moment.astimezone(calendar.zone)
    hours = calendar.service_hours.get(WEEK[local.weekday()], ())
    return is_working_day(local_date(moment, calendar), calendar) and local.time() == hours[0].opens


@patiently
@given(terms(), calendars(), moments)
def test_people_are_told_in_hours_of_service_unless_it_runs_round_the_clock(
    term: PromisedTerm, calendar: Calendar, at: datetime
) -> None:
    clock, _ = clocks.start(term, calendar, id=ID, at=at, stage="working")
    told = clocks.next_moment(clock.model_copy(update={"warned": True}), term, calendar)
    soon = clocks.next_moment(clock, term, calendar)
    assert told is not None
    assert soon is not None
    assert soon < clock.due_at <= told
    assert opens(soon, calendar)
    if term.within.unit == "hours":
        assert told == clock.due_at
    elif term.within.unit == "working_hours":
        assert told == clock.due_at or opens(told, calendar)
    else:
        assert opens(told, calendar)
    early, nothing = clocks.ring(clock.model_copy(update={"warned": True}), term, calendar, now=told)
    assert (early.state, nothing) == (ClockState.RUNNING, [])
    late, [said] = clocks.ring(early, term, calendar, now=told + timedelta(microseconds=1))
    assert (late.state, said.name) == (ClockState.BREACHED, "clock.breached")


@patiently
@given(terms(), calendars(), moments, moments)
def test_what_begins_later_is_due_no_earlier(
    term: PromisedTerm, calendar: Calendar, one: datetime, two: datetime
) -> None:
    first, _ = clocks.start(term, calendar, id=ID, at=min(one, two), stage="working")
    second, _ = clocks.start(term, calendar, id=ID, at=max(one, two), stage="working")
    assert first.due_at <= second.due_at


@patiently
@given(calendars(), moments, st.integers(1, 20), units, st.integers(1, 20), units)
def test_an_extension_is_later_once_and_survives_a_pause(
    calendar: Calendar, at: datetime, amount: int, unit: Unit, more: int, of: Unit
) -> None:
    term = promised(Term(amount=amount, unit=unit), Term(amount=more, unit=of))
    clock, _ = clocks.start(term, calendar, id=ID, at=at, stage="working")
    longer, [said] = clocks.extended(clock, term, calendar, because="Snow", now=at)
    assert longer.due_at > clock.due_at
    assert (longer.state, said.name) == (ClockState.EXTENDED, "clock.extended")
    paused, _ = clocks.turn(longer, term, WAITING, calendar, now=at)
    resumed, _ = clocks.turn(paused, term, WORKING, calendar, now=at + timedelta(hours=1))
    assert resumed.state is ClockState.EXTENDED
    with pytest.raises(clocks.NoSuchExtension):
        clocks.extended(resumed, term, calendar, because="More snow", now=at + timedelta(hours=1))


@patiently
@given(terms(), calendars(), moments, st.timedeltas(timedelta(minutes=1), timedelta(days=20)))
def test_what_begins_where_it_pauses_has_its_whole_term_from_when_it_goes_on(
    term: PromisedTerm, calendar: Calendar, at: datetime, gap: timedelta
) -> None:
    clock, said = clocks.start(term, calendar, id=ID, at=at, stage="waiting")
    assert ([event.name for event in said], clock.state) == (["clock.started", "clock.paused"], ClockState.PAUSED)
    assert clocks.ring(clock, term, calendar, now=at + timedelta(days=900)) == (clock, [])
    with pytest.raises(clocks.NotRunning):
        clocks.extended(clock, term, calendar, because="Snow", now=at)
    after, _ = clocks.turn(clock, term, WORKING, calendar, now=at + gap)
    assert after.due_at == due_with_pauses(at, term.within, calendar, pauses=[Pause(since=at, until=at + gap)])


@patiently
@given(terms(), calendars(), moments, steps)
def test_a_case_that_is_withdrawn_leaves_no_clock_that_time_could_turn(
    term: PromisedTerm, calendar: Calendar, at: datetime, gaps: list[timedelta]
) -> None:
    clock, now, _, _ = lived(term, calendar, at, gaps)
    clock, _ = clocks.turn(clock, term, GONE, calendar, now=now)
    assert clock.ended_at == now
    assert clocks.next_moment(clock, term, calendar) is None
    assert clocks.ring(clock, term, calendar, now=now + timedelta(days=900)) == (clock, [])


GOOD = (FILES / "council_tax_reduction.yaml").read_text()


@pytest.mark.parametrize(
    ("change", "to", "said"),
    [
        ("unit: working_days", "unit: moons", "terms.0.within.unit: Input should be 'working_days', 'days'"),
        ("amount: 2", "amount: 0", "terms.0.within.amount: Input should be greater than 0"),
        ("kind: acknowledge", "kind: hope", "terms.0.kind: Input should be 'acknowledge'"),
        ("runs_from: [opened]", "runs_from: [moon]", "the term acknowledgement names the transition moon"),
        ("runs_from: [opened]", "stage: moon", "terms.0: a term of a stage is met by leaving it"),
        ("runs_from: [opened]\n    met_by: [start_work, request_information]", "stage: moon", "for the stage moon"),
        ("    runs_from: [opened]\n", "", "terms.0: a term runs from something, or is for one stage"),
        ("met_by: [decide]", "met_by: [dither]", "the term decision names the transition dither"),
        ("pauses_in: [waiting]", "pauses_in: [moon]", "the term decision pauses in moon, where no case waits"),
        ("pauses_in: [waiting]", "pauses_in: [decided]", "the term decision pauses in decided, where no case waits"),
        ("status: awaiting_customer", "status: awaiting_partner", "promised to the resident and pauses in waiting"),
        ("term: decision", "term: acknowledgement", "the term acknowledgement is promised twice"),
        ("met_by: [decide]", "when: {paid_how: [In person]}", "what runs from opened, and nothing else"),
        ("runs_from: [opened]", "runs_from: [opened]\n    when: {paid_how: [In gold]}", "that nobody can give"),
    ],
)
def test_a_term_that_does_not_hold_is_refused_with_its_place(change: str, to: str, said: str) -> None:
    assert change in GOOD
    with pytest.raises(BrokenDefinition) as refused:
        read_definition(GOOD.replace(change, to, 1), name="council_tax_reduction.yaml")
    assert said in str(refused.value)


def test_a_term_that_no_calendar_knows_is_refused_with_its_place() -> None:
    term = promised(Term(amount=9_999, unit="working_days"))
    short = Calendar(
        name="short",
        time_zone="Europe/London",
        first=date(2026, 1, 1),
        last=date(2028, 12, 31),
        service_hours={"monday": (Span.model_validate("09:00-17:00"),)},
    )
    long = short.model_copy(update={"last": date(2126, 12, 31)})
    [flaw] = clocks.no_calendar_knows([term], [long, short], now=datetime(2026, 2, 2, 10, tzinfo=UTC))
    assert flaw.startswith("no calendar knows so long a term: short knows 2026-01-01")
    assert flaw.at == ("terms", 0, "within")
