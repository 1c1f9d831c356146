"""What is answered to a request about somebody's data, by every service or with a no: load, decide, write."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from common.contracts.people.rights import (
    HOLDERS,
    Right,
    RightsRequestAnswered,
    RightsRequestDone,
    RightsRequestRefused,
    RightsRequestStatus,
)
from common.runtime.transaction import Transaction

from customer_account.domain.limiting import HOLDS
from customer_account.queries import named
from customer_account.tables import RightsRequest


async def note_answer(tx: Transaction, request_id: UUID, service: str, *, at: datetime, **said: Any) -> None:
    """Keep that a service did its part. When all have, the request is done.

    It is said on the request: of two answers that come at one moment, neither is lost.
    """
    request = await tx.one(named.RIGHTS_REQUEST, request_id=request_id)
    if request is None or request.status != RightsRequestStatus.UNDER_WAY:
        return
    answers = {**request.answers, service: {"at": at.isoformat(), **said}}
    tx.change(request, answers=answers)
    tx.say(RightsRequestAnswered(service=service, visible_to=request.visible_to), on=request)
    if HOLDERS.keys() <= answers.keys():
        tx.change(request, status=RightsRequestStatus.DONE.value, ended_at=None if request.right in HOLDS else tx.now)
        tx.say(RightsRequestDone(right=Right(request.right), visible_to=request.visible_to), on=request)


def refuse(tx: Transaction, request: RightsRequest, *, because: str, explanation: str) -> None:
    """Say why we do not do what was asked."""
    refused = RightsRequestStatus.REFUSED.value
    tx.change(request, status=refused, because=because, explanation=explanation, ended_at=tx.now)
    tx.say(RightsRequestRefused(because=because, visible_to=request.visible_to), on=request)
