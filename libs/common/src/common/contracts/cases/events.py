"""What case-crm says."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from common.contracts.base import PERSONAL, Channel, Code, CouncilId, Event, Open
from common.contracts.cases.contacts import Demand, Failure
from common.contracts.cases.words import Result, Status
from common.contracts.people import ToldFact


class CaseEvent(Event, aggregate="case", speaker="case-crm", counts=True):
    """The life of one case."""


class CaseOpened(CaseEvent, name="case.opened"):
    """Somebody asked for a service: the first touch.

    `told_facts` is what they told us with it that we did not hold, `confirmed_facts` what we hold and they said is still so. Of
    the questions that were answered, so many were `prefilled` with what we hold, so many only `confirmed`, and so many `asked`.
    With a `delivery_id` nobody asked: what was told once of this `life_event` made it, and all answers were told there.
    """

    service: Code
    service_title: str
    definition_version: int
    reference: str
    tracking_digest: str
    need_id: UUID
    interaction_id: UUID
    channel: Open[Channel]
    status: Open[Status]
    stage: Code
    told_to_resident: str
    told_facts: Annotated[list[ToldFact], PERSONAL] = Field(default_factory=list)
    confirmed_facts: Annotated[list[ToldFact], PERSONAL] = Field(default_factory=list)
    prefilled: int = 0
    asked: int = 0
    confirmed: int = 0
    history: bool = False
    delivery_id: UUID | None = None
    life_event: Code | None = None


class CaseStatusChanged(CaseEvent, name="case.status_changed"):
    """A named transition took the case to another stage."""

    transition: Code
    was: Open[Status]
    status: Open[Status]
    stage: Code
    told_to_resident: str
    reason: Annotated[str | None, PERSONAL] = None
    history: bool = False


class CaseResolved(CaseStatusChanged, name="case.resolved"):
    """The case has a result."""

    result: Open[Result]


class CaseClosed(CaseStatusChanged, name="case.closed"):
    """Nothing more will happen to the case."""

    result: Open[Result] | None = None


class CaseReopened(CaseStatusChanged, name="case.reopened"):
    """It was not done after all; the same reference goes on. Work that is done twice is failure demand, and counted as such."""

    failure_demand: bool = True


class CaseWithdrawn(CaseStatusChanged, name="case.withdrawn"):
    """The resident no longer wants it."""


class CaseCancelled(CaseStatusChanged, name="case.cancelled"):
    """We stopped it, with a reason."""


class InteractionRecorded(CaseEvent, name="interaction.recorded"):
    """One touch on one channel about the case. What was said is kept where it was said.

    With a `service`, it is a contact that makes no case, and the only thing ever said under its id.
    """

    interaction_id: UUID
    channel: Open[Channel]
    purpose: Code
    history: bool = False
    service: Code | None = None
    demand: Open[Demand] | None = None
    failure: Open[Failure] | None = None


class QuestionAskedAgain(CaseEvent, name="question.asked_again"):
    """A question was asked although its answer was held and current: a re-ask, counted against us.

    `because` is one of AskedBecause: the answer was known; our copy was late, so that we could not tell; or its key is not here.
    """

    service: Code
    question: Code
    fact_kind: Code
    because: Code


class CaseDestroyed(CaseEvent, name="case.destroyed"):
    """The case had been kept for its time and is gone: nobody keeps what they knew of it, and nothing more follows."""


class DefinitionEvent(Event, aggregate="definition", speaker="case-crm"):
    """The versions of a service definition."""


class DefinitionPublished(DefinitionEvent, name="definition.published"):
    """A council's service is offered as this version says."""

    service: Code
    title: str
    definition_version: int
    councils: list[CouncilId]
    lgsl: int | None = None
