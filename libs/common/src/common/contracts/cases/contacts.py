"""What was said at a touch, on whatever channel; and a touch that makes no case."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from common.contracts.base import Channel, Code, Command, Line, PersonId, Text, View

GENERAL = "general"
"""The service of a contact that is about none in particular."""


class Demand(StrEnum):
    """What a touch is to whoever makes services better: value is what we are here for, failure what we caused ourselves."""

    VALUE = "value"
    FAILURE = "failure"
    OTHER = "other"


class Failure(StrEnum):
    """What we had failed to do, or to do right, so that somebody had to get in touch."""

    CHASE = "chase"
    REPEAT_CONTACT = "repeat_contact"
    COMPLAINT = "complaint"
    RE_ASK = "re_ask"
    MISDIRECTED = "misdirected"
    REWORK = "rework"
    APPOINTMENT_PROBLEM = "appointment_problem"
    OTHER = "other"


class Helped(StrEnum):
    """How somebody was helped to do it online."""

    SHOWED_HOW = "showed_how"
    DID_IT_TOGETHER = "did_it_together"
    DID_IT_FOR_THEM = "did_it_for_them"


class DigitalHelp(Command):
    """How somebody was helped to do it online, and where. Who helped is whoever notes it."""

    how: Helped
    where: Line


class WhatWasSaid(Command):
    """What was asked, answered and promised, so that nobody has to say it again to the next officer."""

    asked: Text | None = None
    said: Text | None = None
    promised: Line | None = None
    promised_by: date | None = Field(default=None, description="The last day on which what was promised is in time.")
    demand: Literal[Demand.VALUE, Demand.FAILURE] | None = None
    failure: Failure | None = Field(default=None, description="With failure demand: what had gone wrong before.")
    help: DigitalHelp | None = None

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if self.promised_by is not None and self.promised is None:
            raise ValueError("a day is promised for something: say what")
        if (self.demand is Demand.FAILURE) != (self.failure is not None):
            raise ValueError("failure demand has a reason, and nothing else has")
        return self


class RecordContact(WhatWasSaid):
    """Note a touch that makes no case: a question that was answered."""

    channel: Channel
    purpose: Code
    service: Code = GENERAL
    person_id: PersonId | None = None
    note: Text | None = None
    no_address_in_it: bool = Field(
        default=False, description="A cleared officer looked: what seems an address is none."
    )


class HelpView(View):
    """How somebody was helped to do it online, and where."""

    how: str
    where: str | None
