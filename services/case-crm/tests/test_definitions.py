"""Service definitions: the files of the release hold together, and a broken one is refused with its place and reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from case_crm.publishing import FILES, BrokenDefinition, of_installation, read_definition

GOOD = (FILES / "missed_bin.yaml").read_text()


@pytest.mark.parametrize("file", sorted(FILES.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_definition_of_the_release_is_sound(file: object) -> None:
    definition = read_definition(file.read_text(), name=file.name)  # type: ignore[attr-defined]  # a Path
    assert definition.service == file.stem  # type: ignore[attr-defined]
    assert definition.councils == ("northmere", "southholt")


@pytest.mark.parametrize(
    ("change", "to", "said"),
    [
        ("start: reported", "start: nowhere", "it starts at the stage nowhere, which it does not have"),
        ("to: round_told}", "to: moon}", "the transition tell_round names the stage moon"),
        ("{transition: tell_round, label: Tell the crew, leaves: [reported], to: round_told}",
         "{transition: tell_round, label: Tell the crew, leaves: [reported], to: done, results: [fixed]}",
         "nothing leads to the stage round_told"),
        ("    results: [fixed, no_further_action, not_responsible, duplicate_of]\n", "",
         "resolves the case without naming its possible results"),
        ("status: submitted", "status: begun", "stages.reported.status: Input should be 'submitted'"),
        ("version: 1", "version: 0", "version: Input should be greater than or equal to 1"),
        ("summary:", "sumary:", "sumary: Extra inputs are not permitted"),
        ("type: date, required: false", "type: choice, required: false", "a choice has options"),
        ("fact_kind: home_address", "fact_kind: shoe_size", "no fact of the kind shoe_size is kept"),
        ("question: bin,", "question: address,", "the question address is asked twice"),
        ("questions:\n", "questions:\n\t", "line 9: this is not YAML"),
    ],
)  # fmt: skip
def test_a_broken_definition_says_where_and_why(change: str, to: str, said: str) -> None:
    assert change in GOOD
    with pytest.raises(BrokenDefinition) as refused:
        read_definition(GOOD.replace(change, to), name="missed_bin.yaml")
    assert str(refused.value).startswith("missed_bin.yaml: ")
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.yaml": GOOD.encode("utf-16")}, "a.yaml: byte 1: this is not UTF-8 text"),
        (
            {"a.yaml": GOOD.encode(), "b.yaml": GOOD.encode()},
            "b.yaml: service: a.yaml defines missed_bin of northmere already",
        ),
        (
            {"a.yaml": GOOD.replace("southholt", "southhlot").encode()},
            "missed_bin: councils: there is no council southhlot on this platform: there are northmere, southholt",
        ),
    ],
)
def test_a_folder_of_an_installation_says_what_is_wrong_with_it(
    tmp_path: Path, files: dict[str, bytes], said: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_bytes(text)
    with pytest.raises(BrokenDefinition) as refused:
        of_installation(tmp_path, ["northmere", "southholt"])
    assert str(refused.value) == said
