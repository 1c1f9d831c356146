"""No withheld cell can be worked out from what is shown beside it: an attacker tries every table that fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from common.contracts.reviews import By, GroupView
from hypothesis import given
from hypothesis import strategies as st
from review_engine.domain import flows, re_asks
from review_engine.domain.ages import BANDS
from review_engine.domain.disclosure import NARROWEST, SMALLEST_SHOWN, withheld
from review_engine.domain.flows import Edge

counts = st.one_of(st.integers(0, 12), st.integers(0, 60))
lines = st.dictionaries(st.sampled_from(BANDS), counts, min_size=2, max_size=7)


def sums(cells: int, values: Iterable[int], most: int) -> set[int]:
    """Every sum up to `most` that so many cells can make, each holding one of `values`."""
    reached = {0}
    for _ in range(cells):
        reached = {total + value for total in reached for value in values if total + value <= most}
    return reached


def possible(line: Mapping[str, int], hidden: frozenset[str], *, largest: int | None = None) -> set[int]:
    """What a hidden cell of this line may hold for all that an attacker knows: its total, its shown cells, a bound."""
    left = sum(line[group] for group in hidden)
    values = range((left if largest is None else largest) + 1)
    others = sums(len(hidden) - 1, values, left)
    return {value for value in values if left - value in others}


@given(lines)
def test_small_cells_are_never_shown(line: dict[str, int]) -> None:
    assert {group for group, count in line.items() if count < SMALLEST_SHOWN} <= withheld(line)


@given(lines)
def test_an_attacker_finds_no_hidden_cell_and_no_narrow_interval(line: dict[str, int]) -> None:
    hidden = withheld(line)
    if not hidden or hidden == line.keys():
        return  # nothing to find, or nothing shown beside the total
    assert len(hidden) >= 2
    found = possible(line, hidden)
    assert max(found) - min(found) >= NARROWEST
    guessed = possible(line, hidden, largest=SMALLEST_SHOWN - 1)  # "perhaps every hidden cell is a small one"
    assert not guessed or max(guessed) - min(guessed) >= NARROWEST


@given(lines)
def test_no_more_is_withheld_than_it_takes(line: dict[str, int]) -> None:
    small = {group for group, count in line.items() if count < SMALLEST_SHOWN}
    more = sorted(withheld(line) - small, key=lambda group: line[group])
    shown = [line[group] for group in line.keys() - withheld(line)]
    assert not more or not shown or line[more[-1]] <= min(shown)
    if not small:
        assert more == []
    if more:
        fewer = frozenset({*small, *more[:-1]})
        found, guessed = possible(line, fewer), possible(line, fewer, largest=SMALLEST_SHOWN - 1)
        assert len(fewer) < 2 or any(each and max(each) - min(each) < NARROWEST for each in (found, guessed))


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ({"a": 7, "b": 12, "c": 861, "d": 320}, {"a", "b"}),
        ({"a": 7, "b": 0, "c": 12, "d": 861}, {"a", "b"}),
        ({"a": 0, "b": 0, "c": 40, "d": 50}, {"a", "b", "c"}),
        ({"a": 9, "b": 9, "c": 40, "d": 50}, {"a", "b", "c"}),
        ({"a": 1, "b": 1, "c": 40, "d": 50}, {"a", "b", "c"}),
        ({"a": 10, "b": 11}, set()),
        ({"a": 9, "b": 900}, {"a", "b"}),
    ],
)
def test_what_is_withheld(line: dict[str, int], hidden: set[str]) -> None:
    assert withheld(line) == hidden


def test_the_attacker_does_find_a_lone_cell_and_two_that_fill_their_sum() -> None:
    """The check above can fail: it finds what hiding small cells alone would leave open."""
    assert possible({"a": 7, "b": 40}, frozenset("a")) == {7}
    assert possible({"a": 9, "b": 9, "c": 40}, frozenset("ab"), largest=9) == {9}
    assert possible({"a": 0, "b": 0, "c": 40}, frozenset("ab")) == {0}


tables = st.dictionaries(
    st.tuples(st.sampled_from("ab"), st.sampled_from("cd")), st.fixed_dictionaries(dict.fromkeys(BANDS, counts))
)


@given(tables)
def test_a_published_table_gives_none_of_its_withheld_cells_away(
    table: dict[tuple[str, str], dict[str, int]],
) -> None:
    edges = [Edge(*line, None, sum(row.values()), 0, None, sum(row.values())) for line, row in table.items()]
    edges += [Edge(*line, band, n, n, float(n), n) for line, row in table.items() for band, n in row.items() if n]
    published = flows.grouped(edges, By.AGE_BAND)
    totals = {(edge.from_activity, edge.to_activity): edge.count for edge in flows.whole(edges)}
    assert [group.group for group in published] == list(BANDS)
    for line, row in table.items():
        cells = cells_of(published, line)
        assert all(n is None or n == row[band] >= SMALLEST_SHOWN for band, n in cells.items())
        hidden = frozenset(band for band, n in cells.items() if n is None)
        assert totals[line] == sum(row.values())
        if hidden and len(hidden) < len(BANDS):
            found = possible(row, hidden)
            assert max(found) - min(found) >= NARROWEST


def cells_of(published: list[GroupView], line: tuple[str, str]) -> dict[str, int | None]:
    """One edge's cells, by group."""
    return {
        group.group: edge.count
        for group in published
        for edge in group.edges
        if (edge.from_activity, edge.to_activity) == line
    }


def test_a_median_of_fewer_times_than_a_cell_needs_cases_is_not_shown() -> None:
    edges = [Edge("a", "b", None, 90, 70, 5.0, 90), *(Edge("a", "b", band, 10, 9, 1.0, 10) for band in BANDS[:3])]
    edges += [Edge("a", "b", band, 15, 10, 2.0, 15) for band in BANDS[3:]]
    shown = [(edge.count, edge.median_seconds) for group in flows.grouped(edges, By.AGE_BAND) for edge in group.edges]
    assert shown == [(10, None)] * 3 + [(15, 2.0)] * 4


def test_a_cell_of_few_people_is_withheld_however_often_each_is_in_it_and_never_alone() -> None:
    line = {"a": 400, "b": 12, "c": 60, "d": 50}
    assert withheld(line, people={"a": 9, "b": 12, "c": 60, "d": 50}) == {"a", "b"}
    edges = [Edge("x", "y", None, 522, 522, 5.0, 131)]
    edges += [
        Edge("x", "y", band, n, n, 5.0, 9 if n == 400 else n) for band, n in zip(BANDS, line.values(), strict=False)
    ]
    shown = {group.group: group.edges[0].count for group in flows.grouped(edges, By.AGE_BAND)}
    assert [shown[band] for band in BANDS[:4]] == [None, 12, 60, 50]


@given(lines, st.data())
def test_an_attacker_finds_no_cell_of_few_people(line: dict[str, int], data: st.DataObject) -> None:
    people = {group: data.draw(st.integers(0, count)) for group, count in line.items()}
    hidden = withheld(line, people=people)
    assert {group for group, count in people.items() if count < SMALLEST_SHOWN} <= hidden
    if hidden and hidden != line.keys():
        assert len(hidden) >= 2
        found = possible(line, hidden)
        assert max(found) - min(found) >= NARROWEST


@given(st.dictionaries(st.sampled_from(re_asks.KINDS[:7]), counts.filter(bool), min_size=1))
def test_who_knows_what_a_service_asks_finds_no_small_number_of_re_asks(line: dict[str, int]) -> None:
    made = re_asks.by_kind(re_asks.ReAsks(kind, "known", number, number) for kind, number in line.items())
    cells = {kind.fact_kind: cell.count for kind in made for cell in kind.reasons if cell.because == "known"}
    shown = {kind: count for kind, count in cells.items() if count is not None}
    hidden = frozenset(line.keys() - shown.keys())
    assert hidden, "the others would be known to be noughts"
    assert all(line[kind] == count >= SMALLEST_SHOWN for kind, count in shown.items())
    if shown and min(line.values()) < SMALLEST_SHOWN:
        found = possible(line, hidden)
        assert max(found) - min(found) >= NARROWEST
