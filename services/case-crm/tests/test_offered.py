"""What is offered is what is allowed: for every service of the release, every stage, and every sort of caller."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from case_crm.domain import cases
from case_crm.domain.definitions import ServiceDefinition
from case_crm.domain.handling import Caller, Standing, check_move, next_actions
from case_crm.publishing import FILES, bases_of, read_definition
from common.contracts.base import Refusal
from common.contracts.cases import ChecklistNotDone, MoveCase, Result

OWN = Path(__file__).parent / "definitions"
BASES = bases_of(FILES)
SERVICES = [
    read_definition(file.read_text(), name=file.name, base=BASES.get)
    for file in [*FILES.glob("*.yaml"), *OWN.glob("*.yaml")]
]
TODAY = date(2026, 11, 20)
CALLERS = [
    Caller("resident"),
    Caller("officer"),
    Caller("officer", frozenset({"decisions:team_leader"})),
    Caller("officer", frozenset({"decisions:manager", "closed_cases:write"})),
    Caller("partner"),
]


def allowed(definition: ServiceDefinition, transition: str, result: Result | None, at: Standing, who: Caller) -> bool:
    """Whether a transition would be made, if whoever makes it says all that is asked for; a checklist is seen to first."""
    command = MoveCase(transition=transition, result=result, reason="It is so.", amount=0)
    try:
        cases.move_case(command, definition, stage=at.stage, result=None, role=who.role)
        check_move(command, definition, at, who)
    except ChecklistNotDone:
        return True
    except Refusal:
        return False
    return True


@pytest.mark.parametrize("definition", SERVICES, ids=lambda each: each.service)
@pytest.mark.parametrize("days", [0, 28, 29])
@pytest.mark.parametrize("who", CALLERS, ids=lambda each: "+".join([each.role, *sorted(each.permissions)]))
def test_an_action_is_offered_where_it_would_be_made_and_nowhere_else(
    definition: ServiceDefinition, days: int, who: Caller
) -> None:
    for stage in definition.stages:
        at = Standing(stage, TODAY - timedelta(days=days), TODAY)
        offered = next_actions(cases.next_actions(definition, stage, role=who.role), definition, at, who)
        shown = {(each.transition, result) for each in offered for result in (each.results or [None])}
        moves = definition.moves_from(stage)
        every = {(move.transition, result) for move in moves for result in (move.results or [None])}
        assert shown == {each for each in every if allowed(definition, *each, at, who)}
