"""Addresses in officers' notes: how many are found, how often nothing is taken for one, and that a held one never gets by."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from common.addresses import has_address, names_street, says_held
from common.addresses.words import FULL
from hypothesis import given
from hypothesis import strategies as st

NOTES = yaml.safe_load(Path(__file__).with_name("addresses_in_notes.yaml").read_text())
RECALL, FALSE_ALARMS = 0.95, 0.05


@pytest.mark.parametrize("half", ["tuned", "holdout"])
def test_nearly_every_address_in_a_note_is_found(half: str) -> None:
    missed = [note for note in NOTES[half]["with"] if not has_address(note)]
    assert len(missed) <= (1 - RECALL) * len(NOTES[half]["with"]), missed


@pytest.mark.parametrize("half", ["tuned", "holdout"])
def test_hardly_any_other_note_is_taken_for_one(half: str) -> None:
    taken = [note for note in NOTES[half]["without"] if has_address(note)]
    assert len(taken) <= FALSE_ALARMS * len(NOTES[half]["without"]), taken


@pytest.mark.parametrize(
    ("note", "named"), [("She is near Quay St.", True), ("by quay street", True), ("On the street.", False)]
)
def test_a_street_is_named_without_a_number_too(note: str, named: bool) -> None:
    assert names_street(note) is named


HELD = ["Flat 6, 3 Quay St, Southholt ZZ99 2QS", "ZZ99 2QS", "07700 900031"]


@pytest.mark.parametrize(
    "note",
    [
        "she is in quay st now",
        "QUAY STREET",
        "Quay  St.",
        "3quay st",
        "quayst",
        "Quay-Street, third door",
        "no. 3, quay str",
        "the code is zz99   2qs",
        "ZZ992QS",
        "ring her on +44 7700 900 031",
        "07700900031 after ten",
        "flat six three Quay Strt",
    ],
)
def test_a_held_address_is_caught_however_it_is_written(note: str) -> None:
    assert says_held(note, HELD)


@pytest.mark.parametrize(
    "note", ["Mill Lane is dark at night", "ZZ99 1LN", "07700 900014", "Flat refusal", "number 3", ""]
)
def test_what_is_not_held_is_not_taken_for_it(note: str) -> None:
    assert not says_held(note, HELD)


NAMES = st.sampled_from(["Quay", "Mill", "Old Mill", "St Mary's", "Weavers", "Ferry Boat", "King’s", "Château", "Elm"])
KINDS = st.sampled_from(sorted({*FULL.values()} - {"flat", "number"}))
AROUND = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)


@given(NAMES, KINDS, st.integers(1, 400), AROUND, AROUND, st.data())
def test_a_held_street_is_caught_in_any_case_spacing_and_shortening(
    name: str, kind: str, number: int, before: str, after: str, data: st.DataObject
) -> None:
    held = f"{number} {name} {kind.capitalize()}, Southholt ZZ99 2QS"
    written = data.draw(st.sampled_from([short for short, full in FULL.items() if full == kind]))
    change = data.draw(st.sampled_from([str.upper, str.lower, str.title]))
    gap = data.draw(st.sampled_from([" ", "  ", "-", "\n", "\t", ", "]))
    street = change(f"{number} {name} {written}").replace(" ", gap)
    assert says_held(f"{before} {street} {after}", [held])


@given(st.sampled_from(["ZZ99 2QS", "zz99 2bd"]), AROUND, AROUND, st.sampled_from(["", " ", "  ", "-"]))
def test_a_held_postcode_is_caught_with_any_space_in_it(code: str, before: str, after: str, gap: str) -> None:
    assert says_held(f"{before} {code.replace(' ', gap)} {after}", [f"12 Mill Lane, Northmere {code.upper()}"])


@given(AROUND)
def test_any_text_is_answered(text: str) -> None:
    assert has_address(text) in {True, False}
    assert says_held(text, [text]) in {True, False}
