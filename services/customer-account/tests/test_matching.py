"""Whether two records are of one person: the rules, how often they are right, and that Splink would say the same."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from math import comb

import pytest
from customer_account.domain.matching import (
    COMPARISONS,
    Band,
    Compared,
    band,
    compared,
    keys_of,
    match,
    may_be,
)
from customer_account.queries.weights import weights
from invented_people import Record, population
from learn_weights import SQL, linker, row, settings

LIES_SEALED = ("postcode", "district", "phone", "email", "nino", "nhs_number")
MARGARET = {
    "full_name": "Margaret Hartley",
    "date_of_birth": date(1947, 3, 9),
    "postcode": "ZZ99 1AB",
    "phone": "07700 900014",
}


def how(one: dict[str, object], other: dict[str, object]) -> Band:
    return band(match(compared(**one), compared(**other), weights()), weights())  # type: ignore[arg-type]  # the keys are its fields


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        ({"full_name": "Mrs Maggie Hartley"}, Band.LINK),
        ({"full_name": "HARTLEY, margaret".replace(",", "")}, Band.LINK),
        ({"full_name": "Margaret Hartley-Price", "phone": None}, Band.LINK),
        ({"full_name": "Margarèt Hartly"}, Band.LINK),
        ({"date_of_birth": date(1947, 9, 3)}, Band.LINK),
        ({"date_of_birth": date(1947, 1, 1), "phone": "+44 7700 900014"}, Band.LINK),
        ({"postcode": None, "phone": None}, Band.ASK),  # name and birth date alone: people share both
        ({"postcode": "ZZ12 4XX", "phone": "07700 900999"}, Band.ASK),
        ({"date_of_birth": date(1921, 5, 30)}, Band.ASK),  # mother and daughter may have one name, house and telephone
        ({"full_name": "Albert Hartley", "date_of_birth": date(1941, 3, 17)}, Band.APART),  # her husband
        ({"full_name": "Albert Hartley"}, Band.ASK),  # a twin, or a slip
        ({"full_name": "Albert Hartley", "date_of_birth": None}, Band.APART),
        ({"full_name": "Priya Nair", "date_of_birth": date(1996, 2, 1), "postcode": "ZZ99 1LN"}, Band.APART),
    ],
)
def test_what_is_to_be_done_about_two_records(again: dict[str, object], expected: Band) -> None:
    assert how(MARGARET, MARGARET | again) is expected
    assert how(MARGARET | again, MARGARET) is expected


def test_numbers_of_one_person_that_differ_are_never_linked() -> None:
    one, other = MARGARET | {"nino": "QQ123456C"}, MARGARET | {"nino": "QQ654321C"}
    assert how(one, one) is Band.LINK
    assert how(one, other) is Band.ASK


def test_nothing_held_is_nobody() -> None:
    assert how({}, MARGARET) is Band.APART
    assert keys_of(compared()) == frozenset()
    assert compared(full_name="Dr") == Compared()


PEOPLE = 100_000


def test_of_a_hundred_thousand_invented_people_links_are_right_and_few_are_missed() -> None:
    """The figures promised: 0.99 of the links are right, 0.90 of those twice in are linked or asked about."""
    held = population(PEOPLE, seed=2)  # others than those the weights were learned from
    records = [_compared(record) for record in held]
    pairs = candidates(records)
    assert len(pairs) < PEOPLE  # what is compared grows with the people, not with their square
    done: dict[tuple[Band, bool], int] = defaultdict(int)
    for one, other in pairs:
        found = band(match(records[one], records[other], weights()), weights())
        done[found, held[one].person == held[other].person] += 1
    linked, wrong = done[Band.LINK, True], done[Band.LINK, False]
    times: dict[int, int] = defaultdict(int)
    for record in held:
        times[record.person] += 1
    twice = sum(comb(count, 2) for count in times.values())
    assert twice > PEOPLE / 10
    assert linked / (linked + wrong) >= 0.99
    assert (linked + done[Band.ASK, True]) / twice >= 0.90
    assert done[Band.ASK, False] < done[Band.ASK, True]  # who is asked is asked for a reason


def test_whoever_is_left_out_before_what_is_sealed_is_opened_would_be_apart() -> None:
    """Of pairs that share a key, none that is asked about or linked is left out, and most of the others are."""
    records = [_compared(each) for each in population(20_000, seed=11)]
    left_out = {True: 0, False: 0}
    for first, second in candidates(records):
        one, other = records[first], records[second]
        shared, apart = keys_of(one) & keys_of(other), band(match(one, other, weights()), weights()) is Band.APART
        for mine, theirs in ((one, other), (other, one)):
            opened = may_be(mine, replace(theirs, **dict.fromkeys(LIES_SEALED)), shared, weights())
            assert opened or apart, (mine, theirs)
            left_out[not opened] += apart
    assert left_out[True] > 2 * left_out[False], left_out


def test_splink_gives_every_pair_the_same_weight() -> None:
    held = population(3000, seed=3)
    records = [_compared(record) for record in held]
    near = sorted(candidates(records))
    some = sorted({number for pair in near[:60] for number in pair})
    rows = [row(number, held[number]) for number in some]
    judge = linker(rows, settings(weights()))
    scored = judge.inference.score_pairs(rows, rows).as_record_list()
    assert len(scored) == len(some) ** 2
    seen: set[tuple[str, str]] = set()
    for pair in scored:
        one, other = records[pair["unique_id_l"]], records[pair["unique_id_r"]]
        ours = match(one, other, weights())
        seen |= set(ours.levels.items())
        assert pair["match_weight"] == pytest.approx(ours.weight, abs=1e-6), (one, other)
    assert len(seen) > 20  # nearly every level came about


def test_every_level_is_asked_of_splink_and_weighed() -> None:
    for name, asked in COMPARISONS.items():
        levels = list(asked.levels)
        assert [*SQL[name], "other"] == levels
        assert list(weights().levels[name]) == levels


def candidates(records: list[Compared]) -> set[tuple[int, int]]:
    """The pairs that share something they are looked up by."""
    by_key: dict[str, list[int]] = defaultdict(list)
    for number, record in enumerate(records):
        for key in keys_of(record):
            by_key[key].append(number)
    return {(one, other) for found in by_key.values() for at, one in enumerate(found) for other in found[at + 1 :]}


def _compared(record: Record) -> Compared:
    return compared(**{name: getattr(record, name) for name in Record.__slots__ if name != "person"})
