"""The life of a case: opening it, and moving it along the transitions its definition declares."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from common.contracts.base import Channel
from common.contracts.cases import (
    CaseCancelled,
    CaseClosed,
    CaseOpened,
    CaseReopened,
    CaseResolved,
    CaseStatusChanged,
    CaseWithdrawn,
    MoveCase,
    NextAction,
    NoSuchTransition,
    NotForYou,
    ReasonNeeded,
    Result,
    ResultNeeded,
    Status,
)

from case_crm.domain.definitions import ServiceDefinition, Transition
from case_crm.domain.forms import Filled


@dataclass(frozen=True, slots=True)
class Names:
    """The ids a new case is given."""

    reference: str
    tracking_digest: str
    need_id: UUID
    interaction_id: UUID


_SAYS: dict[Status, type[CaseStatusChanged]] = {
    Status.RESOLVED: CaseResolved,
    Status.CLOSED: CaseClosed,
    Status.WITHDRAWN: CaseWithdrawn,
    Status.CANCELLED: CaseCancelled,
}


def open_case(definition: ServiceDefinition, filled: Filled, names: Names, *, channel: Channel) -> CaseOpened:
    """A case of this service begins, with what was told."""
    stage = definition.every_stage[definition.start]
    return CaseOpened(
        service=definition.service,
        service_title=definition.title,
        definition_version=definition.version,
        reference=names.reference,
        tracking_digest=names.tracking_digest,
        need_id=names.need_id,
        interaction_id=names.interaction_id,
        channel=channel,
        status=stage.status,
        stage=definition.start,
        told_to_resident=stage.told,
        told_facts=filled.told,
        confirmed_facts=filled.still_so,
        prefilled=filled.prefilled,
        asked=len(filled.answers) - filled.prefilled - len(filled.still_so),
        confirmed=len(filled.still_so),
    )


def next_actions(definition: ServiceDefinition, stage: str, *, role: str) -> list[NextAction]:
    """What this caller may do with the case now, so that no front end needs the rules."""
    return [
        NextAction(transition=m.transition, label=m.label, needs_result=bool(m.results), needs_reason=m.needs_reason)
        for m in definition.moves_from(stage)
        if role in m.by
    ]


def move_case(
    command: MoveCase, definition: ServiceDefinition, *, stage: str, result: Result | None, role: str
) -> CaseStatusChanged:
    """The event that a transition makes. Raises NoSuchTransition, NotForYou, ResultNeeded or ReasonNeeded."""
    move = _named(command.transition, definition, stage)
    if role not in move.by:
        raise NotForYou
    if move.needs_reason and not command.reason:
        raise ReasonNeeded
    was, now = definition.every_stage[stage], definition.every_stage[move.to]
    said = {
        "transition": move.transition,
        "was": was.status,
        "status": now.status,
        "stage": move.to,
        "told_to_resident": now.told,
        "reason": command.reason,
    }
    if now.status is Status.RESOLVED:
        return CaseResolved(**said, result=_result(command, move))
    if now.status is Status.CLOSED:
        return CaseClosed(**said, result=result)
    if definition.ended(stage) and not definition.ended(move.to):
        return CaseReopened(**said)
    return _SAYS.get(now.status, CaseStatusChanged)(**said)


def close_in_silence(definition: ServiceDefinition, *, stage: str, result: Result | None) -> CaseClosed | None:
    """The event that closes a resolved case of which nobody has heard for long.

    It goes where its transitions lead; None where it is not resolved, or its definition never closes it from there.
    """
    was = definition.every_stage[stage]
    after = [
        move.to for move in definition.moves_from(stage) if definition.every_stage[move.to].status is Status.CLOSED
    ]
    if was.status is not Status.RESOLVED or not after:
        return None
    now = definition.every_stage[after[0]]
    return CaseClosed(
        transition="silence",
        was=was.status,
        status=now.status,
        stage=after[0],
        told_to_resident=now.told,
        result=result,
    )


def closed_unanswered(definition: ServiceDefinition, stage: str) -> CaseClosed | None:
    """The event that closes a case whose person did not answer; None where it waits for none, or its service keeps it open."""
    was = definition.every_stage[stage]
    closed = [name for name, each in definition.stages.items() if each.status is Status.CLOSED]
    if was.status is not Status.AWAITING_CUSTOMER or definition.waiting.stays_open or not closed:
        return None
    return CaseClosed(
        transition="no_answer",
        was=was.status,
        status=Status.CLOSED,
        stage=closed[0],
        told_to_resident=definition.stages[closed[0]].told,
        reason="We reminded you twice of what we still need, and did not hear from you.",
        result=Result.UNABLE_TO_CONTACT,
    )


def _named(name: str, definition: ServiceDefinition, stage: str) -> Transition:
    for move in definition.moves_from(stage):
        if move.transition == name:
            return move
    raise NoSuchTransition(possible=sorted(move.transition for move in definition.moves_from(stage)))


def _result(command: MoveCase, move: Transition) -> Result:
    if command.result is None or command.result not in move.results:
        raise ResultNeeded(possible=[result.value for result in move.results])
    return command.result
