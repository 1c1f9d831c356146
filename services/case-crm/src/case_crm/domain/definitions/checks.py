"""What of a definition's rules and words does not hang together: each flaw with its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise, product
from math import prod
from typing import Any

from case_crm.domain.definitions.flaws import Flaw, Place
from case_crm.domain.definitions.kinds import misfits
from case_crm.domain.definitions.offer import Offer, Words
from case_crm.domain.definitions.questions import Question
from case_crm.domain.definitions.rules import BadRule, Kinds, compiled, holds, named, unquoted

NOTHING: Mapping[str, Collection[str]] = {}
_MOST = 1000  # sets of answers that a rule is tried on
_MOST_IN_ALL = 20_000  # by all rules of a definition: some 0.2 seconds
_PATTERN = re.compile(r"""\bmatches\(\s*("[^"]*"|'[^']*')\s*\)""")
_SOME_DAY = date(2026, 12, 14)
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")
_AGE = re.compile(r"\byears\(\s*answers\s*\.\s*\w+\s*,\s*today\s*\)")
_OTHERWISE = re.compile(r"[-+*/%]|\d[a-z]|(?<!\d)\.\d", re.IGNORECASE)  # what is counted, and numbers written otherwise


def kinds_of(questions: Sequence[Question]) -> Kinds:
    """What rules may name: the questions, each with its type. Nothing follows from where a place is."""
    return tuple((question.question, question.type) for question in questions if question.type != "place")


def flaws_of(
    offer: Offer, questions: Sequence[Question], stages: Collection[str], said: Mapping[str, Collection[str]] = NOTHING
) -> Iterator[Flaw]:
    """Whatever is wrong with the rules and the words of a definition. `said` is what else it says, by the part of the words."""
    if offer.owner:
        yield from unexplained(questions)
    yield from _in_circles(questions)
    yield from misfits(questions)
    yield from _flaws_of_rules(offer, tuple(questions))
    known: dict[str, Collection[str]] = {"stages": stages, "questions": {question.question for question in questions}}
    if not offer.extends:
        known |= {part: {each.question for each in questions if getattr(each, part)} for part in ("help", "wrong")}
        known |= {"says": offer.says(), **said}
    options = None if offer.extends else {question.question: question.options for question in questions}
    for language, texts in offer.texts.items():
        yield from _words_for_nothing(texts, known, options, "texts", language)
        for channel, words in texts.channels.items():
            yield from _words_for_nothing(words, known, options, "texts", language, "channels", channel.value)


def unowned(owner: str | None, questions: Sequence[Question]) -> Iterator[Flaw]:
    """What is wrong with a definition that does not say who answers for it."""
    if not owner:
        yield Flaw("it does not say its owner, who answers for it", "owner")
        yield from unexplained(questions)


def deal_with(document: Mapping[str, Any]) -> set[str]:
    """Who deals with a service, as its document names them: its owner, and the teams that its cases come to."""
    led = [*document.get("routing", ()), *document.get("triage", ())]
    return {name for name in (document.get("owner"), *(each.get("team") for each in led)) if name}


def lost_on(offer: Offer, questions: Sequence[Question], known: Collection[str]) -> Iterator[Flaw]:
    """The recipients that nothing would come to: nobody has such a name, or the service learns no fact to pass on."""
    if offer.recipients and not any(question.fact_kind for question in questions):
        yield Flaw("it learns no fact, so nothing goes to its recipients", "recipients")
    for number, name in enumerate(offer.recipients):
        if name not in known:
            yield Flaw(
                f"nobody is called {name}: no owner of a service or an interest, and no team", "recipients", number
            )
        if name in offer.recipients[:number]:
            yield Flaw(f"the recipient {name} is there twice", "recipients", number)


def unexplained(questions: Sequence[Question]) -> Iterator[Flaw]:
    """The questions that are asked for no reason."""
    for number, question in enumerate(questions):
        if not (question.fact_kind or question.purpose):
            why = f"the question {question.question} is bound to no fact and says no purpose"
            yield Flaw(why, "questions", number)


def _in_circles(questions: Sequence[Question]) -> Iterator[Flaw]:
    """A condition reads earlier answers alone, so that a form can be gone through from its beginning to its end."""
    needs = {q.question: named(q.asked_if or "") for q in questions}
    places = {q.question: number for number, q in enumerate(questions)}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as circle:
        names = sorted({*circle.args[1]})
        at = ("questions", min(places[name] for name in names), "asked_if")
        yield Flaw(f"these questions wait for each other: {', '.join(names)}", *at)
        return
    for name, number in places.items():
        for later in sorted(other for other in needs[name] if places.get(other, -1) > number):
            yield Flaw(f"it depends on {later}, which is asked after it", "questions", number, "asked_if")


def _rules(offer: Offer, questions: Sequence[Question]) -> Iterator[tuple[str, Place]]:
    """Every rule of a definition, with its place."""
    for number, question in enumerate(questions):
        for key in ("asked_if", "valid_if"):
            if rule := getattr(question, key):
                yield rule, ("questions", number, key)
    yield from ((each.rule, ("eligibility", n, "rule")) for n, each in enumerate(offer.eligibility))
    yield from ((each.when, ("triage", n, "when")) for n, each in enumerate(offer.triage))
    yield from ((each.when, ("routing", n, "when")) for n, each in enumerate(offer.routing) if each.when)


def _flaws_of_rules(offer: Offer, questions: tuple[Question, ...]) -> Iterator[Flaw]:
    left = _MOST_IN_ALL
    for rule, at in _rules(offer, questions):
        try:
            compiled(rule, kinds_of(questions))
        except BadRule as bad:
            yield Flaw(str(bad), *at)
            continue
        for pattern in _PATTERN.findall(rule):
            if holds(f'"".matches({pattern})', (), {}, _SOME_DAY) is None:
                yield Flaw(f"the pattern {pattern} cannot be read", *at)
        tries = prod(map(len, _tried(rule, questions).values()))
        left -= tries if tries <= _MOST else 0  # a rule with more is not tried at all
        if left >= 0 and never_holds(rule, questions):
            yield Flaw("no answers make this rule true", *at)


@lru_cache(maxsize=4096)
def never_holds(rule: str, questions: tuple[Question, ...]) -> bool:
    """Whether no answers make a rule true.

    For each question that it reads, every option or either answer is tried, or what decides between the numbers that the rule
    names, of age too. A rule passes that reads a text, or a date otherwise than by its `years`, that counts with what it reads,
    or that has too many sets of answers.
    """
    tried = _tried(rule, questions)
    if _OTHERWISE.search(_AGE.sub("", unquoted(rule))) or prod(map(len, tried.values())) > _MOST:
        return False
    if any(each.type in {"text", "date"} and each.question in named(_AGE.sub("", rule)) for each in questions):
        return False
    kinds = kinds_of(questions)
    sets = (dict(zip(tried, values, strict=True)) for values in product(*tried.values()))
    return not any(holds(rule, kinds, answers, _SOME_DAY) for answers in sets)


def _tried(rule: str, questions: Sequence[Question]) -> dict[str, Sequence[Any]]:
    """The answers that a rule is tried on, by the questions it reads."""
    numbers = sorted({0.0, *map(float, _NUMBER.findall(unquoted(rule)))})
    between = [(low + high) / 2 for low, high in pairwise(numbers)]
    decisive = sorted({*numbers, *between, *(number + step for number in numbers for step in (-1, -0.5, 0.5, 1))})
    return {each.question: _answers(each, decisive) for each in questions if each.question in named(rule)}


def _answers(question: Question, decisive: Sequence[float]) -> Sequence[Any]:
    match question.type:
        case "choice":
            return question.options
        case "yes_no":
            return [True, False]
        case "date":
            return [
                (_SOME_DAY - timedelta(days=int(years * 366))).isoformat() for years in decisive if abs(years) < 200
            ]
    return decisive


def _words_for_nothing(
    words: Words, known: Mapping[str, Collection[str]], options: Mapping[str, Collection[str]] | None, *at: str
) -> Iterator[Flaw]:
    """Words for what is not said. A council's own version may keep those of its base for what it says otherwise."""
    for part, names in known.items():
        for name in sorted({*getattr(words, part)} - {*names}):
            yield Flaw(f"there are words for {name}, which it does not have", *at, part, name)
    if options is None:
        return
    for question, said in words.options.items():
        for name in sorted({*said} - {*options.get(question, ())}):
            yield Flaw(f"there are words for {name}, which it does not have", *at, "options", question, name)
