"""What partners are told of life events, over HTTP, and what they answer."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Page
from common.contracts.cases import ReasonNeeded
from common.contracts.partners.deliveries import ToldSummary, ToldView
from common.contracts.partners.organisations import NotAnActivePartner
from common.contracts.tellings import DeliveryCannotGoThere, EffectNeeded, MoveDelivery
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import partners

from partner_gateway import queries
from partner_gateway.commands import telling

routes = Api(tag="deliveries")


@routes.read("/deliveries", allow=partners("deliveries:read"), refuses=[NoSuchCursor, NotAnActivePartner])
async def told_to_partner(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[ToldSummary]:
    """What your organisation was told of life events, newest first: also what corrects it, and what was told in error."""
    return await queries.told_to_partner(read, limit=limit, cursor=cursor)


@routes.read("/deliveries/{delivery_id}", allow=partners("deliveries:read"), refuses=[NotAnActivePartner])
async def told_delivery(delivery_id: UUID, read: Read) -> ToldView:
    """Something that your organisation was told: the facts that it needs, and what it may answer now."""
    return await queries.delivery_view(read, delivery_id)


@routes.edit(
    "/deliveries/{delivery_id}/moves",
    allow=partners("deliveries:write"),
    refuses=[DeliveryCannotGoThere, EffectNeeded, NotAnActivePartner, ReasonNeeded],
)
async def answer_delivery(delivery_id: UUID, command: MoveDelivery, tx: Tx) -> ToldView:
    """Say what became of it: taken, matched, nothing held, several found, done and since when, or not and why.

    The same answer once more changes nothing.
    """
    return await telling.answer(tx, delivery_id, command)
