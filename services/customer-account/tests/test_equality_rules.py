"""What is asked for equality's sake and how it is counted, as arithmetic: the harmonised answers, follow-ups, bands."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from common.contracts.people.equality import (
    BANDS,
    PREFER_NOT_TO_SAY,
    Characteristic,
    EqualityQuestionNotAsked,
    UnknownEqualityAnswer,
)
from customer_account.domain.equality import bands, checked, joined, view_of
from customer_account.queries.equality import FILE, BrokenQuestions, equality_questions, read_questions
from hypothesis import given
from hypothesis import strategies as st

KNOWN = equality_questions()
WRITTEN = FILE.read_text()
# The harmonised answers for England, to which everything asked here must keep: results are compared with those of others.
HARMONISED = {
    "sex": "Female|Male",
    "gender_identity": "Yes|No",
    "disability": "Yes|No",
    "disability_impact": "Yes, a lot|Yes, a little|Not at all",
    "ethnic_group": "White|Mixed or multiple ethnic groups|Asian or Asian British|Black, African, Caribbean or Black British|"
    "Other ethnic group",
    "white_background": "English, Welsh, Scottish, Northern Irish or British|Irish|Gypsy or Irish Traveller|Roma|"
    "Any other White background",
    "mixed_background": "White and Black Caribbean|White and Black African|White and Asian|"
    "Any other mixed or multiple ethnic background",
    "asian_background": "Indian|Pakistani|Bangladeshi|Chinese|Any other Asian background",
    "black_background": "African|Caribbean|Any other Black, African or Caribbean background",
    "other_background": "Arab|Any other ethnic group",
    "religion": "No religion|Christian|Buddhist|Hindu|Jewish|Muslim|Sikh|Any other religion",
    "sexual_orientation": "Heterosexual or straight|Gay or lesbian|Bisexual|Other",
    "marital_status": "Never married and never registered in a civil partnership|Married|In a registered civil partnership|"
    "Separated, but still legally married|Separated, but still legally in a civil partnership|Divorced|"
    "Formerly in a civil partnership which is now legally dissolved|Widowed|"
    "Surviving partner from a registered civil partnership",
}


@st.composite
def profiles(draw: st.DrawFn) -> dict[str, str]:
    """Answers that somebody may give: to any questions that they are asked."""
    told: dict[str, str] = {}
    for name, question in KNOWN.questions.items():
        if question.is_asked(told) and draw(st.booleans()):
            told[name] = draw(st.sampled_from([*question.answers, PREFER_NOT_TO_SAY]))
    return told


def test_the_answers_are_the_harmonised_ones_and_to_prefer_not_to_say_is_among_them_everywhere() -> None:
    shown = view_of(KNOWN).items
    assert {each.question: "|".join(a.label["en"] for a in each.answers[:-1]) for each in shown} == HARMONISED
    assert {each.answers[-1].answer for each in shown} == {PREFER_NOT_TO_SAY}
    assert [len(each.answers) - 1 for each in shown if each.question.endswith("_background")] == [5, 4, 5, 3, 2]


def test_follow_ups_are_asked_of_whom_they_are_for_and_age_of_nobody() -> None:
    follow = {each.question: each.asked_if for each in view_of(KNOWN).items if each.asked_if}
    assert {name: (each.question, each.answer) for name, each in follow.items()} == {
        "disability_impact": ("disability", "condition"),
        **{f"{group}_background": ("ethnic_group", group) for group in ("white", "mixed", "asian", "black", "other")},
    }
    assert not any("age" in name.split("_") for name in KNOWN.questions)


@given(profiles())
def test_whatever_may_be_answered_is_kept_as_it_is_and_told_in_bands_alone(told: dict[str, str]) -> None:
    assert checked(KNOWN, told) == told
    found = bands(KNOWN, told)
    assert all(band in BANDS[Characteristic(name)] for name, band in found.items())
    finer = {f"{group}_background" for group in BANDS[Characteristic.ETHNIC_GROUP]}
    assert found == bands(KNOWN, {name: answer for name, answer in told.items() if name not in finer})


@given(profiles(), profiles())
def test_what_is_told_later_stands_and_nothing_is_kept_that_is_not_asked_any_more(
    kept: dict[str, str], told: dict[str, str]
) -> None:
    both = joined(KNOWN, kept, told)
    assert both.items() >= told.items()
    assert checked(KNOWN, both) == both
    assert both.keys() <= kept.keys() | told.keys()
    lost = {name for name in kept if name not in both}
    assert all(not KNOWN.questions[name].is_asked({**kept, **told}) for name in lost)


def test_every_band_is_reached_by_some_answer() -> None:
    reached: dict[str, set[str]] = {}
    for name, question in KNOWN.questions.items():
        for answer in (*question.answers, PREFER_NOT_TO_SAY):
            before = {question.asked_if.question: question.asked_if.answer} if question.asked_if else {}
            for characteristic, band in bands(KNOWN, {**before, name: answer}).items():
                reached.setdefault(characteristic, set()).add(band)
    assert reached == {each.value: {*found} for each, found in BANDS.items()}


@pytest.mark.parametrize(
    ("told", "band"),
    [
        ({"disability": "no_condition"}, "not_disabled"),
        ({"disability": "condition"}, None),
        ({"disability": "condition", "disability_impact": "a_lot"}, "limited_a_lot"),
        ({"disability": "condition", "disability_impact": "not_at_all"}, "not_disabled"),
        ({"disability": "condition", "disability_impact": "prefer_not_to_say"}, "prefer_not_to_say"),
        ({"disability": "prefer_not_to_say"}, "prefer_not_to_say"),
        ({}, None),
    ],
)
def test_disability_is_counted_by_both_its_questions(told: dict[str, str], band: str | None) -> None:
    assert bands(KNOWN, told).get("disability") == band


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"age": "65_to_74"}, UnknownEqualityAnswer),
        ({"religion": "female"}, UnknownEqualityAnswer),
        ({"disability_impact": "a_lot"}, EqualityQuestionNotAsked),
        ({"disability": "no_condition", "disability_impact": "a_lot"}, EqualityQuestionNotAsked),
        ({"ethnic_group": "white", "asian_background": "indian"}, EqualityQuestionNotAsked),
        ({"ethnic_group": "prefer_not_to_say", "white_background": "roma"}, EqualityQuestionNotAsked),
    ],
)
def test_what_is_not_asked_is_refused(told: dict[str, str], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        checked(KNOWN, told)


def changed(*path: str, to: Any) -> str:
    """The release's questions with one thing in them another."""
    document: Any = yaml.safe_load(WRITTEN)
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return yaml.safe_dump(document, sort_keys=False)


SEX = ("questions", "sex")


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (changed(*SEX, "text", to={"cy": "Beth yw eich rhyw?"}), "questions.sex.text: .* not there in English"),
        (changed(*SEX, "answers", "male", "band", to="men"), "questions.sex: .* nobody is counted as men here"),
        (changed(*SEX, "characteristic", to="age"), "questions.sex.characteristic"),
        (changed(*SEX, "characteristic", to=None), "nobody is counted as female, male here"),
        (changed(*SEX, "answers", PREFER_NOT_TO_SAY, to={"label": {"en": "No"}}), "an answer of every question already"),
        (changed(*SEX, "asked_if", to={"question": "religion", "answer": "sikh"}), "sex follows no answer of an earlier"),
        (changed("questions", "disability_impact", "asked_if", "answer", to="x"), "disability_impact follows no answer"),
        (changed("questions", "religion", to=yaml.safe_load(WRITTEN)["questions"]["sex"]), "nothing is asked of religion"),
        ("questions: [", "line 1: this is not YAML"),
    ],
)  # fmt: skip
def test_a_file_that_does_not_hang_together_stops_the_start(broken: str, why: str) -> None:
    with pytest.raises(BrokenQuestions, match=why):
        read_questions(broken, name="equality_questions.yaml")


def test_a_question_in_welsh_is_shown_beside_the_english() -> None:
    both = {"en": "What is your sex?", "cy": "Beth yw eich rhyw?"}
    known = read_questions(changed(*SEX, "text", to=both), name="equality_questions.yaml")
    assert view_of(known).items[0].text == both
