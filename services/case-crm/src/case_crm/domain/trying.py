"""A definition tried out: applications as a script tells them, and what each person would see. No database, nothing kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import count
from typing import Annotated, Any
from uuid import UUID

import yaml
from common.contracts.base import Channel, Code, CouncilId, Line, Refusal, Text
from common.contracts.cases import CaseOpened, CaseStatusChanged, DecidingRole, MoveCase, Result
from common.contracts.cases.clocks import Direction
from common.contracts.cases.offers import NotAScript
from pydantic import Field, ValidationError

from case_crm.domain import cases, conditions, forms, handling
from case_crm.domain.clocks import Move, begins
from case_crm.domain.definitions import Language, Role, ServiceDefinition
from case_crm.domain.definitions.part import Part
from case_crm.domain.definitions.reading import parsed
from case_crm.domain.definitions.terms import OPENED
from case_crm.domain.wording import Wording


class Step(Part):
    """A transition somebody makes, and what the resident is told then; or in which words it is refused.

    An officer may be of a role in the scheme of delegation. What is on a checklist has been seen to.
    """

    by: Role = "officer"
    decides_as: DecidingRole = DecidingRole.OFFICER
    makes: Code
    result: Result | None = None
    reason: Text | None = None
    promised: tuple[Code, ...] | None = None
    amount: Annotated[int, Field(ge=0)] | None = None  # pence
    told: Line | None = None
    refused: Line | None = None


class Application(Part):
    """Somebody asks: what is held of them, what they answer, what they are asked and told; or in which words they are refused."""

    who: Line
    held: dict[Code, Any] = Field(default_factory=dict)
    answers: dict[Code, Any] = Field(default_factory=dict)
    language: Language = "en"
    asked: tuple[Code, ...] = ()
    team: Code | None = None
    told: Line | None = None
    promised: tuple[Code, ...] | None = None
    refused: Line | None = None
    steps: tuple[Step, ...] = ()


class Script(Part):
    """What is tried of one council's service, on a day."""

    council: CouncilId
    today: date
    applications: tuple[Application, ...] = Field(min_length=1)


@dataclass
class Seen:
    """What was seen as a script was played: line by line, and where that was not what it says."""

    lines: list[str] = field(default_factory=list)
    otherwise: list[str] = field(default_factory=list)

    def expect(self, what: str, said: Any, found: Any) -> None:
        """Note what was found, and that the script says something else."""
        shown = ", ".join(found) if isinstance(found, tuple) else found
        self.lines.append(f"  {what}: {shown or 'nothing'}")
        if said != found:
            self.otherwise.append(f"{self.lines[-1].strip()}: the script says {said or 'nothing'}")


def read_script(text: str) -> Script:
    """A script from its YAML. Raises NotAScript."""
    try:
        return Script.model_validate(parsed(text)[1])
    except ValidationError as fault:
        why = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in fault.errors()]
        raise NotAScript("; ".join(why)) from None
    except (yaml.YAMLError, ValueError) as fault:
        raise NotAScript("this is not YAML") from fault


def play(definition: ServiceDefinition, script: Script) -> Seen:
    """What each person of the script would see. Raises NotAScript where its council does not offer the service."""
    if script.council not in definition.councils:
        raise NotAScript(f"council: the service is not for {script.council}")
    seen = Seen([f"{definition.title} ({definition.service}, version {definition.version}, {script.council})"])
    for application in script.applications:
        seen.lines.append(application.who)
        _Trial(definition, script.today, application, seen).run()
    return seen


@dataclass
class _Trial:
    """One application of a script."""

    definition: ServiceDefinition
    today: date
    application: Application
    seen: Seen

    def run(self) -> None:
        """Show the form, ask, and go on as the script does; a refusal ends it."""
        held, words = self._held(), Wording(self.definition, self.application.language)
        form = forms.asked_of(self.definition, held, self.application.answers, self.today)
        to_tell = tuple(forms.still_to_tell(form, forms.judged(form, held, {}, self.today), {}))
        self.seen.expect("has to tell", self.application.asked, to_tell)
        self.seen.lines += [
            f"    {words.asks(question)}" for question in form.questions if question.question in to_tell
        ]
        try:
            opened = self._open(held, words)
        except Refusal as refusal:
            self.seen.expect("is refused", self.application.refused, str(refusal))
            return
        self.seen.expect("is told", self.application.told, words.told(opened.stage))
        self._promise(
            Move(OPENED, was=None, stage=opened.stage, status=opened.status), self.application.promised, words
        )
        self._go_on(opened, words)

    def _held(self) -> dict[str, forms.HeldFact]:
        told = datetime.combine(self.today, time(9), UTC)
        return {
            kind: forms.HeldFact(
                UUID(int=number), kind, value, told, "northmere", "customer-account", "phone", "verified"
            )
            for number, (kind, value) in enumerate(self.application.held.items(), start=1)
        }

    def _open(self, held: forms.Held, words: Wording) -> CaseOpened:
        ids, spoken = _ids(), words.spoken()
        filled = forms.fill(
            spoken, held, self.application.answers, mint=lambda: next(ids), today=self.today, words=words
        )
        conditions.admit(spoken, filled.answers, self.today)
        team = conditions.dealt_with_by(self.definition, filled.answers, self.today)
        self.seen.expect("is dealt with by", self.application.team, team and team.team)
        names = cases.Names("TRY-1", "", next(ids), next(ids))
        return cases.open_case(self.definition, filled, names, channel=Channel.ONLINE)

    def _go_on(self, opened: CaseOpened, words: Wording) -> None:
        stage, result = opened.stage, None
        for step in self.application.steps:
            try:
                moved = self._move(step, stage, result)
            except Refusal as refusal:
                self.seen.expect(f"{step.by} makes {step.makes}; is refused", step.refused, str(refusal))
                continue
            self.seen.expect(f"{step.by} makes {step.makes}; is told", step.told, words.told(moved.stage))
            self._promise(Move(step.makes, was=stage, stage=moved.stage, status=moved.status), step.promised, words)
            stage, result = moved.stage, step.result or result
            if step.result and (appeal := self.definition.handling.ending(step.result).appeal):
                self.seen.lines.append(f"    may contest it: {words.contest(step.result, appeal.route)}")
        for role in ("officer", "resident"):
            offered = cases.next_actions(self.definition, stage, role=role)
            shown = handling.next_actions(offered, self.definition, self._standing(stage), handling.Caller(role))
            labels = [words.action(each).label for each in shown]
            self.seen.lines.append(f"  {role} may next: {', '.join(labels) or 'nothing'}")

    def _promise(self, move: Move, said: tuple[Code, ...] | None, words: Wording) -> None:
        """Show what the resident is promised from here on; and expect it, where the script says anything of it."""
        begun = [term for term in self.definition.terms if begins(term, move, self.application.answers)]
        promised = [term for term in begun if term.direction is Direction.COUNCIL_TO_CUSTOMER]
        for term in promised:
            within = f"{term.within.amount} {term.within.unit.replace('_', ' ')}"
            self.seen.lines.append(f"    is promised: {words.promise(term.term, term.promise)}, within {within}")
        if said is not None:
            self.seen.expect("is promised", said, tuple(term.term for term in promised))

    def _move(self, step: Step, stage: str, result: Result | None) -> CaseStatusChanged:
        told = {"transition": step.makes, "result": step.result, "reason": step.reason, "amount": step.amount}
        command = MoveCase.model_validate(told)
        moved = cases.move_case(command, self.definition, stage=stage, result=result, role=step.by)
        caller = handling.Caller(step.by, frozenset({f"decisions:{step.decides_as}"}))
        handling.check_move(command, self.definition, self._standing(stage), caller)
        return moved

    def _standing(self, stage: str) -> handling.Standing:
        checklist = self.definition.handling.checklists.get(stage)
        checked = [each.item for each in checklist.items] if checklist else []
        return handling.Standing(stage, self.today, self.today, checked)


def _ids() -> Iterator[UUID]:
    return (UUID(int=number) for number in count(1))
