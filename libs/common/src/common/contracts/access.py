"""Looks at people's data: said by every service, kept and shown to the person by customer-account."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from common.contracts.base import Event, PersonId


class AccessEvent(Event, aggregate="access", speaker="any"):
    """Somebody else looked."""


class AccessRecorded(AccessEvent, name="access.recorded"):
    """An officer, partner or reviewer looked at data about these people. One entry a screen."""

    persons: list[PersonId] = Field(max_length=200)
    reason: str
    system: str
    role: str
    organisation: str | None = None
    case_id: UUID | None = None
