"""Who may have a service, where it leads, who deals with it, and the words it is offered in."""

from __future__ import annotations

from typing import Literal, Self

from common.contracts.base import Channel, Code, Line
from common.contracts.cases import Result
from pydantic import Field, model_validator

from case_crm.domain.definitions.extending import Difference
from case_crm.domain.definitions.part import Part
from case_crm.domain.definitions.rules import Rule

Language = Literal["en", "cy"]


class Signpost(Part):
    """Somewhere else that helps: what it is called, and how to reach it."""

    to: Line
    how: Line


class Condition(Part):
    """A rule that whoever asks for the service must meet, what they are told otherwise, and who may help instead."""

    rule: Rule
    otherwise: Line
    signpost: Signpost | None = None


class Branch(Part):
    """Where the service leads when a rule holds: to an answer, a signpost, a case, or a case for specialists."""

    when: Rule
    leads_to: Literal["answer", "signpost", "case", "specialist"]
    says: Line | None = None
    signpost: Signpost | None = None
    team: Code | None = None
    skill: Code | None = None

    @model_validator(mode="after")
    def _says_enough(self) -> Self:
        needs = {"answer": self.says, "signpost": self.signpost, "specialist": self.team}
        if needs.get(self.leads_to, self) is None:
            raise ValueError(
                "an answer has words (`says`), a signpost says where (`signpost`), a specialist has a team"
            )
        return self


class Route(Part):
    """The team that deals with a case, and the skill it takes. Without a rule it is for every other case."""

    when: Rule | None = None
    team: Code
    skill: Code | None = None
    priority: Literal["urgent", "normal", "low"] = "normal"


class Words(Part):
    """The words of a service, where they are others than its first ones. Stages, transitions and questions by their names.

    `promises` and `bases` are those of a term, `appeals` what can be done against a result.

    `help`, `wrong` and `options` are those of a question; an answer is the option as the question has it, whatever it is read
    as. `says` has what a form says else (for whom it is not, where it leads, who may help), by its first words.
    """

    title: Line | None = None
    summary: Line | None = None
    stages: dict[Code, Line] = Field(default_factory=dict)
    transitions: dict[Code, Line] = Field(default_factory=dict)
    promises: dict[Code, Line] = Field(default_factory=dict)
    bases: dict[Code, Line] = Field(default_factory=dict)
    appeals: dict[Result, Line] = Field(default_factory=dict)
    questions: dict[Code, Line] = Field(default_factory=dict)
    help: dict[Code, Line] = Field(default_factory=dict)
    wrong: dict[Code, Line] = Field(default_factory=dict)
    options: dict[Code, dict[Line, Line]] = Field(default_factory=dict)
    says: dict[Line, Line] = Field(default_factory=dict)


class Texts(Words):
    """The words in one language, and where a channel has its own."""

    channels: dict[Channel, Words] = Field(default_factory=dict)


class Offer(Part):
    """What a definition says beside its form and its stages. Whoever names an `owner` says of each question why it is asked."""

    owner: Code | None = None
    eligibility: tuple[Condition, ...] = Field(default=(), max_length=50)
    triage: tuple[Branch, ...] = Field(default=(), max_length=50)
    routing: tuple[Route, ...] = Field(default=(), max_length=50)
    recipients: tuple[Code, ...] = ()
    texts: dict[Language, Texts] = Field(default_factory=dict)
    extends: Code | None = None
    differences: tuple[Difference, ...] = ()

    def says(self) -> set[str]:
        """Whatever a form may say beside its questions: for whom it is not, where it leads, and who may help."""
        shown = [*(each.signpost for each in self.eligibility), *(each.signpost for each in self.triage)]
        posts = [each for each in shown if each]
        told = {*(each.otherwise for each in self.eligibility), *(each.says for each in self.triage if each.says)}
        return {*told, *(each.to for each in posts), *(each.how for each in posts)}
