"""What somebody wants met: it may take several cases, of both councils, and its time runs from the first to the last of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.contracts.base import Event, Refusal, View
from common.contracts.cases.views import CaseSummary


class NeedView(View):
    """A need and its cases, as far as the reader may see them. `over_at` is the end of the last, once all are ended."""

    need_id: UUID
    since: datetime
    over_at: datetime | None
    cases: list[CaseSummary]


class UnknownNeed(Refusal, status=422):
    """We know of no such need of this person."""


class NeedEvent(Event, aggregate="need", speaker="case-crm"):
    """What somebody wants met, from its first case to its last. `case_id` is the first of them."""

    case_id: UUID


class NeedOpened(NeedEvent, name="need.opened"):
    """Somebody wants something met; or, `again`, what had been met is under way once more."""

    again: bool = False


class NeedMet(NeedEvent, name="need.met"):
    """Each of its so many cases has ended, of whichever council and however."""

    cases: int
