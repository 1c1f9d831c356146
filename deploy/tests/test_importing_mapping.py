"""A mapping says what is wrong with it and where; a row becomes a command, or says why it cannot."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from onedoor.importing.mapping import BrokenMapping, ImportMapping, read_mapping
from onedoor.importing.translating import Unusable, translate

LONDON = ZoneInfo("Europe/London")
PLAIN = """
source: old_system
id: ref
service: street_problem
channel: {column: how, values: {Telephone: phone, Web: online}}
opened_at: made
dates: {formats: ["%d/%m/%Y %H:%M", iso]}
answers: {problem: what}
nothing: ["-"]
steps:
  - {absent: [ended, stopped]}
  - {present: [ended], stage: done, result: fixed, at: [ended]}
  - {present: [stopped], stage: cancelled, at: [stopped]}
"""
ROW = {"ref": "7", "how": "Web", "made": "01/02/2018 09:00", "what": "Hole", "ended": "-", "stopped": ""}


def plain(*replaced: tuple[str, str]) -> ImportMapping:
    """The mapping with some of its text replaced."""
    text = PLAIN
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    return read_mapping(text, name="plain.yaml")


def mistake(*replaced: tuple[str, str]) -> str:
    with pytest.raises(BrokenMapping) as refused:
        plain(*replaced)
    return str(refused.value)


def reason(mapping: ImportMapping, **cells: str) -> str:
    with pytest.raises(Unusable) as refused:
        translate(ROW | cells, mapping, zone=LONDON)
    return str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Telephone: phone", "Telephone: fone", "plain.yaml: channel.values.Telephone: Input should be 'online', "),
        ("Telephone: phone", "Web: phone", "plain.yaml: line 5: Web is said twice"),
        ("Telephone: phone", "12: phone", "plain.yaml: channel.values.12.[key]: Input should be a valid string"),
        ("service: street_problem", "service: Street", "plain.yaml: service.always: String should match pattern"),
        ("service: street_problem", "service: {}", "service: say one word for all rows, or a column with its values"),
        ("%d/%m", "%Q/%m", "plain.yaml: dates.formats: 'Q' is a bad directive in format"),
        ("{formats", "{time_zone: Mars/North, formats", "dates.time_zone: there is no time zone Mars/North"),
        ("at: [ended]}", "}", "plain.yaml: steps.1: a stage needs a moment (at), and a moment its stage"),
        ("result: fixed", "result: mended", "plain.yaml: steps.1.result: Input should be 'fixed', "),
        ("opened_at: made", "opened: made", "plain.yaml: opened_at: Field required; opened: Extra inputs are not"),
        ("id: ref", "id: [ref", "plain.yaml: line 4: "),
        ("id: ref", "id: ref\nencoding: morse", "plain.yaml: encoding: there is no encoding morse"),
    ],
)
def test_a_broken_mapping_says_where_and_why(old: str, new: str, said: str) -> None:
    assert said in mistake((old, new))


def test_a_text_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(BrokenMapping, match=r"^x: the whole: "):
        read_mapping("", name="x")


@pytest.mark.parametrize("file", sorted(Path(__file__).parents[1].glob("mappings/*.yaml")), ids=lambda file: file.name)
def test_the_mappings_we_bring_are_sound(file: Path) -> None:
    assert read_mapping(file.read_text(), name=file.name).source == file.stem


def test_a_row_becomes_a_command_in_the_files_zone() -> None:
    made = translate(ROW | {"ended": "2018-07-02T10:00:00"}, plain(), zone=LONDON)
    assert made.oddities == ()
    assert made.command.model_dump(mode="json", exclude_none=True) == {
        "source": "old_system",
        "source_id": "7",
        "service": "street_problem",
        "channel": "online",
        "opened_at": "2018-02-01T09:00:00Z",
        "answers": {"problem": "Hole"},
        "steps": [{"at": "2018-07-02T10:00:00+01:00", "stage": "done", "result": "fixed"}],
    }


def test_a_moment_with_a_zone_of_its_own_keeps_it() -> None:
    made = translate(ROW | {"made": "2018-02-01T09:00:00-06:00"}, plain(), zone=LONDON)
    assert made.command.opened_at.utcoffset() == timedelta(hours=-6)


def test_a_channel_is_unknown_where_nothing_is_said_and_never_guessed() -> None:
    assert translate(ROW | {"how": "-"}, plain(), zone=LONDON).command.channel == "unknown"
    assert reason(plain(), how="Pigeon") == "how: 'Pigeon' is not in the mapping"
    lenient = plain(("values: {Tele", "otherwise: other, values: {Tele"))
    made = translate(ROW | {"how": "Pigeon"}, lenient, zone=LONDON)
    assert (made.command.channel, made.oddities) == ("other", ("channel_not_listed",))


def test_a_service_is_chosen_by_a_column_with_a_default() -> None:
    by_what = plain(
        ("service: street_problem", "service: {column: what, values: {Bin: missed_bin}, otherwise: street_problem}")
    )
    chosen = {what: translate(ROW | {"what": what}, by_what, zone=LONDON).command.service for what in ("Bin", "-", "x")}
    assert chosen == {"Bin": "missed_bin", "-": "street_problem", "x": "street_problem"}


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"ref": " - "}, "ref is empty"),
        ({"made": ""}, "made is empty"),
        ({"made": "1.2.2018"}, "made: '1.2.2018' is not a moment (%d/%m/%Y %H:%M or iso)"),
        ({"ended": "soon"}, "ended: 'soon' is not a moment (%d/%m/%Y %H:%M or iso)"),
        ({"ended": "9999-12-31"}, "ended: '9999-12-31' cannot be; where it means nothing, list it under `nothing`"),
        ({"made": "0001-01-01"}, "made: '0001-01-01' cannot be; where it means nothing, list it under `nothing`"),
        ({"ref": "9" * 201}, "source_id: String should have at most 200 characters"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(cells: dict[str, Any], said: str) -> None:
    assert reason(plain(), **cells) == said


def test_a_row_that_no_step_fits_is_not_taken_for_an_open_one() -> None:
    closed_only = plain(("  - {absent: [ended, stopped]}\n", ""))
    assert reason(closed_only) == "no step of the mapping fits: ended is None, stopped is None"


def test_a_stage_without_a_moment_is_not_given_one() -> None:
    undated = plain(("present: [stopped], stage", "absent: [ended], stage"))
    assert reason(undated) == "it became cancelled, and does not say when: stopped empty"


def test_odd_dates_are_kept_and_told() -> None:
    both = translate(ROW | {"ended": "01/01/2018 10:00", "stopped": "31/12/2017 10:00"}, plain(), zone=LONDON)
    assert both.oddities == ("done_before_it_began", "steps_out_of_order")
    assert [step.stage for step in both.command.steps] == ["done", "cancelled"]
