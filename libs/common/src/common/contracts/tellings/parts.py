"""What goes to a partner of a telling: its facts sealed, and by when an answer is expected."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from common.contracts.base import Code, CouncilId, Open
from common.contracts.keys import TOLD_TO_PARTNER
from common.contracts.tellings.words import Basis


class TellsPartner(BaseModel):
    """A partner's part as it was decided. `matter_id` is shared by a telling, what corrects it and what takes it back."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    delivery_id: UUID
    council: CouncilId
    matter_id: UUID
    title: str
    basis: Open[Basis]
    fact_kinds: list[Code]
    facts: Annotated[dict[str, Any], TOLD_TO_PARTNER]
    acknowledge_by: datetime
    act_by: datetime
