"""Not using somebody's data, as they asked: granted, told to every service, announced to be over, taken back."""

from __future__ import annotations

from uuid import UUID

from common.contracts.messages import MessageRequested
from common.contracts.people.limits import (
    LiftRestriction,
    NotRestricted,
    ObjectionEnded,
    ObjectionUpheld,
    PersonRestricted,
    PersonUnrestricted,
    RestrictedBecause,
    RestrictionEnding,
)
from common.contracts.people.rights import (
    Right,
    RightsRequestDone,
    RightsRequestStatus,
    RightsRequestView,
    RightsRequestWithdrawn,
)
from common.runtime.messages import request_message
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from customer_account.commands.book import LOOK_FOR_DUPLICATES
from customer_account.commands.texts import check_texts
from customer_account.domain.days import day_of
from customer_account.domain.limiting import NOTICE
from customer_account.queries import named
from customer_account.queries.rights import holds, request_for_council, shown_request
from customer_account.tables import RightsRequest

RESTRICTION_ENDS = Timer("restriction_ends")


def restrict(tx: Transaction, request: RightsRequest) -> None:
    """Have every service keep what it knows of a person, and not use it."""
    tx.change(request, waits_since=tx.now)
    because = RestrictedBecause(request.because or RestrictedBecause.OTHER)
    tx.say(PersonRestricted(because=because, visible_to=request.visible_to), on=request)


def stop_using(tx: Transaction, request: RightsRequest) -> None:
    """Have no service use what it knows of a person for a purpose that they object to."""
    tx.change(request, waits_since=tx.now)
    tx.say(ObjectionUpheld(purpose=request.purpose or "", visible_to=request.visible_to), on=request)


def answer(tx: Transaction, request: RightsRequest) -> None:
    """What an officer answered is all that there is to do."""
    tx.change(request, status=RightsRequestStatus.DONE.value, ended_at=tx.now)
    tx.say(RightsRequestDone(right=Right(request.right), visible_to=request.visible_to), on=request)


def take_back(tx: Transaction, request: RightsRequest) -> None:
    """The person no longer wants what is kept to."""
    tx.change(request, status=RightsRequestStatus.WITHDRAWN.value, ended_at=tx.now)
    tx.say(RightsRequestWithdrawn(visible_to=request.visible_to), on=request)
    _say_over(tx, request)
    if request.ends_at is not None:
        tx.forget(RESTRICTION_ENDS, about=request)


async def lift_restriction(tx: Transaction, request_id: UUID, command: LiftRestriction) -> RightsRequestView:
    """Tell a person that their data is used again a week from now, and why."""
    request = await request_for_council(tx, request_id, "ended that a person's data is kept and not used")
    await check_texts(tx, request.person_id, {"/explanation": command.explanation})
    tx.edits(request)
    if request.right != Right.RESTRICTION or not holds(request) or request.ends_at is not None:
        raise NotRestricted
    ends_at = tx.now + NOTICE
    tx.change(request, ends_at=ends_at, because=command.because, explanation=command.explanation)
    tx.say(RestrictionEnding(ends_at=ends_at, visible_to=request.visible_to), on=request)
    tx.remind(RESTRICTION_ENDS, about=request, at=ends_at)
    told = MessageRequested(
        template="restriction_ending",
        values={"reference": request.reference, "day": day_of(ends_at).isoformat()},
        legally_required=True,
    )
    request_message(tx, told, person_id=request.person_id)
    return shown_request(request)


async def end_restriction(tx: Transaction, request_id: UUID) -> None:
    """Use what is known of a person again: they were told."""
    request = await tx.one(named.RIGHTS_REQUEST, request_id=request_id)
    if request is None or not holds(request):
        return
    facts = await tx.one(named.FACTS, person_id=request.person_id)
    tx.change(request, status=RightsRequestStatus.DONE.value, ended_at=tx.now)  # whoever answers now is not waited for
    _say_over(tx, request)
    if facts is not None:  # who may be the same was not looked for meanwhile
        tx.remind(LOOK_FOR_DUPLICATES, about=facts, at=tx.now)


def _say_over(tx: Transaction, request: RightsRequest) -> None:
    if request.right == Right.RESTRICTION:
        tx.say(PersonUnrestricted(visible_to=request.visible_to), on=request)
    else:
        tx.say(ObjectionEnded(purpose=request.purpose or "", visible_to=request.visible_to), on=request)
