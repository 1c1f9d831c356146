"""Rules of definitions: what holds, what is not known yet, and what is refused before it could run."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from case_crm.domain.definitions import Condition, Question, checks
from case_crm.domain.definitions.checks import never_holds
from case_crm.domain.definitions.offer import Offer
from case_crm.domain.definitions.rules import BadRule, compiled, holds, named

KINDS = (("bin", "choice"), ("bins", "number"), ("garden", "yes_no"), ("born", "date"), ("note", "text"))
OPTIONS = ("Rubbish", "Food waste", "Garden waste")
TODAY = date(2026, 12, 14)


@pytest.mark.parametrize(
    ("rule", "answers", "found"),
    [
        ("answers.bins > 2", {"bins": 3}, True),
        ("answers.bins > 2", {"bins": 2.5}, True),
        ("answers.bins > 2", {"bins": 2}, False),
        ("answers.bins > 2", {}, None),
        ("answers.garden || answers.bins > 2", {"garden": True}, True),
        ("answers.garden && answers.bins > 2", {"garden": False}, False),
        ("!answers.garden", {"garden": False}, True),
        ('answers.bin in ["Food waste", "Garden waste"]', {"bin": "Garden waste"}, True),
        ("years(answers.born, today) >= 18", {"born": "2008-12-14"}, True),
        ("years(answers.born, today) >= 18", {"born": "2008-12-15"}, False),
        ("years(answers.born, today) >= 18", {"born": "no day"}, None),
        ("days(answers.born, today) == 14", {"born": "2026-11-30"}, True),
        ('answers.note.matches("^[0-9]{2}$")', {"note": "26"}, True),
        ('answers.note == "😀 answers.born"', {"note": "x"}, False),
    ],
)
def test_a_rule_holds_does_not_or_waits_for_an_answer(rule: str, answers: dict[str, Any], found: bool | None) -> None:
    assert holds(rule, KINDS, answers, TODAY) is found


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("answers.shoe > 2", "at character 8: undeclared reference to 'answers.shoe'"),
        ("answers.bin > 2", "found no matching overload for '_>_' applied to '(string, int)'"),
        ("answers.bin >", "Syntax error"),
        ("answers.bin", "a rule is true or false, and this one is neither"),
        ("[1, 2].all(x, x > 1)", "may run away"),
        ("[[1], [2]] . map(x, x).size() > 1", "may run away"),
        ("[1].\nall(x, x > 1)", "may run away"),
        ("[1].// x\nall(x, x > 1)", "no comments"),
        ("answers.garden // ' and not answers.bins", "no comments"),
        (r"""r"\" == "" || [1].all(x, x > 1) || "\" == "" """, "plain quotes"),
        (r"""R'\' == '' || answers.garden""", "plain quotes"),
        ('b"x" == b"y"', "plain quotes"),
        ('"""a" == \'b\' || [1].all(x, x > 1) || \'c\' == """a', "plain quotes"),
        ("'''a' == answers.note || 'b''' == ''", "plain quotes"),
        ("{1: 2}.exists(x, x > 1)", "may run away"),
        ("(" * 150 + "true" + ")" * 150, "too deep"),
    ],
)
def test_a_rule_that_cannot_be_taken_is_refused_with_its_reason(rule: str, said: str) -> None:
    with pytest.raises(BadRule) as refused:
        compiled(rule, KINDS)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "read", ["answers.garden", "answers . garden", "answers\n.\tgarden", "!.answers.garden", "''==''&&answers.garden"]
)
def test_a_question_is_found_however_it_is_written(read: str) -> None:
    assert named(read) == {"garden"}
    assert holds(read, KINDS, {"garden": True}, TODAY) is not None


def test_words_in_quotes_are_no_loop() -> None:
    assert holds('answers.note == "see .all(x) .map(y)"', KINDS, {"note": "see .all(x) .map(y)"}, TODAY)


@pytest.mark.parametrize(
    ("rule", "never"),
    [
        ("answers.bins > 3 && answers.bins < 2", True),
        ("answers.bins > 3 && answers.bins < 5", False),
        ("answers.bins > 3 && answers.bins < 4", False),
        ("answers.garden && !answers.garden", True),
        ('answers.bin == "Rubbish" && answers.bin == "Food waste"', True),
        ('answers.bin == "Rubbish" && answers.note.startsWith("at the")', False),
        ("years(answers.born, today) >= 66 && years(answers.born, today) < 70", False),
        ("years(answers.born, today) >= 66 && years(answers.born, today) < 60", True),
        ("size(answers.note) > 20", False),
        ('answers.note.matches("^[0-9]{2}/[0-9]{5}$")', False),
        ('answers.bin == "Garden wast"', True),
        ("false", True),
        ('answers.note.startsWith("CT") && size(answers.note) == 10', False),
        ('answers.born > "2021-08-31" && answers.born < "2022-09-01"', False),
        ("days(answers.born, today) >= 400 && days(answers.born, today) <= 500", False),
        ("answers.bins > 0.1 && answers.bins < 0.2", False),
        ("answers.bins * 2 > 7 && answers.bins * 2 < 8", False),
        ("answers.bins > 1e3", False),
        ('answers.bin.matches("^Food") && answers.bin.endsWith("bin")', True),
    ],
)
def test_a_rule_that_no_answers_make_true_is_found(rule: str, never: bool) -> None:
    questions = tuple(
        Question(question=name, text=name, type=kind, options=OPTIONS if kind == "choice" else ())  # type: ignore[arg-type]
        for name, kind in KINDS
    )
    assert never_holds(rule, questions) is never


def test_what_the_rules_of_one_definition_are_tried_on_is_bounded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Question(question="bins", text="How many?", type="number", purpose="To know.")
    rules = [f"answers.bins > {number} && answers.bins < {number - 1}" for number in (9, 8, 7)]
    offer = Offer(eligibility=tuple(Condition(rule=rule, otherwise="No.") for rule in rules))
    assert len([*checks.flaws_of(offer, [asked], [])]) == 3
    monkeypatch.setattr(checks, "_MOST_IN_ALL", 30)
    assert len([*checks.flaws_of(offer, [asked], [])]) == 2


def flaws(*rules: str) -> list[str]:
    """What is wrong with an offer for which these are the rules of who it is for."""
    questions = tuple(
        Question(question=f"q{number}", text="How many?", type="number", purpose="To try.") for number in range(5)
    )
    offer = Offer.model_validate({"eligibility": [{"rule": rule, "otherwise": "No."} for rule in rules]})
    return [str(flaw) for flaw in checks.flaws_of(offer, questions, ())]


def test_a_rule_with_too_many_answers_to_try_hides_no_other_that_is_never_true() -> None:
    large = " && ".join(
        f"answers.q{number} != {a} && answers.q{number} != {a + 9}" for number in range(4) for a in (3, 30)
    )
    assert flaws("answers.q4 > 3 && answers.q4 < 2") == flaws(large, "answers.q4 > 3 && answers.q4 < 2")[-1:] != []


@pytest.mark.parametrize("pattern", ["[", "(a", "a{2,1}"])
def test_a_pattern_that_cannot_be_read_is_no_rule(pattern: str) -> None:
    questions = (Question(question="note", text="Which?", type="text", purpose="To try."),)
    offer = Offer.model_validate({"eligibility": [{"rule": f'answers.note.matches("{pattern}")', "otherwise": "No."}]})
    assert [str(flaw) for flaw in checks.flaws_of(offer, questions, ())] == [f'the pattern "{pattern}" cannot be read']
