"""Reads of what partners are told of life events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from common.runtime.query import query
from common.runtime.tables import as_read
from sqlalchemy import bindparam, func
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from partner_gateway.domain.deliveries import Later
from partner_gateway.domain.referrals import Protects
from partner_gateway.queries.named.paging import before
from partner_gateway.queries.named.referrals import known, protections_of
from partner_gateway.tables import (
    Delivery,
)

# -- what partners are told of life events


class ToldPartner(NamedTuple):
    """What a partner was told, what it was told later in the same matter, and what protects its person now."""

    delivery: Delivery
    later: Sequence[Later]
    protections: Sequence[Protects]


def _told_partner(
    *, later: list[dict[str, Any]] | None, protections: list[dict[str, str]] | None, **delivery: Any
) -> ToldPartner:
    return ToldPartner(as_read(Delivery, delivery), [Later(**each) for each in later or ()], known(protections))


_after = aliased(Delivery, name="after")
_later = (
    select(func.jsonb_agg(func.jsonb_build_object(*("sends", _after.sends), *("fact_kinds", _after.fact_kinds))))
    .where(
        col(_after.matter_id) == Delivery.matter_id,
        col(_after.partner_id) == Delivery.partner_id,
        col(_after.council) == Delivery.council,
        col(_after.interest) == Delivery.interest,
        col(_after.told_at) > Delivery.told_at,
    )
    .correlate(Delivery)
    .scalar_subquery()
    .label("later")
)
DELIVERY = query(select(Delivery).where(Delivery.id == bindparam("delivery_id")))
DELIVERY_OF_PARTNER = query(
    select(Delivery, _later, protections_of(Delivery)).where(
        Delivery.id == bindparam("delivery_id"), Delivery.partner_id == bindparam("partner")
    ),
    into=_told_partner,
)
DELIVERIES_OF_PARTNER = query(
    select(Delivery)
    .where(Delivery.partner_id == bindparam("partner"), before(Delivery.told_at, Delivery.id))
    .order_by(col(Delivery.told_at).desc(), col(Delivery.id).desc())
    .limit(bindparam("most"))
)
