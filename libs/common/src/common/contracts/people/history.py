"""What happened to a person, and who looked."""

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


class AccessEntryView(View):
    """One look at a person's data by somebody else."""

    at: datetime
    role: str
    organisation: str | None
    system: str
    reason: str
    case_id: UUID | None
