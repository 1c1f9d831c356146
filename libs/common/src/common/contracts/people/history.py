"""What happened to a person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.contracts.base import View


class TimelineEntryView(View):
    """One thing that happened to or for a person. `by` says who acted for them, where somebody did."""

    at: datetime
    event: str
    label: str
    council: str
    service: str
    case_id: UUID | None
    by: str | None = None
