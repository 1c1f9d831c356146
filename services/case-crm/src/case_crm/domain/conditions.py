"""What follows from the answers of a form: what is asked, whether the service is for them, where it leads, who deals with it.

What is not known yet counts neither for nor against anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from common.contracts.cases import WrongAnswer
from common.contracts.cases.offers import LeadsTo, NoCaseNeeded, NotEligible, SignpostView, TeamView, WhyNot

from case_crm.domain.definitions import Branch, Question, ServiceDefinition, Signpost
from case_crm.domain.definitions.rules import holds

Known = Mapping[str, Any]
"""The answers to a definition's questions, given now or held."""


def asked(definition: ServiceDefinition, known: Known, today: date) -> tuple[Question, ...]:
    """The questions that are asked of somebody of whom this is known."""
    found: list[Question] = []
    kept: dict[str, Any] = {}
    for question in definition.questions:
        if question.asked_if is None or holds(question.asked_if, definition.kinds, kept, today):
            found.append(question)
            kept |= {name: known[name] for name in [question.question] if name in known}
    return tuple(found)


def check_valid(definition: ServiceDefinition, known: Known, given: Known, today: date) -> None:
    """Raises WrongAnswer, with words, where an answer that is given now fails its rule."""
    wrong = [
        {"question": question.question, "text": question.text, "wrong": question.wrong}
        for question in failing(definition, known, today)
        if question.question in given
    ]
    if wrong:
        raise WrongAnswer(str(wrong[0]["wrong"]), questions=wrong)


def failing(definition: ServiceDefinition, known: Known, today: date) -> list[Question]:
    """The questions whose answers, given now or held, fail their rule."""
    return [
        question
        for question in definition.questions
        if question.valid_if
        and question.question in known
        and holds(question.valid_if, definition.kinds, known, today) is False
    ]


def not_met(definition: ServiceDefinition, known: Known, today: date) -> list[WhyNot]:
    """The conditions of the service that are not met."""
    return [
        WhyNot(because=each.otherwise, signpost=_shown(each.signpost))
        for each in definition.eligibility
        if holds(each.rule, definition.kinds, known, today) is False
    ]


def leads_to(definition: ServiceDefinition, known: Known, today: date) -> LeadsTo | None:
    """Where the first branch whose rule holds leads; None where none does: to a case."""
    branch = _branch(definition, known, today)
    if branch is None:
        return None
    return LeadsTo(to=branch.leads_to, says=branch.says, signpost=_shown(branch.signpost))


def dealt_with_by(definition: ServiceDefinition, known: Known, today: date) -> TeamView | None:
    """Who deals with a case: specialists where a branch leads to them, else the first route whose rule holds."""
    branch = _branch(definition, known, today)
    if branch and branch.team:
        return TeamView(team=branch.team, skill=branch.skill, priority="normal", specialist=True)
    for route in definition.routing:
        if route.when is None or holds(route.when, definition.kinds, known, today):
            return TeamView(team=route.team, skill=route.skill, priority=route.priority)
    return None


def admit(definition: ServiceDefinition, known: Known, today: date) -> None:
    """Raises NotEligible or NoCaseNeeded, with the words and the way that somebody is shown instead of a case."""
    if reasons := not_met(definition, known, today):
        raise NotEligible(reasons[0].because, reasons=[reason.model_dump(mode="json") for reason in reasons])
    way = leads_to(definition, known, today)
    if way and way.to in {"answer", "signpost"}:
        raise NoCaseNeeded(way.says or "", leads_to=way.model_dump(mode="json"))


def _branch(definition: ServiceDefinition, known: Known, today: date) -> Branch | None:
    return next((each for each in definition.triage if holds(each.when, definition.kinds, known, today)), None)


def _shown(signpost: Signpost | None) -> SignpostView | None:
    return SignpostView(to=signpost.to, how=signpost.how) if signpost else None
