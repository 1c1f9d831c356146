"""How a service's cases are handled: who is named to residents, what is checked, who decides, and what an ending brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from common.contracts.base import Code, Line
from common.contracts.cases import DecidingRole, Result
from pydantic import Field

from case_crm.domain.definitions.part import Part
from case_crm.domain.definitions.stages import Stage, Transition

OMBUDSMAN = {
    "en": "Ask us to look at it again. If you still do not agree, you can go to the Local Government and Social Care Ombudsman.",
    "cy": "Gofynnwch i ni edrych arno eto. Os nad ydych yn cytuno o hyd, gallwch fynd at yr Ombwdsmon Llywodraeth Leol a "
    "Gofal Cymdeithasol.",
}
"""What anybody can do who was refused something, by the language, where a service has no words of its own for it."""


class DealtWith(Part):
    """How residents are shown who deals with their case: by the name the officer gave, or by the role alone."""

    shown: Literal["name", "role"] = "role"
    role: Line = "An officer of the council"


class Item(Part):
    """One item of a checklist, in an officer's words."""

    item: Code
    text: Line


class Checklist(Part):
    """What is seen to in a stage. The transitions in `before` wait for all of it."""

    items: tuple[Item, ...] = Field(min_length=1)
    before: tuple[Code, ...] = ()


class Appeal(Part):
    """What somebody can do who does not agree, in their words, and within how many days."""

    route: Line = OMBUDSMAN["en"]
    within_days: Annotated[int, Field(ge=1, le=366)] | None = None


class Ending(Part):
    """What a result brings with it beside the words of its stage."""

    appeal: Appeal | None = None
    needs_reason: bool = False


class Delegated(Part):
    """One line of the scheme of delegation: this role makes these transitions, up to an amount in pence (None: any)."""

    transitions: tuple[Code, ...] = Field(min_length=1)
    results: tuple[Result, ...] = ()
    role: DecidingRole
    up_to: Annotated[int, Field(ge=0)] | None = None

    def covers(self, transition: str, result: Result | None) -> bool:
        """Whether it speaks of this transition, with this result."""
        return transition in self.transitions and (not self.results or result in self.results)


class Handling(Part):
    """How cases of one service are handled. What is not said is as it is everywhere."""

    dealt_with: DealtWith = DealtWith()
    checklists: dict[Code, Checklist] = Field(default_factory=dict)
    endings: dict[Result, Ending] = Field(default_factory=dict)
    reopen_within_days: Annotated[int, Field(ge=0, le=366)] = 28
    delegation: tuple[Delegated, ...] = ()

    def ending(self, result: Result) -> Ending:
        """What a result brings. A refusal has its reason and a way to contest it, whatever the service says of it."""
        said = self.endings.get(result, Ending())
        if result is not Result.DECIDED_REFUSED:
            return said
        return Ending(appeal=said.appeal or Appeal(), needs_reason=True)

    def routes(self) -> dict[str, str]:
        """By the result, what can be done against it, where a service says so in its own words."""
        said = {result.value: each.appeal.route for result, each in self.endings.items() if each.appeal}
        return {result: route for result, route in said.items() if route != OMBUDSMAN["en"]}

    def problems(self, stages: Mapping[str, Stage], transitions: Sequence[Transition]) -> list[str]:
        """What does not fit to the stages and transitions it is about."""
        return [
            *self._checklist_problems(stages, transitions),
            *self._delegation_problems({move.transition for move in transitions}),
            *self._ending_problems({result for move in transitions for result in move.results}),
        ]

    def _checklist_problems(self, stages: Mapping[str, Stage], transitions: Sequence[Transition]) -> list[str]:
        found = [
            f"there is a checklist for the stage {stage}, which it does not have"
            for stage in self.checklists
            if stage not in stages
        ]
        for stage, checklist in self.checklists.items():
            names = [each.item for each in checklist.items]
            found += [f"the item {name} is twice in the checklist of {stage}" for name in _twice(names)]
            leaving = {move.transition for move in transitions if stage in move.leaves}
            found += [
                f"the checklist of {stage} comes before {name}, which does not leave that stage"
                for name in checklist.before
                if name not in leaving
            ]
        return found

    def _delegation_problems(self, transitions: set[str]) -> list[str]:
        named = {name for line in self.delegation for name in line.transitions}
        return [f"it delegates the transition {name}, which it does not have" for name in sorted(named - transitions)]

    def _ending_problems(self, results: set[Result]) -> list[str]:
        return [f"no transition ends with the result {result}" for result in self.endings if result not in results]


def _twice(names: Sequence[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})
