"""What case-crm is asked for."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from common.contracts.base import Channel, Code, Command, Line, PersonId, Text, When
from common.contracts.cases.contacts import WhatWasSaid
from common.contracts.cases.words import Answers, Result


class OpenCase(Command):
    """Ask for a service. Questions whose answers we hold need none; an answer given anyway corrects what we held."""

    service: Code
    person_id: PersonId | None = None
    channel: Channel
    answers: Answers = Field(default_factory=dict)
    confirmed: Annotated[list[Code], Field(max_length=100)] = Field(
        default_factory=list, description="Questions of which the person said that what we hold is still so."
    )
    note: Text | None = None
    need_id: UUID | None = Field(default=None, description="Where it is for the same need as an earlier case.")
    no_address_in_it: bool = Field(
        default=False, description="A cleared officer looked: what seems an address is none."
    )


class MoveCase(Command):
    """Make a named transition."""

    transition: Code
    result: Result | None = None
    reason: Text | None = None
    amount: int | None = Field(default=None, ge=0, le=10**12, description="What a decision comes to, in pence.")
    no_address_in_it: bool = Field(
        default=False, description="A cleared officer looked: what seems an address is none."
    )


class RecordInteraction(WhatWasSaid):
    """Note a touch, so that the next officer sees it."""

    channel: Channel
    purpose: Code
    note: Text | None = None
    no_address_in_it: bool = Field(
        default=False, description="A cleared officer looked: what seems an address is none."
    )


class PastStep(Command):
    """A stage that a case reached in another system, and when."""

    at: When
    stage: Code
    result: Result | None = None


class ImportCase(Command):
    """A case as another system kept it, with its own dates. Nobody is told, invited or late because of it."""

    source: Code
    source_id: Line
    service: Code
    channel: Channel
    opened_at: When
    person_id: PersonId | None = None
    answers: Answers = Field(default_factory=dict)
    steps: Annotated[list[PastStep], Field(max_length=50)] = Field(default_factory=list)
