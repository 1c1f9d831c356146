"""What partners are told of life events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.contracts.keys import KeyClass, Sealed
from common.runtime.tables import Aggregate, OfCouncil, document, moment
from sqlalchemy import Index

from partner_gateway.tables.registry import PartnerGateway, texts

_TOLD = Sealed("delivery.told", row="id", council="council", under=KeyClass.TELLING)


class Delivery(Aggregate, OfCouncil, PartnerGateway, table=True):
    """What a partner was told of a life event, under the id of its delivery, and the last it answered."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index("delivery_of_partner", "partner_id", "told_at", "id"),
        Index("delivery_of_matter", "matter_id", "partner_id", "told_at"),
        Index("delivery_of_person", "person_id"),
        Index("delivery_over", "council", "told_at"),
    )

    person_id: UUID
    partner_id: str
    matter_id: UUID
    interest: str
    title: str
    basis: str
    sends: str
    status: str
    fact_kinds: list[str] = texts()
    facts: Any = document(sealed=_TOLD)
    told_at: datetime = moment()
    acknowledge_by: datetime = moment()
    act_by: datetime = moment()
    last_move: str | None = None
    effect: str | None = None
    effective_date: date | None = None
    reason: str | None = None
    ended_at: datetime | None = moment(default=None, nullable=True)
