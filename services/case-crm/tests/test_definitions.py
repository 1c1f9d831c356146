"""Service definitions: the files of the release hold together, and a broken one is refused with its place and reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from case_crm.domain import cases, trying
from case_crm.domain.definitions import ServiceDefinition
from case_crm.domain.definitions.handling import OMBUDSMAN
from case_crm.domain.wording import Wording
from case_crm.publishing import FILES, BrokenDefinition, bases_of, of_installation, offered, read_definition
from common.contracts.cases import Result
from common.contracts.cases.clocks import Direction
from common.contracts.cases.offers import NotAScript

BASES = bases_of(FILES)
BADGE = (FILES / "blue_badge.yaml").read_text()
GOOD = (FILES / "missed_bin.yaml").read_text()


@pytest.mark.parametrize("file", sorted(FILES.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_definition_of_the_release_is_sound(file: Path) -> None:
    definition = read_definition(file.read_text(), name=file.name, base=BASES.get)
    service, _, council = file.stem.partition(".")
    assert definition.service == service
    assert definition.councils == ((council,) if council else ("northmere", "southholt")[: len(definition.councils)])


@pytest.mark.parametrize("file", sorted(FILES.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_service_is_tried_and_each_person_sees_what_its_script_says(file: Path) -> None:
    definition = read_definition(file.read_text(), name=file.name, base=BASES.get)
    script = trying.read_script((FILES / "tries" / file.name).read_text())
    assert script.council in definition.councils
    assert trying.play(definition, script).otherwise == []


def test_both_councils_offer_every_service_of_the_release_and_there_are_more_than_twenty() -> None:
    found = offered(FILES)
    services = {service for _, service in found}
    assert {*found} == {(council, service) for council in ("northmere", "southholt") for service in services}
    assert len(services) >= 20


def test_every_service_says_its_owner_and_is_spoken_of_in_welsh_too() -> None:
    for definition, name in offered(FILES).values():
        assert definition.owner, name
        welsh = definition.texts["cy"]
        assert welsh.title
        assert welsh.summary
        assert {*welsh.stages} == {*definition.stages}, name
        assert {*welsh.questions} == {question.question for question in definition.questions}, name


def test_whatever_a_resident_reads_in_a_form_is_in_welsh_too() -> None:
    for definition, name in offered(FILES).values():
        welsh = definition.texts["cy"]
        for question in definition.questions:
            at = f"{name}: {question.question}"
            assert not question.help or question.question in welsh.help, at
            assert not question.wrong or question.question in welsh.wrong, at
            assert {*question.options} <= {*welsh.options.get(question.question, ())}, at
        assert definition.says() <= {*welsh.says}, name


def test_whatever_a_resident_reads_of_their_case_is_in_welsh_too() -> None:
    for definition, name in offered(FILES).values():
        welsh, slot = Wording(definition, "cy"), definition.texts["cy"]
        for stage in definition.every_stage:
            for action in cases.next_actions(definition, stage, role="resident"):
                assert welsh.action(action).label != action.label, f"{name}: {action.transition}"
        theirs = {each.term for each in definition.terms if each.direction is Direction.COUNCIL_TO_CUSTOMER}
        assert theirs <= {*slot.promises} & {*slot.bases}, name
        for result in {result for move in definition.transitions for result in move.results}:
            if appeal := definition.handling.ending(result).appeal:
                assert welsh.contest(result, appeal.route) != appeal.route, f"{name}: {result}"


def test_what_has_no_words_in_welsh_of_a_case_is_said_in_english_and_what_is_everybodys_is_said_once() -> None:
    text = BADGE.replace('      reopen: "Edrych arno eto"\n', "").replace(
        '      decision: "byddwn yn penderfynu"\n', ""
    )
    text = text.replace("label: Take the application back", "label: Take it back")
    text = text.replace("""      withdraw: "Tynnu'r cais yn ôl"\n""", "")
    definition = read_definition(text, name="blue_badge.yaml")
    welsh = Wording(definition, "cy")
    assert (welsh.promise("decision", "we decide"), welsh.promise("look_again", "")) == (
        "we decide",
        "byddwn yn eich ateb",
    )
    offers = [*cases.next_actions(definition, "applied", role="resident")]
    offers += cases.next_actions(definition, "decided", role="resident")
    assert [welsh.action(each).label for each in offers] == [
        "Tynnu hyn yn ôl",
        "Mae'r bathodyn wedi cyrraedd",
        "Look at it again",
    ]
    council_wide = read_definition((FILES / "noise.yaml").read_text(), name="noise.yaml")
    assert Wording(council_wide, "cy").contest(Result.DECIDED_REFUSED, OMBUDSMAN["en"]) == OMBUDSMAN["cy"]


@pytest.mark.parametrize(
    ("part", "words", "said"),
    [
        ("transitions", "give_away: Ei roi", "transitions.give_away: there are words for give_away"),
        ("promises", "haste: ar unwaith", "promises.haste: there are words for haste"),
        ("bases", "haste: O'r gyfraith", "bases.haste: there are words for haste"),
        ("appeals", "decided_approved: Dim", "appeals.decided_approved: there are words for decided_approved"),
        ("appeals", "no_such_result: Dim", "appeals.no_such_result.[key]: Input should be"),
    ],
)
def test_words_for_a_case_that_its_service_does_not_say_are_refused_by_line(part: str, words: str, said: str) -> None:
    first = next(n for n, line in enumerate(BADGE.splitlines(), start=1) if line == f"    {part}:")
    with pytest.raises(BrokenDefinition) as refused:
        read_definition(BADGE.replace(f"\n    {part}:\n", f"\n    {part}:\n      {words}\n"), name="blue_badge.yaml")
    assert f"blue_badge.yaml: line {first + 1}: texts.cy.{said}" in str(refused.value)


def test_what_anybody_can_do_against_a_refusal_is_worded_by_no_service_that_does_not_say_it_itself() -> None:
    text = (FILES / "noise.yaml").read_text()
    appeals = "\n    appeals:\n      decided_refused: Ffoniwch ni.\n    promises:\n"
    with pytest.raises(
        BrokenDefinition, match=r"texts\.cy\.appeals\.decided_refused: there are words for decided_refused"
    ):
        read_definition(text.replace("\n    promises:\n", appeals), name="noise.yaml")


def test_a_script_is_played_in_welsh_to_its_end() -> None:
    definition = read_definition(BADGE, name="blue_badge.yaml")
    script = (FILES / "tries" / "blue_badge.yaml").read_text().replace("  - who:", "  - language: cy\n    who:")
    lines = "\n".join(trying.play(definition, trying.read_script(script)).lines)
    assert "is promised: byddwn yn penderfynu, within 12 weeks" in lines
    assert "resident may next: Mae'r bathodyn wedi cyrraedd, Edrych arno eto" in lines
    assert "may contest it: Ysgrifennwch atom o fewn 28 diwrnod" in lines


def test_what_has_no_words_in_welsh_is_said_in_english_and_an_answer_is_the_same_in_both() -> None:
    text = GOOD.replace('        Rubbish: "Sbwriel"\n', "").replace(
        "question: bin,", "question: bin, help: Look at its lid.,"
    )
    definition = read_definition(text, name="missed_bin.yaml")
    welsh = Wording(definition, "cy")
    bin_ = welsh.spoken().questions[1]
    assert (bin_.text, bin_.help, bin_.options) == (
        "Pa fin oedd hi?",
        "Look at its lid.",
        definition.questions[1].options,
    )
    assert [(each.option, each.text) for each in welsh.choices(bin_)][:2] == [
        ("Rubbish", "Rubbish"),
        ("Recycling", "Ailgylchu"),
    ]
    assert Wording(definition).spoken() is definition


def test_whoever_decides_is_named_and_sees_first_what_is_looked_at() -> None:
    for definition, name in offered(FILES).values():
        for move in (each for each in definition.transitions if each.transition == "decide"):
            lines = definition.handling.delegation
            assert all(any(line.covers(move.transition, result) for line in lines) for result in move.results), name
            assert all(definition.handling.checklists[stage].items for stage in move.leaves), name


def test_a_script_is_not_played_for_a_council_that_does_not_offer_the_service() -> None:
    noise = read_definition((FILES / "noise.yaml").read_text(), name="noise.yaml")
    script = (FILES / "tries" / "noise.yaml").read_text().replace("council: northmere", "council: southholt")
    with pytest.raises(NotAScript, match="the service is not for southholt"):
        trying.play(noise, trying.read_script(script))


def test_what_the_platform_refuses_a_script_does_not_play() -> None:
    fund = read_definition((FILES / "allotment.yaml").read_text(), name="allotment.yaml")
    script = (FILES / "tries" / "allotment.yaml").read_text()
    assert trying.play(fund, trying.read_script(script)).otherwise == []
    silent = script.replace("reason: The paper did not come, ", "")
    assert silent != script
    assert trying.play(fund, trying.read_script(silent)).otherwise[0] == (
        "officer makes decide; is refused: Say why.: the script says nothing"
    )


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
        ("version: 5", "version: 0", "version: Input should be greater than or equal to 1"),
        ("summary:", "sumary:", "sumary: Extra inputs are not permitted"),
        ("type: date, required: false", "type: choice, required: false", "a choice has options"),
        ("fact_kind: home_address", "fact_kind: shoe_size", "no fact of the kind shoe_size is kept"),
        ("question: bin,", "question: address,", "the question address is asked twice"),
        ("questions:\n", "questions:\n\t", "line 11: this is not YAML"),
        ("        Rubbish: ", "        Glass: ", "texts.cy.options.bin.Glass: there are words for Glass, which it does not have"),
        ("    options:\n      bin:", "    help: {bin: Gweler y caead.}\n    options:\n      bin:",
         "texts.cy.help.bin: there are words for bin, which it does not have"),
        ("    options:\n      bin:", "    says: {Call us.: Ffoniwch ni.}\n    options:\n      bin:",
         "there are words for Call us., which it does not have"),
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
            "a.yaml: councils: there is no council southhlot on this platform: there are northmere, southholt",
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


def test_what_was_published_is_read_once_and_never_taken_for_another_of_that_number() -> None:
    document = read_definition(GOOD, name="missed_bin.yaml").document()
    known = ServiceDefinition.published(document)
    assert ServiceDefinition.published(json.loads(json.dumps(document))) is known
    other = ServiceDefinition.published(document | {"title": "Report a forgotten bin"})
    assert (other.title, known.title) == ("Report a forgotten bin", "Report a missed bin")
    assert ServiceDefinition.published(document) is known
