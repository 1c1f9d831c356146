"""The directory and signposts over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from common.contracts.base import Code, CouncilId, Page, View
from common.contracts.partners.directory import (
    ChosenNotOffered,
    District,
    EditService,
    GiveSignpost,
    NotServing,
    PublishService,
    RankedService,
    ServiceView,
    SignpostView,
    UnknownDirectoryService,
)
from common.contracts.partners.organisations import NotAnActivePartner, UnknownPartner
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import administrators, everybody, officers, partners, residents
from fastapi import Query

from partner_gateway import commands, queries

routes = Api(tag="directory")
keepers = officers("directory:write") | administrators("directory:write")


class Found(View):
    """Services that may help, the most helpful first."""

    items: list[RankedService]


@routes.read("/directory/services", allow=everybody)
async def find_services(
    read: Read,
    need: Annotated[Code, Query(description="What help is needed with, such as `food`.")],
    district: Annotated[District, Query()],
    council: Annotated[
        CouncilId | None, Query(description="Where it is known: services for a whole council are then this one's only.")
    ] = None,
    limit: Limit = 20,
) -> Found:
    """Services that help with a need where somebody lives, each with the reasons for its place in the list."""
    return Found(items=await queries.find_services(read, need=need, district=district, council=council, limit=limit))


@routes.read("/directory/services/{service_id}", allow=everybody)
async def directory_service(service_id: UUID, read: Read) -> ServiceView:
    """A service of the directory."""
    return queries.shown_service(await queries.service(read, service_id))


@routes.create("/directory/services", allow=keepers, refuses=[UnknownPartner, NotServing])
async def publish_service(command: PublishService, tx: Tx) -> ServiceView:
    """Put a service into the directory."""
    return await commands.publish_service(tx, command)


@routes.edit("/directory/services/{service_id}", allow=keepers, refuses=[NotServing], method="PATCH")
async def edit_service(service_id: UUID, command: EditService, tx: Tx) -> ServiceView:
    """Change a service of this council's part of the directory: its capacity, its hours, what it serves."""
    return await commands.edit_service(tx, service_id, command)


@routes.create(
    "/signposts",
    allow=officers("referrals:write") | residents | partners("referrals:write"),
    refuses=[UnknownDirectoryService, ChosenNotOffered, NotAnActivePartner],
)
async def give_signpost(command: GiveSignpost, tx: Tx) -> SignpostView:
    """Note that somebody was told of services. Nothing is kept of who it was."""
    return await commands.give_signpost(tx, command)


@routes.read("/signposts", allow=officers("referrals:read"), refuses=[NoSuchCursor])
async def signposts(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[SignpostView]:
    """The signposts given in a council, newest first."""
    return await queries.signposts(read, council=read.council, limit=limit, cursor=cursor)
