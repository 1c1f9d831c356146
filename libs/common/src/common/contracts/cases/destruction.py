"""Destroying cases whose time is over: what two officers decide, what stops it, and what is left of a case."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from annotated_types import Ge, Lt
from pydantic import Field

from common.contracts.base import Code, Command, CouncilId, Event, Open, Refusal, View


class ListStatus(StrEnum):
    """How a destruction list stands: proposed; confirmed, and it can still be stopped; stopped; carried out."""

    PROPOSED = "proposed"
    COOLING_OFF = "cooling_off"
    STOPPED = "stopped"
    CARRIED_OUT = "carried_out"


class ListOutcome(StrEnum):
    """What became of a case on a list. What is released goes the next night, unless a legal hold has it kept until it ends."""

    TAKEN_OFF = "taken_off"
    STOPPED = "stopped"
    STAYS = "stays"
    RELEASED = "released"
    DESTROYED = "destroyed"


class TakenOffBecause(StrEnum):
    """Why a case is taken off a list."""

    CLAIM_EXPECTED = "claim_expected"
    STILL_NEEDED = "still_needed"
    LASTING_VALUE = "lasting_value"
    WRONG_DATE = "wrong_date"
    OTHER = "other"


class Stop(StrEnum):
    """What keeps a case from being destroyed: its person is under a legal hold; a case that belongs to it goes on, as an appeal
    or a main case would; or it was taken up again itself.
    """

    LEGAL_HOLD = "legal_hold"
    RELATED_OPEN = "related_open"
    TAKEN_UP_AGAIN = "taken_up_again"


class DestructionListEvent(Event, aggregate="destruction_list", speaker="case-crm"):
    """What officers decide about a list of cases whose time is over."""


class DestructionProposed(DestructionListEvent, name="destruction_list.proposed"):
    """An officer proposed that so many `cases` of a service that ended before a day are destroyed."""

    service: Code
    ended_before: date
    cases: int


class DestructionChanged(DestructionListEvent, name="destruction_list.changed"):
    """A case was taken off the list."""

    case_id: UUID
    because: Open[TakenOffBecause]


class DestructionConfirmed(DestructionListEvent, name="destruction_list.confirmed"):
    """Another officer agreed. Until `destroys_at` either of the two may stop it."""

    destroys_at: datetime


class DestructionStopped(DestructionListEvent, name="destruction_list.stopped"):
    """One of the two stopped it: nothing is destroyed by it."""


class DestructionCarriedOut(DestructionListEvent, name="destruction_list.carried_out"):
    """It has cooled off, and what nothing stops goes from now on."""


class ProposeDestruction(Command):
    """Propose that cases of a service are destroyed which two people look at first, and whose time is over."""

    service: Code
    ended_before: Annotated[date, Ge(date(1900, 1, 1)), Lt(date(2200, 1, 1))] = Field(
        description="Cases that ended on an earlier day."
    )


class TakeOffList(Command):
    """Take a case off a list."""

    because: TakenOffBecause


class DestructionListView(View):
    """A destruction list. `cases` are those still on it; the others by what became of them."""

    list_id: UUID
    version: int
    council: CouncilId
    service: Code
    ended_before: date
    status: str
    proposed_by: str
    proposed_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    destroys_at: datetime | None = Field(
        description="Until then either of the two may stop it; then it is carried out."
    )
    stopped_by: str | None
    stopped_at: datetime | None
    cases: int
    outcomes: dict[Code, int]


class ListedCaseView(View):
    """A case on a list, and what stops it from being destroyed. Of one that is gone, its reference and what became of it."""

    case_id: UUID
    reference: str
    service: Code | None
    result: str | None
    status: str | None
    ended_at: datetime | None
    over_on: date | None = Field(description="The first day on which it need not be kept any longer.")
    stopped_by: list[Stop]
    outcome: str | None
    because: str | None
    by: str | None = Field(description="Who took it off the list.")


class TombstoneView(View):
    """What is left of a case that was destroyed. Without a list, it went by itself when its time was over."""

    case_id: UUID
    reference: str
    council: CouncilId
    service: Code
    status: str
    result: str | None
    opened_at: datetime
    ended_at: datetime
    destroyed_at: datetime
    list_id: UUID | None
    proposed_by: str | None
    confirmed_by: str | None


class NothingToDestroy(Refusal, status=409):
    """There is no such case whose time is over, and which is on no list yet."""


class AnotherConfirms(Refusal, status=403):
    """Whoever proposed a list cannot confirm it: that takes another person."""


class NotOneOfTheTwo(Refusal, status=403):
    """A list is stopped by whoever proposed or confirmed it."""


class ListDecided(Refusal, status=409):
    """That cannot be done with this list as it stands now."""
