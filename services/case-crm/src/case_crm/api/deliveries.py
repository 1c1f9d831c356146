"""What lies with a council's services of what people told once."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Page
from common.contracts.cases import ReasonNeeded
from common.contracts.tellings import (
    DealtWithInCase,
    DeliveryCannotGoThere,
    DeliverySummary,
    DeliveryView,
    EffectNeeded,
    MoveDelivery,
)
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers

from case_crm import queries
from case_crm.commands import delivering

routes = Api(tag="tellings")


@routes.read("/deliveries", allow=officers("cases:read"), refuses=[NoSuchCursor])
async def delivery_queue(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[DeliverySummary]:
    """What the council's services were told and are not done with, whatever is due first."""
    return await queries.delivery_queue(read, limit=limit, cursor=cursor)


@routes.read("/deliveries/{delivery_id}", allow=officers("cases:read"))
async def delivery(delivery_id: UUID, read: Read) -> DeliveryView:
    """A delivery: the facts that its service needs, and what may be done with it now."""
    return await queries.delivery_view(read, delivery_id)


@routes.edit(
    "/deliveries/{delivery_id}/moves",
    allow=officers("cases:write"),
    refuses=[DealtWithInCase, DeliveryCannotGoThere, EffectNeeded, ReasonNeeded],
)
async def move_delivery(delivery_id: UUID, command: MoveDelivery, tx: Tx) -> DeliveryView:
    """Say what became of it: taken, matched, nothing held, several found, done and since when, or not and why."""
    return await delivering.move_delivery(tx, delivery_id, command)
