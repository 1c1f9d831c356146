"""Partners over HTTP."""

from __future__ import annotations

from common.contracts.base import Page
from common.contracts.partners.organisations import (
    ApplyAsPartner,
    MovePartner,
    PartnerCannotGoThere,
    PartnerId,
    PartnerIdTaken,
    PartnerView,
)
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import administrators, officers

from partner_gateway import commands, queries

routes = Api(tag="partners")


@routes.create("/partners", allow=administrators("partners:write"), refuses=[PartnerIdTaken])
async def apply_as_partner(command: ApplyAsPartner, tx: Tx) -> PartnerView:
    """Note that an organisation wants to become a partner."""
    return await commands.apply_as_partner(tx, command)


@routes.read("/partners", allow=officers("partners:read"), refuses=[NoSuchCursor])
async def every_partner(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[PartnerView]:
    """The partners, the latest to apply first."""
    return await queries.every_partner(read, limit=limit, cursor=cursor)


@routes.edit(
    "/partners/{partner_id}/transitions", allow=administrators("partners:write"), refuses=[PartnerCannotGoThere]
)
async def move_partner(partner_id: PartnerId, command: MovePartner, tx: Tx) -> PartnerView:
    """Take a partner to its next status."""
    return await commands.move_partner(tx, partner_id, command)
