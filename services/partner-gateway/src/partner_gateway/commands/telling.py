"""What partners are told of life events, and what they answer: load, decide, write."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from common.contracts.partners.consents import Purpose
from common.contracts.partners.deliveries import ToldView
from common.contracts.partners.organisations import PartnerStatus
from common.contracts.tellings import (
    DeliveryEvent,
    DeliverySent,
    DeliveryStatus,
    MoveDelivery,
    RecipientTold,
    TellsPartner,
)
from common.runtime.envelope import Heard
from common.runtime.transaction import Transaction

from partner_gateway.domain import deliveries
from partner_gateway.queries import named
from partner_gateway.queries.agreements import today
from partner_gateway.queries.deliveries import delivery_of, shown_delivery
from partner_gateway.tables import Delivery


async def take_in(tx: Transaction, sent: DeliverySent, tells: TellsPartner, heard: Heard) -> None:
    """Keep for a partner what it is told, with its facts as they are sealed."""
    kept = await tx.one(named.DELIVERY, delivery_id=heard.aggregate_id)
    known = await tx.one(named.ORGANISATION, partner_id=sent.recipient, today=today(tx))
    if heard.person_id is None or kept is not None:
        return
    agreed = known is not None and known.cover.serves(tells.council, Purpose.TELL_US_ONCE)
    reads = agreed and known is not None and known.partner.status == PartnerStatus.ACTIVE
    row = tx.add(
        Delivery(
            **tells.model_dump(exclude={"delivery_id", "basis"}),
            id=heard.aggregate_id,
            person_id=heard.person_id,
            partner_id=sent.recipient,
            basis=tells.basis.value,
            interest=sent.interest,
            sends=sent.sends.value,
            status=(DeliveryStatus.DELIVERED if reads else DeliveryStatus.SENT).value,
            told_at=heard.occurred,
            correlation_id=heard.correlation_id,
            last_said=heard.id,
            trace=heard.trace,
        )
    )
    if reads:
        tx.say(RecipientTold(delivery_id=row.id), on=row)


async def answer(tx: Transaction, delivery_id: UUID, command: MoveDelivery) -> ToldView:
    """Say, as the partner, what became of it. Said twice, it is said once."""
    found, cover = await delivery_of(tx, delivery_id)
    row = found.delivery
    tx.edits(row)
    tx.saw([row.person_id], "answered what somebody told once")
    said: dict[str, Any] = command.model_dump(exclude={"move"})
    if row.last_move == command.move and all(getattr(row, name) == value for name, value in said.items()):
        return shown_delivery(found, cover, now=tx.now)
    answered = deliveries.answered(command, row.id, status=row.status, sends=row.sends)
    tx.change(row, status=deliveries.status_after(command.move, row.status).value, last_move=command.move.value, **said)
    tx.say(answered, on=row)
    return shown_delivery(found, cover, now=tx.now)


async def end(tx: Transaction, moved: DeliveryEvent, heard: Heard) -> None:
    """It is over for the council whose telling it is: its partner has nothing more to do with the facts."""
    row = await tx.one(named.DELIVERY, delivery_id=heard.aggregate_id)
    if row is not None:
        came_of_it = {name: getattr(moved, name, None) for name in ("effect", "effective_date", "reason")}
        tx.change(row, status=moved.status.value, facts={}, ended_at=heard.occurred, **came_of_it)
