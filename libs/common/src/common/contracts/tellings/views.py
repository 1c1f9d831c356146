"""What is shown of tellings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from common.contracts.base import Code, PersonId, View


class GivenFactView(View):
    """A fact that a recipient is told, and where it comes from: `told` now, or `held` already.

    It is `hidden` where this reader may not see what it says; its kind goes to the recipient all the same.
    """

    fact_kind: Code
    source: str
    value: Any = None
    hidden: bool = False


class RecipientView(View):
    """A recipient of a telling before it is confirmed: what goes to them on which basis, or why nothing does."""

    council: str
    interest: Code
    title: str
    recipient: str
    basis: str
    gives: list[GivenFactView]
    withheld: list[Code] = Field(default_factory=list, description="Kinds that are kept from it for safety.")
    outside_agreement: list[Code] = Field(
        default_factory=list, description="Kinds that it would need, and that our agreement with it does not cover."
    )
    waits_for_consent: bool
    excluded: str | None
    opens: Code | None = Field(default=None, description="The service of the case that is opened for it.")


class NotOursView(View):
    """Somebody whom we cannot tell, and why."""

    who: str
    why: str


class PreviewView(View):
    """Exactly what goes to whom. `preview` names it: confirming says it back."""

    telling_id: UUID
    version: int
    person_id: PersonId
    life_event: Code
    title: str
    preview: str
    still_to_tell: list[Code]
    recipients: list[RecipientView]
    elsewhere: int = Field(default=0, description="Recipients in other councils that this reader is not shown.")
    told: int
    excluded: int
    interests: int
    still_to_tell_yourself: list[NotOursView]


class PartView(View):
    """What became of one recipient's part. Told + excluded are all there are."""

    delivery_id: UUID | None
    council: str
    interest: Code
    title: str
    recipient: str
    basis: str
    sends: str
    status: str
    told: str
    fact_kinds: list[Code]
    reason: str | None
    effect: str | None
    effective_date: date | None
    acknowledge_by: datetime | None
    act_by: datetime | None
    overdue: bool
    case_id: UUID | None = Field(default=None, description="The case that it is dealt with in.")
    case_reference: str | None = None


class TellingSummary(View):
    """A telling in a list."""

    telling_id: UUID
    reference: str
    life_event: Code
    title: str
    status: str
    begun_at: datetime
    confirmed_at: datetime | None
    supersedes: UUID | None
    linked_to: UUID | None


class TellingView(TellingSummary):
    """A telling and what became of each part of it. An officer is shown their own council's parts; `elsewhere` counts others."""

    version: int
    person_id: PersonId
    told_by: str
    previewed_at: datetime | None = Field(default=None, description="When what is, or would be, told was last read.")
    abandoned_by: str | None = None
    abandoned_because: str | None = None
    parts: list[PartView]
    elsewhere: int
    told: int
    excluded: int
    interests: int
    still_to_tell_yourself: list[NotOursView]


class DeliverySummary(View):
    """A delivery in a council's queue."""

    delivery_id: UUID
    telling_id: UUID
    council: str
    interest: Code
    title: str
    recipient: str
    owner: Code
    sends: str
    status: str
    person_id: PersonId
    delivered_at: datetime | None
    acknowledge_by: datetime
    act_by: datetime
    late_to_acknowledge: bool
    overdue: bool
    escalated_at: datetime | None
    case_id: UUID | None = Field(default=None, description="The case that it is dealt with in: it is moved there.")
    case_reference: str | None = None


class DeliveryView(DeliverySummary):
    """A delivery with the facts its recipient needs, and what may be done with it now."""

    version: int
    basis: str
    facts: dict[str, Any]
    protected_facts: list[Code] = Field(default_factory=list, description="Told, and not shown to this reader.")
    reason: str | None
    effect: str | None
    effective_date: date | None
    next_moves: list[str]


class LeftOutView(View):
    """A telling of which a recipient has not got its part."""

    telling_id: UUID
    reference: str
    missing: list[Code]


class ReconciliationView(View):
    """Whether anybody was left out: tellings with parts that went to nobody, for this council. `next` leads to further ones."""

    checked: int
    left_out: list[LeftOutView]
    next: str | None = None
