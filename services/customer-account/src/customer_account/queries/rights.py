"""What people asked us to do with their data: as they read it, and as officers do who decide."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from common.contracts.base import Page
from common.contracts.people.rights import (
    HOLDERS,
    HolderAnswer,
    Right,
    RightsRequestsView,
    RightsRequestView,
)
from common.runtime.pages import cut
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from customer_account.domain import packages
from customer_account.domain.limiting import HOLDS
from customer_account.domain.packages import GATHERED
from customer_account.domain.rights import DECIDED
from customer_account.queries import named
from customer_account.queries.clearance import cleared, look
from customer_account.queries.days import at_day, place_by_day
from customer_account.queries.facts import columns_of
from customer_account.tables import RightsRequest


async def my_rights_requests(read: Reading) -> RightsRequestsView:
    """What the resident asked."""
    found = await read.all(named.MY_RIGHTS_REQUESTS)
    return RightsRequestsView(items=[shown_request(each) for each in found])


async def my_rights_request(read: Reading, request_id: UUID) -> RightsRequestView:
    """One of them."""
    return shown_request(await my_request(read, request_id))


async def open_rights_requests(read: Reading, *, limit: int, cursor: str | None) -> Page[RightsRequestView]:
    """What an officer's council has to see to, what is due first first."""
    day, row = place_by_day(cursor)
    asked = {"council": read.council, "cleared": cleared(read), "day": day, "row": row, "most": limit + 1}
    found = [each.row for each in await read.all(named.RIGHTS_REQUESTS_OPEN, **asked)]
    shown, following = cut(found, limit, at=lambda request: at_day(request.due_on, request.id))
    read.saw([request.person_id for request in shown], "looked at what people ask about their data")
    return Page(items=[shown_request(request) for request in shown], next=following)


async def rights_request(read: Reading, request_id: UUID) -> RightsRequestView:
    """One request, for an officer."""
    return shown_request(await request_for_council(read, request_id, "looked at what a person asked about their data"))


async def my_request(read: Reading, request_id: UUID) -> RightsRequest:
    """A request of the resident who asks."""
    found = await read.one(named.MY_RIGHTS_REQUEST, request_id=request_id)
    if found is None:
        raise NotFound
    return found


async def request_for_council(read: Reading, request_id: UUID, why: str) -> RightsRequest:
    """A request that an officer's council may see."""
    found = await read.one(named.RIGHTS_REQUEST_FOR_COUNCIL, request_id=request_id, council=read.council)
    if found is None:
        raise NotFound
    look(read, found.row.person_id, why, protected=found.protected)
    return found.row


def shown_request(row: RightsRequest) -> RightsRequestView:
    """A request with the answer of every service, where each has its part in it."""
    everywhere = row.right in (DECIDED | GATHERED) - {Right.OTHER} or row.answers or row.waits_since
    holders = [_answer(name, called, row.answers.get(name)) for name, called in HOLDERS.items()] if everywhere else []
    more = {"holders": holders, "holds": holds(row), "package": packages.shown(row.package)}
    return RightsRequestView(**columns_of(row, RightsRequestView) | more)


def holds(row: RightsRequest) -> bool:
    """Whether somebody's data is not used now because of this."""
    return row.right in HOLDS and row.waits_since is not None and row.ended_at is None


def _answer(service: str, called: str, answer: dict[str, Any] | None) -> HolderAnswer:
    if answer is None:
        return HolderAnswer(service=service, called=called, answered_at=None)
    at = datetime.fromisoformat(answer["at"])
    return HolderAnswer(
        service=service,
        called=called,
        answered_at=at,
        records=answer.get("records"),
        kept=answer.get("kept", []),
        keeps=answer.get("keeps", True),
    )
