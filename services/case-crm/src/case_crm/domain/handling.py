"""Whether a transition may be made by this caller of a case that stands so: asked before it is offered, and when it is made."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from common.contracts.base import Refusal
from common.contracts.cases import (
    AmountNeeded,
    BeyondYourAuthority,
    ChecklistNotDone,
    ClosedForGood,
    DecidingRole,
    MoveCase,
    NextAction,
    ReasonNeeded,
    Result,
    Status,
    TooLateToReopen,
)

from case_crm.domain.definitions import ServiceDefinition, Transition

OVER = frozenset({Status.CLOSED, Status.WITHDRAWN, Status.CANCELLED})
CHANGES_CLOSED = "closed_cases:write"
_RANKS = list(DecidingRole)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and what they were given leave for."""

    role: str
    permissions: frozenset[str] = frozenset()

    def decides_as(self, role: DecidingRole) -> bool:
        """Whether they have this role in the scheme of delegation, or one that may more."""
        above = _RANKS[_RANKS.index(role) :]
        return role is DecidingRole.OFFICER or any(f"decisions:{each}" in self.permissions for each in above)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands: its stage, since which day it is over, today, and which items of the stage's checklist are done."""

    stage: str
    ended_on: date | None
    today: date
    checked: Collection[str] = ()


def closed_to(caller: Caller, status: str) -> bool:
    """Whether a case in this status is not to be changed by this officer."""
    return status in OVER and caller.role == "officer" and CHANGES_CLOSED not in caller.permissions


def check_move(command: MoveCase, definition: ServiceDefinition, standing: Standing, caller: Caller) -> None:
    """Raises the refusal of a transition that the definition has, and this caller may not make now or not in this way."""
    move = next(each for each in definition.moves_from(standing.stage) if each.transition == command.transition)
    if refusal := _shut(definition, move, standing, caller):
        raise refusal
    result = command.result if move.results else None
    refuses = result is not None and definition.handling.ending(result).needs_reason
    if (refuses or _cancels(definition, move)) and not command.reason:
        raise ReasonNeeded
    _check_authority(definition, command, caller, result)
    if waits := open_items(definition, move, standing):
        raise ChecklistNotDone(first=waits)


def next_actions(
    offered: list[NextAction], definition: ServiceDefinition, standing: Standing, caller: Caller
) -> list[NextAction]:
    """Those of a stage's actions that this caller may take now, each with what comes first and how far they may decide."""
    moves = {move.transition: move for move in definition.moves_from(standing.stage)}
    shown = []
    for action in offered:
        move = moves[action.transition]
        results = [result for result in move.results if _may_give(definition, move.transition, result, caller)]
        decides = bool(results) if move.results else _may_give(definition, move.transition, None, caller)
        if not decides or _shut(definition, move, standing, caller):
            continue
        more = {
            "needs_reason": action.needs_reason or _cancels(definition, move),
            "first": open_items(definition, move, standing),
            "results": results,
            "up_to": _most(definition, move, caller),
        }
        shown.append(action.model_copy(update=more))
    return shown


def _cancels(definition: ServiceDefinition, move: Transition) -> bool:
    """Whether it stops a case that its person did not take back: whatever the service says, that has a reason."""
    return definition.every_stage[move.to].status is Status.CANCELLED


def _may_give(definition: ServiceDefinition, transition: str, result: Result | None, caller: Caller) -> bool:
    """Whether the scheme of delegation lets a caller make a transition with this result, of some amount at least."""
    lines = [line for line in definition.handling.delegation if line.covers(transition, result)]
    return not lines or any(caller.decides_as(line.role) for line in lines)


def _most(definition: ServiceDefinition, move: Transition, caller: Caller) -> int | None:
    """The most this caller may decide on; None where the scheme of delegation sets them no limit."""
    lines = [line for line in definition.handling.delegation if move.transition in line.transitions]
    limits = [line.up_to for line in lines if caller.decides_as(line.role)]
    return None if None in limits else max((each for each in limits if each is not None), default=None)


def open_items(definition: ServiceDefinition, move: Transition, standing: Standing) -> list[str]:
    """The items that this transition waits for."""
    checklist = definition.handling.checklists.get(standing.stage)
    if checklist is None or move.transition not in checklist.before:
        return []
    return [each.item for each in checklist.items if each.item not in standing.checked]


def _shut(definition: ServiceDefinition, move: Transition, standing: Standing, caller: Caller) -> Refusal | None:
    if closed_to(caller, definition.every_stage[standing.stage].status):
        return ClosedForGood()
    reopens = definition.ended(standing.stage) and not definition.ended(move.to)
    most, ended_on = definition.handling.reopen_within_days, standing.ended_on
    if reopens and ended_on and caller.role == "resident" and (standing.today - ended_on).days > most:
        return TooLateToReopen()
    return None


def _check_authority(definition: ServiceDefinition, command: MoveCase, caller: Caller, result: Result | None) -> None:
    lines = [line for line in definition.handling.delegation if line.covers(command.transition, result)]
    if not lines:
        return
    amount = command.amount
    if amount is None and any(line.up_to is not None for line in lines):
        raise AmountNeeded
    enough = [line for line in lines if line.up_to is None or (amount is not None and amount <= line.up_to)]
    if not any(caller.decides_as(line.role) for line in enough):
        least = min((line.role for line in enough), key=_RANKS.index, default=None)
        raise BeyondYourAuthority(role=least)
