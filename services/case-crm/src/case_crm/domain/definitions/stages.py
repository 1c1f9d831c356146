"""The stages a case goes through, and the ways between them: its own, and those that every service has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from common.contracts.base import Code, Line
from common.contracts.cases import ENDED, Result, Status
from pydantic import Field

from case_crm.domain.definitions.flaws import Flaw
from case_crm.domain.definitions.part import Part

Role = Literal["officer", "resident", "partner"]


class Stage(Part):
    """A definition's own status: which shared status it is, and what the resident is told."""

    status: Status
    told: Line


class Transition(Part):
    """A named move between stages, and who may make it."""

    transition: Code
    label: Line
    leaves: tuple[Code, ...]
    to: Code
    by: tuple[Role, ...] = ("officer",)
    results: tuple[Result, ...] = ()
    needs_reason: bool = False


class Without(Part):
    """Where a case is not ended in a way that is there everywhere else, and why."""

    transition: Literal["withdraw", "cancel"]
    leaves: tuple[Code, ...] = Field(min_length=1)
    because: Line


LABELS = {
    "withdraw": {"en": "Take it back", "cy": "Tynnu hyn yn ôl"},
    "cancel": {"en": "Stop", "cy": "Stopio"},
}
"""What these are called, by the language. Words of its own a service has as a transition."""
# What its person may do with every open case, and an officer who says why.
EVERYWHERE = (
    (
        Transition(transition="withdraw", label=LABELS["withdraw"]["en"], leaves=(), to="withdrawn", by=("resident",)),
        Status.WITHDRAWN,
    ),
    (
        Transition(transition="cancel", label=LABELS["cancel"]["en"], leaves=(), to="cancelled", needs_reason=True),
        Status.CANCELLED,
    ),
)
TOLD = {
    "withdrawn": {"en": "You took this back.", "cy": "Gwnaethoch dynnu hyn yn ôl."},
    "cancelled": {"en": "We stopped this, and told you why.", "cy": "Rydym wedi stopio hyn, ac wedi dweud pam."},
}
"""What the resident is told, by the language, where a service has no such stage of its own."""


def every_stage(stages: Mapping[str, Stage]) -> dict[str, Stage]:
    """A service's stages, and the endings that are there everywhere where it has none of its own."""
    own = {stage.status for stage in stages.values()}
    ends = {move.to: Stage(status=status, told=TOLD[move.to]["en"]) for move, status in EVERYWHERE if status not in own}
    return ends | {**stages}


def everywhere(
    stages: Mapping[str, Stage], transitions: Sequence[Transition], without: Sequence[Without]
) -> Iterator[Transition]:
    """The ways to end a case that are there everywhere, from the open stages that a service's transitions do not so end."""
    opened = [name for name, stage in stages.items() if stage.status not in ENDED]
    for move, status in EVERYWHERE:
        ends = [name for name, stage in stages.items() if stage.status is status]
        own = [each for each in transitions if each.to in ends and {*move.by} <= {*each.by}]
        shut = [each for each in without if each.transition == move.transition]
        left = {stage for leaves in (*(way.leaves for way in own), *(way.leaves for way in shut)) for stage in leaves}
        if leaves := tuple(stage for stage in opened if stage not in left):
            like = own[0] if own else move.model_copy(update={"to": next(iter(ends), move.to)})
            yield like.model_copy(update={"leaves": leaves})


def stage_flaws(
    start: str, stages: Mapping[str, Stage], transitions: Sequence[Transition], without: Sequence[Without]
) -> Iterator[Flaw]:
    """What does not hang together: where a case would be lost or stuck, and what nobody could make or tell apart."""
    if start not in stages:
        yield Flaw(f"it starts at the stage {start}, which it does not have", "start")
    yield from _flaws_of_moves(stages, transitions)
    yield from _flaws_of_ends(stages, transitions, without)
    for stage in sorted(stages.keys() - _following([start], [(move.leaves, [move.to]) for move in transitions])):
        yield Flaw(f"nothing leads to the stage {stage}", "stages", stage)
    ends = [name for name, stage in stages.items() if stage.status in {Status.RESOLVED, Status.CLOSED}]
    back = _following(ends, [([move.to], move.leaves) for move in transitions if move.by])
    for stage in sorted(name for name, each in stages.items() if each.status not in ENDED and name not in back):
        yield Flaw(f"no case gets from the stage {stage} to an end, unless it is given up", "stages", stage)


def _flaws_of_moves(stages: Mapping[str, Stage], transitions: Sequence[Transition]) -> Iterator[Flaw]:
    names = [move.transition for move in transitions]
    for number, move in enumerate(transitions):
        says = f"the transition {move.transition}"
        for missing in sorted({*move.leaves, move.to} - stages.keys()):
            yield Flaw(f"{says} names the stage {missing}, which it does not have", "transitions", number)
        if move.to in stages and stages[move.to].status is Status.RESOLVED and not move.results:
            yield Flaw(f"{says} resolves the case without naming its possible results", "transitions", number)
        if move.transition in names[:number]:
            yield Flaw(f"{says} is there twice", "transitions", number, "transition")
        if not move.by:
            yield Flaw(f"nobody may make {says}", "transitions", number, "by")
        if not move.leaves:
            yield Flaw(f"{says} leaves no stage", "transitions", number, "leaves")


def _flaws_of_ends(
    stages: Mapping[str, Stage], transitions: Sequence[Transition], without: Sequence[Without]
) -> Iterator[Flaw]:
    """What is there everywhere means everywhere the same; and nothing is taken away that is there all the same."""
    for move, status in EVERYWHERE:
        if move.to in stages and stages[move.to].status is not status:
            yield Flaw(f"the stage {move.to} is of cases that are {status}", "stages", move.to, "status")
        for number, own in enumerate(transitions):
            if own.transition == move.transition and own.to in stages and stages[own.to].status is not status:
                yield Flaw(
                    f"the transition {own.transition} leads to what is not {status}", "transitions", number, "to"
                )
    for number, shut in enumerate(without):
        for stage in shut.leaves:
            if stage not in stages or stages[stage].status in ENDED:
                yield Flaw(f"{stage} is no open stage of it", "without", number, "leaves")
        if any(each.transition == shut.transition and {*each.leaves} & {*shut.leaves} for each in transitions):
            yield Flaw(f"it has the transition {shut.transition} from there", "without", number)


def _following(start: Sequence[str], ways: Sequence[tuple[Sequence[str], Sequence[str]]]) -> set[str]:
    """Whatever can be come to from some stages by these ways: each from any of some to any of others."""
    reached, fresh = {*start}, {*start}
    while fresh:
        fresh = {to for leaves, goals in ways if fresh & {*leaves} for to in goals} - reached
        reached |= fresh
    return reached
