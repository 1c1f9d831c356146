"""What happened to a person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.contracts.base import View


class TimelineEntryView(View):
    """One thing that happened to or for a person."""

    at: datetime
    event: str
    label: str
    council: str
    service: str
    case_id: UUID | None
