"""Views of what partners are told of life events: each its own, with exactly what was previewed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from common.agreements import Cover, outside
from common.contracts.base import Page
from common.contracts.partners.consents import Purpose
from common.contracts.partners.deliveries import ToldSummary, ToldView
from common.contracts.tellings import is_over, next_moves
from common.runtime.pages import cut, place
from common.runtime.problems import NotFound
from common.runtime.reading import Reading
from common.runtime.sealed import is_unreadable

from partner_gateway.domain import deliveries, referrals
from partner_gateway.queries import named
from partner_gateway.queries.named import ToldPartner
from partner_gateway.queries.partners import bound_by
from partner_gateway.tables import Delivery


async def told_to_partner(read: Reading, *, limit: int, cursor: str | None) -> Page[ToldSummary]:
    """What the partner who asks was told of life events, newest first."""
    at, after = place(cursor)
    await bound_by(read)
    rows = await read.all(named.DELIVERIES_OF_PARTNER, partner=read.me.partner, at=at, row=after, most=limit + 1)
    shown, following = cut(rows, limit, at=lambda row: (row.told_at, row.id))
    read.saw({row.person_id for row in shown}, "looked at the list of what people told once")
    return Page(items=[ToldSummary(**_summary(row, read.now)) for row in shown], next=following)


async def delivery_view(read: Reading, delivery_id: UUID) -> ToldView:
    """Something that the partner who asks was told."""
    found, cover = await delivery_of(read, delivery_id)
    read.saw([found.delivery.person_id], "looked at what somebody told once")
    return shown_delivery(found, cover, now=read.now)


async def delivery_of(session: Reading, delivery_id: UUID) -> tuple[ToldPartner, Cover]:
    """What the partner who asks was told, what came later of it, and what binds the partner. Raises NotFound."""
    cover = await bound_by(session)
    found = await session.one(named.DELIVERY_OF_PARTNER, delivery_id=delivery_id, partner=session.me.partner)
    if found is None or cover is None:
        raise NotFound
    return found, cover


def shown_delivery(found: ToldPartner, cover: Cover, *, now: datetime) -> ToldView:
    """A delivery as its partner may see it, by its agreements.

    What was corrected since is not shown, nor where somebody is who is protected since.
    """
    row = found.delivery
    corrected = deliveries.corrected(row.fact_kinds, found.later)
    protected = referrals.protected_later(found.protections, than=row.told_at, person_id=row.person_id)
    restricted = sorted(deliveries.TELLS_WHERE.intersection(row.fact_kinds)) if protected else []
    sees = deliveries.sees_facts(row.status, row.sends, found.later) and not is_unreadable(row.facts)
    beyond = outside(sorted(row.fact_kinds), cover.shown(row.council, Purpose.TELL_US_ONCE))
    hidden = {*corrected, *restricted, *beyond}
    return ToldView(
        **_summary(row, now),
        facts={kind: value for kind, value in row.facts.items() if kind not in hidden} if sees else None,
        corrected=corrected,
        restricted=restricted,
        outside_agreement=beyond,
        next_moves=next_moves(row.status, row.sends),
        **row.model_dump(include={"version", "basis", "fact_kinds", "effect", "effective_date", "reason"}),
    )


_SAME = set(ToldSummary.model_fields) - {"delivery_id", "overdue"}


def _summary(row: Delivery, now: datetime) -> dict[str, Any]:
    overdue = not is_over(row.status, row.sends) and now > row.act_by
    return {**row.model_dump(include=_SAME), "delivery_id": row.id, "overdue": overdue}
