"""Who may have a service, where it leads, and services as they are published: commands, views and refusals."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from common.contracts.base import Code, Command, CouncilId, PersonId, Refusal, View
from common.contracts.cases.words import Answers


class NotEligible(Refusal, status=422):
    """From what you told us, this service is not for you."""


class NoCaseNeeded(Refusal, status=422):
    """There is another way for this."""


class DefinitionNotSound(Refusal, status=422):
    """This service definition cannot be published."""


class NotAScript(Refusal, status=422):
    """This script cannot be played."""


class VersionTaken(Refusal, status=409):
    """This version is published already: a change needs a higher number, so that running cases keep theirs."""


class NeverPublished(Refusal, status=404):
    """That council has published no such version of this service."""


class NotOneOfYours(Refusal, status=403):
    """You are not signed in for a council that this definition is for."""


class FillForm(Command):
    """What has been answered so far, to see what a form asks next."""

    person_id: PersonId | None = None
    answers: Answers = Field(default_factory=dict)


class DefinitionText(Command):
    """A service definition as its file has it: YAML."""

    definition: Annotated[str, Field(min_length=1, max_length=100_000)]


class TryDefinition(DefinitionText):
    """A definition and a script of applications to play on it, as their files have them: YAML. Nobody real is in it."""

    script: Annotated[str, Field(min_length=1, max_length=100_000)]


class CompareDefinition(DefinitionText):
    """A definition as its file has it, and what it is compared with: what a council offers under its name, or once offered.

    council: mine, where it is not said
    definition_version: the newest, where it is not said
    """

    council: CouncilId | None = None
    definition_version: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class SignpostView(View):
    """Somewhere else that helps."""

    to: str
    how: str


class WhyNot(View):
    """A condition of the service that is not met, in words, and who may help instead."""

    because: str
    signpost: SignpostView | None = None


class LeadsTo(View):
    """Where a service leads: `answer`, `signpost`, `case` or `specialist`."""

    to: Code
    says: str | None = None
    signpost: SignpostView | None = None


class TeamView(View):
    """Who would deal with it."""

    team: Code
    skill: Code | None = None
    priority: Code
    specialist: bool = Field(default=False, description="Only specialists of the team take it.")


class DefinitionMistake(View):
    """What is wrong with a definition: in which line of its text, where in the document, and why."""

    line: int
    at: str
    because: str


class Checked(View):
    """Whether a definition could be published, and what is wrong with it otherwise."""

    sound: bool
    mistakes: list[DefinitionMistake]


class Trial(View):
    """What each person of a script would see, line by line, and where that is not what the script says."""

    seen: list[str]
    otherwise: list[str]


class DefinitionView(View):
    """A service as a council offers it, in one version: the whole document."""

    service: Code
    council: CouncilId
    definition_version: int
    document: dict[str, Any]


class NotTakenView(View):
    """What a release brings of a service, or what it extends has become, where the council offers its own instead; and why."""

    document: dict[str, Any]
    because: str


class Versions(View):
    """Every version of a council's service that was ever published, newest first; and what is not taken over it."""

    items: list[DefinitionView]
    not_taken: NotTakenView | None = None


class LedgerEntry(View):
    """One place where a council's service is another than the one it extends, and why. None is nothing."""

    service: Code
    council: CouncilId
    extends: Code
    definition_version: int
    at: str
    was: Any = None
    becomes: Any = None
    because: str


class DefinitionDifference(View):
    """One place where a definition is otherwise than what it is compared with. None is nothing.

    because: the reason that it gives for it, where it is a council's own version of another's
    """

    at: str
    was: Any = None
    becomes: Any = None
    because: str | None = None


class DefinitionDifferences(View):
    """Where a definition is otherwise than what this council published in this version."""

    service: Code
    council: CouncilId
    definition_version: int
    items: list[DefinitionDifference]


class CouncilDifference(View):
    """What one council says for itself and the others do not, beside its services: when it works, how long it keeps things.

    of: calendar or settings
    """

    council: CouncilId
    of: Code
    at: str
    here: Any = None
    because: str | None = None


class TightLooseLedger(View):
    """Every difference between the councils: whatever is not listed is the same.

    only_here: services that not every council of the platform offers, each with who does
    """

    items: list[LedgerEntry]
    councils: list[CouncilDifference]
    only_here: dict[Code, list[CouncilId]]
