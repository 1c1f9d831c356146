"""Whatever is told in whatever order: on each day that is so which was told last for it, and nothing known is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from common.contracts.base import Channel
from common.contracts.people import FactExpired, ToldFact
from customer_account.commands import book as books
from customer_account.domain import facts
from customer_account.domain.days import over_at
from customer_account.domain.facts import Source, Telling
from customer_account.queries.kinds import fact_kinds
from customer_account.tables import Fact, FactsOfPerson
from hypothesis import given
from hypothesis import strategies as st

KIND = "employer"
BEGIN = date(2026, 1, 1)
SPAN = 12
DAYS = [BEGIN + timedelta(days=n) for n in range(SPAN)]
NOW = datetime(2026, 1, 20, 9, tzinfo=UTC)


@dataclass
class Memory:
    """A transaction that keeps its rows in a list."""

    now: datetime = NOW
    rows: list[Fact] = field(default_factory=list)

    def add(self, row: Any) -> Any:
        if isinstance(row, Fact):
            self.rows.append(row)
        return row

    def change(self, row: Any, **changes: Any) -> None:
        row.__dict__.update(changes)

    def say(self, *told: Any, **more: Any) -> None:
        pass


Told = tuple[str, date | None, bool, bool, date | None, bool]
"""Value, first day, whether it corrects, whether in one breath with the one before, last day, whether it then ends."""


@st.composite
def tellings(draw: st.DrawFn) -> list[Told]:
    day = st.none() | st.sampled_from(DAYS)
    last = st.none() | st.just(NOW.date())
    one = st.tuples(st.sampled_from("ABCDE"), day, st.booleans(), st.booleans(), last, st.booleans())
    return draw(st.lists(one, min_size=1, max_size=7))


def told_in_turn(memory: Memory, told: list[Told]) -> Iterator[Any]:
    home = FactsOfPerson(id=uuid4(), visible_to=["northmere"])
    for value, first, corrects, at_once, last, ends in told:
        memory.now += timedelta(hours=0 if at_once else 1)
        book = books.opened(home, [row for row in memory.rows if row.known_until is None])
        source = Source("officer", Channel.PHONE, told_at=memory.now, told_to="northmere", told_to_service="x")
        telling = Telling(fact_kinds(), source, home.visible_to, memory.now)
        fact = ToldFact(id=uuid4(), kind=KIND, value=value, effective_from=first)
        recorded = facts.record(fact, book.held(KIND), telling, knew=book.knew(KIND), corrects=corrects, last=last)
        if recorded:
            kept = books.keep(memory, book, recorded)  # type: ignore[arg-type]  # as much of a transaction as it needs
            if ends and last:
                event = FactExpired(fact_id=kept.fact_id, kind=KIND, visible_to=home.visible_to)
                books.move_on(memory, book, kept, event, current=False)  # type: ignore[arg-type]  # as above
        yield recorded


def believed(rows: list[Fact], day: date, at: datetime) -> list[UUID]:
    return [
        row.fact_id
        for row in rows
        if row.known_from <= at
        and (row.known_until is None or row.known_until > at)
        and (row.effective_from is None or row.effective_from <= day)
        and (row.effective_to is None or row.effective_to >= day)
    ]


@given(tellings())
def test_what_was_told_last_for_a_day_is_so_on_it_and_what_was_known_then_stays_known(
    told: list[Told],
) -> None:
    memory, expected, then = Memory(), dict[date, UUID | None](), []
    days = [BEGIN - timedelta(days=1), *DAYS, NOW.date() + timedelta(days=1)]
    for recorded in told_in_turn(memory, told):
        if recorded:
            if recorded.corrects:
                expected = {day: None if known == recorded.supersedes else known for day, known in expected.items()}
            for day in days:
                if recorded.effective_from is None or day >= recorded.effective_from:
                    over = recorded.effective_to is not None and day > recorded.effective_to
                    expected[day] = None if over else recorded.fact_id
        if recorded:
            since = max(row.known_from for row in memory.rows)
            assert since >= memory.now
            then.append((since, dict(expected)))
        assert len([row for row in memory.rows if row.current]) <= 1
    for at, known in then:
        for day in days:
            assert believed(memory.rows, day, at) == [fact for fact in [known.get(day)] if fact]
    keys = [(row.fact_id, row.known_from) for row in memory.rows]
    assert len(keys) == len(set(keys))


def test_a_last_day_is_over_at_midnight_where_people_live() -> None:
    assert over_at(date(2026, 7, 1)) == datetime(2026, 7, 1, 23, tzinfo=UTC)
    assert over_at(date(2026, 12, 1)) == datetime(2026, 12, 2, tzinfo=UTC)
