"""Something that was held of somebody was put right: every service that keeps a copy says that it holds the new one."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import CouncilId, Event
from common.contracts.people.rights import RightsRequestEvent


class RectificationRequested(RightsRequestEvent, name="rectification.requested"):
    """Whoever keeps a copy of this person's facts is to say when it holds them as they are since this version of them."""

    facts_of: UUID
    facts_version: int
    facts_era: int = 0
    visible_to: list[CouncilId]


class RectificationPartEvent(Event, aggregate="rectification_part", speaker="any"):
    """One service's part in putting something right."""


class RectificationConfirmed(RectificationPartEvent, name="rectification.confirmed"):
    """A service holds what was put right; or (`keeps` false) keeps no copy of what people told us."""

    request_id: UUID
    service: str
    keeps: bool
