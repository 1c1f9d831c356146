"""Legal holds: what is held of somebody is kept as long as a matter needs it."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Page
from common.contracts.people import RecordRestricted
from common.contracts.people.holds import (
    LegalHoldsView,
    LegalHoldView,
    MyLegalHoldsView,
    NoLongerHeld,
    PlaceLegalHold,
    ReviewLegalHold,
    WrongReview,
)
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers, residents

from customer_account.commands import holds as commands
from customer_account.queries import holds as queries

routes = Api(tag="rights")
may_hold = officers("holds:write")


@routes.create("/persons/{person_id}/legal-holds", allow=may_hold, refuses=[RecordRestricted, WrongReview])
async def place_legal_hold(person_id: UUID, command: PlaceLegalHold, tx: Tx) -> LegalHoldView:
    """Have every service keep all that it holds of a person, whatever its time, until the hold is lifted."""
    return await commands.place_hold(tx, person_id, command)


@routes.read("/persons/{person_id}/legal-holds", allow=may_hold, refuses=[RecordRestricted])
async def legal_holds_of_person(person_id: UUID, read: Read) -> LegalHoldsView:
    """The holds that the officer's council placed on a person, newest first."""
    return await queries.legal_holds_of_person(read, person_id)


@routes.read("/legal-holds", allow=may_hold, refuses=[NoSuchCursor])
async def legal_holds(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[LegalHoldView]:
    """The holds of the officer's council that run now, what is to be reviewed first first."""
    return await queries.legal_holds_running(read, limit=limit, cursor=cursor)


@routes.edit("/legal-holds/{hold_id}/reviews", allow=may_hold, refuses=[NoLongerHeld, WrongReview, RecordRestricted])
async def review_legal_hold(hold_id: UUID, command: ReviewLegalHold, tx: Tx) -> LegalHoldView:
    """Note that a hold is still needed, and when that is looked at again."""
    return await commands.review_hold(tx, hold_id, command)


@routes.edit("/legal-holds/{hold_id}/end", allow=may_hold, refuses=[NoLongerHeld, RecordRestricted])
async def lift_legal_hold(hold_id: UUID, tx: Tx) -> LegalHoldView:
    """Lift a hold. What was kept only for it goes at the next run."""
    return await commands.lift_hold(tx, hold_id)


@routes.read("/me/legal-holds", allow=residents)
async def my_legal_holds(read: Read) -> MyLegalHoldsView:
    """What is kept of me for a while although its time may be over: by which council, and for what kind of matter."""
    return await queries.my_legal_holds(read)
