"""What another system kept of a case: events with their own dates, and what is odd about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from common.contracts.cases import (
    CaseCancelled,
    CaseClosed,
    CaseResolved,
    CaseStatusChanged,
    CaseWithdrawn,
    NoSuchStage,
    NotYetPast,
    PastStep,
    Result,
    ResultNeeded,
    Status,
)

from case_crm.domain.definitions import ServiceDefinition


def past(
    definition: ServiceDefinition, steps: Sequence[PastStep], *, opened_at: datetime, now: datetime
) -> list[tuple[datetime, CaseStatusChanged]]:
    """The events of the steps, in their order, each with when it happened.

    Raises NotYetPast, NoSuchStage, or ResultNeeded where a result is missing or not one of the service's (`other`, what
    the old system did not say, is always one).
    """
    if any(at > now for at in (opened_at, *(step.at for step in steps))):
        raise NotYetPast
    possible = {result for move in definition.transitions for result in move.results} | {Result.OTHER}
    stage, result, events = definition.start, None, []
    for step in steps:
        if step.stage not in definition.every_stage:
            raise NoSuchStage(stage=step.stage, possible=sorted(definition.every_stage))
        if step.result is not None and step.result not in possible:
            raise ResultNeeded(possible=sorted(possible))
        result = step.result or result
        events.append((step.at, _event(definition, step, was=stage, result=result)))
        stage = step.stage
    return events


def oddities(opened_at: datetime, steps: Sequence[PastStep]) -> list[str]:
    """What a reader of the import should know; kept as it was."""
    return ["done_before_it_began"] if any(step.at < opened_at for step in steps) else []


def _event(definition: ServiceDefinition, step: PastStep, *, was: str, result: Result | None) -> CaseStatusChanged:
    now = definition.every_stage[step.stage]
    said = {
        "transition": "imported",
        "was": definition.every_stage[was].status,
        "status": now.status,
        "stage": step.stage,
        "told_to_resident": now.told,
        "history": True,
    }
    match now.status:
        case Status.RESOLVED if result is None:
            raise ResultNeeded
        case Status.RESOLVED:
            return CaseResolved(**said, result=result)
        case Status.CLOSED:
            return CaseClosed(**said, result=result)
        case Status.CANCELLED:
            return CaseCancelled(**said)
        case Status.WITHDRAWN:
            return CaseWithdrawn(**said)
    return CaseStatusChanged(**said)
