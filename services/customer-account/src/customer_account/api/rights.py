"""What people ask us to do with their data."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Page
from common.contracts.people import ImpossibleDates, RecordRestricted, WrongShape
from common.contracts.people.erasing import JoinedNotErased, ProtectedNotErased
from common.contracts.people.limits import LiftRestriction, NotRestricted, SayOnWhatGround, SayWhatTheAnswerIs
from common.contracts.people.protection import AddressInText
from common.contracts.people.rights import (
    AskForRight,
    AskForRightOf,
    DecideRightsRequest,
    HeldAlready,
    NotForThisRight,
    NotToDecide,
    PackageGone,
    PackageNotReady,
    RightAskedAlready,
    RightsRequestsView,
    RightsRequestView,
    SayForWhat,
    SayWhatIsNotRight,
    SayWhyNot,
)
from common.runtime.files import File
from common.runtime.limits import though_restricted
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.problems import NotFound
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers, residents

from customer_account.commands import limiting
from customer_account.commands import rights as commands
from customer_account.queries import packages
from customer_account.queries import rights as queries

routes = Api(tag="rights")
may_decide = officers("rights:decide")
LACKING = [SayOnWhatGround, SayWhatTheAnswerIs]
ASKING = [
    RightAskedAlready,
    NotForThisRight,
    SayForWhat,
    SayWhatIsNotRight,
    HeldAlready,
    WrongShape,
    ImpossibleDates,
]


@routes.create("/me/rights-requests", allow=residents, refuses=[NotFound, *ASKING])
async def ask_for_my_right(command: AskForRight, tx: Tx) -> RightsRequestView:
    """Ask for what is held of me, to take it elsewhere, to erase it, to leave it alone, or to stop using it for something."""
    return await commands.ask_for_my_right(tx, command)


@routes.read("/me/rights-requests", allow=residents)
async def my_rights_requests(read: Read) -> RightsRequestsView:
    """What I asked, how far it has got, and which service has done its part."""
    return await queries.my_rights_requests(read)


@routes.read("/me/rights-requests/{request_id}", allow=residents)
async def my_rights_request(request_id: UUID, read: Read) -> RightsRequestView:
    """One of them."""
    return await queries.my_rights_request(read, request_id)


@routes.file(
    "/me/rights-requests/{request_id}/package",
    allow=residents,
    media_type=packages.MEDIA_TYPE,
    refuses=[PackageNotReady, PackageGone],
)
async def my_package(request_id: UUID, read: Read) -> File:
    """What is held of me, or what I told you, as one file: a page to read, and the data itself. That I fetched it is noted."""
    return await packages.my_package(read, request_id)


@routes.edit(
    "/rights-requests/{request_id}/lifting", allow=may_decide, refuses=[NotRestricted, RecordRestricted, AddressInText]
)
@though_restricted("it answers the person")
async def lift_restriction(request_id: UUID, command: LiftRestriction, tx: Tx) -> RightsRequestView:
    """Say why a person's data may be used again. They are told, and it is a week later."""
    return await limiting.lift_restriction(tx, request_id, command)


@routes.edit("/me/rights-requests/{request_id}/withdrawal", allow=residents, refuses=[NotToDecide])
async def withdraw_rights_request(request_id: UUID, tx: Tx) -> RightsRequestView:
    """Take back what nobody has decided yet, or what you asked us not to do and we keep to."""
    return await commands.withdraw_rights_request(tx, request_id)


@routes.create(
    "/persons/{person_id}/rights-requests",
    allow=officers("persons:write"),
    refuses=[*ASKING, RecordRestricted, AddressInText],
)
@though_restricted("it keeps what the person asks")
async def ask_for_right(person_id: UUID, command: AskForRightOf, tx: Tx) -> RightsRequestView:
    """Note what a person asked for on the phone, at the desk or by letter."""
    return await commands.ask_for_right(tx, person_id, command)


@routes.read("/rights-requests", allow=may_decide, refuses=[NoSuchCursor])
async def open_rights_requests(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[RightsRequestView]:
    """What people asked that is not done yet, what is due first first."""
    return await queries.open_rights_requests(read, limit=limit, cursor=cursor)


@routes.read("/rights-requests/{request_id}", allow=may_decide, refuses=[RecordRestricted])
async def rights_request(request_id: UUID, read: Read) -> RightsRequestView:
    """One request, with what each service answered."""
    return await queries.rights_request(read, request_id)


@routes.edit(
    "/rights-requests/{request_id}/decision",
    allow=may_decide,
    refuses=[NotToDecide, SayWhyNot, *LACKING, RecordRestricted, AddressInText, ProtectedNotErased, JoinedNotErased],
)
@though_restricted("it answers the person")
async def decide_rights_request(request_id: UUID, command: DecideRightsRequest, tx: Tx) -> RightsRequestView:
    """Grant a request, or refuse it with a reason that the person reads."""
    return await commands.decide_rights_request(tx, request_id, command)
