"""What partners are shown of the life events that they are told of. They answer with `MoveDelivery`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from common.contracts.base import Code, View


class ToldSummary(View):
    """What a partner was told, in its list. `matter_id` is shared by a telling, what corrects it and what takes it back."""

    delivery_id: UUID
    matter_id: UUID
    council: str
    interest: Code
    title: str
    sends: str
    status: str
    told_at: datetime
    acknowledge_by: datetime
    act_by: datetime
    overdue: bool


class ToldView(ToldSummary):
    """What a partner was told, with the facts that it needs, and what it may answer now."""

    version: int
    basis: str
    fact_kinds: list[Code] = Field(description="The kinds of facts that it was told.")
    facts: dict[str, Any] | None = Field(
        description="Null where there is nothing more to do with them, or they were told in error."
    )
    corrected: list[Code] = Field(
        description="Kinds that were told otherwise since: see what came later in the matter."
    )
    restricted: list[Code] = Field(description="Kinds that are not shown any more, for somebody's safety.")
    outside_agreement: list[Code] = Field(
        default_factory=list, description="Kinds that your information-sharing agreement does not name today."
    )
    effect: str | None
    effective_date: date | None
    reason: str | None
    next_moves: list[str]
