"""What may pass between partners and councils."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from common.runtime.tables import Aggregate, OfEverybody, document, moment
from sqlalchemy import Index

from partner_gateway.tables.registry import PartnerGateway, texts


class Agreement(Aggregate, OfEverybody, PartnerGateway, table=True):
    """What may pass between a partner and councils, as they signed it. Agreements are no secret; nobody's data is in one."""

    __tablename__ = "agreement"
    __table_args__ = (
        Index("agreement_by_age", "drafted_at", "id"),
        Index("agreement_of_partner", "partner_id", "drafted_at", "id"),
        Index("agreement_in_force", "partner_id", postgresql_where="status IN ('active', 'review_due')"),
    )

    partner_id: str
    title: str
    councils: list[str] = texts()
    terms: Any = document()
    begins_on: date
    review_on: date
    ends_on: date
    status: str
    signatures: Any = document()
    revoked_because: str | None = None
    drafted_at: datetime = moment()
    changed_at: datetime = moment()
