"""Views of partners."""

from __future__ import annotations

from common.contracts.base import Page
from common.contracts.partners.organisations import NotAnActivePartner, PartnerStatus, PartnerView
from common.runtime.pages import cut, place
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from partner_gateway.domain import partners
from partner_gateway.queries import named
from partner_gateway.tables import Partner


async def every_partner(read: Reading, *, limit: int, cursor: str | None) -> Page[PartnerView]:
    """The partners, the latest to apply first."""
    at, row = place(cursor)
    rows = await read.all(named.PARTNERS, at=at, row=row, most=limit + 1)
    shown, following = cut(rows, limit, at=lambda partner: (partner.applied_at, partner.id))
    return Page(items=[shown_partner(partner) for partner in shown], next=following)


async def partner(session: Reading, partner_id: str) -> Partner:
    """A partner by its id. Raises NotFound."""
    row = await session.one(named.PARTNER, partner_id=partner_id)
    if row is None:
        raise NotFound
    return row


async def refuse_inactive(session: Reading) -> None:
    """Raises NotAnActivePartner where a partner asks who is not active (any more): a token alone is not enough."""
    if session.me.role != "partner":
        return
    row = await session.one(named.PARTNER, partner_id=session.me.partner)
    if row is None or row.status != PartnerStatus.ACTIVE:
        raise NotAnActivePartner


def shown_partner(row: Partner) -> PartnerView:
    """A partner with what may be done with it."""
    return PartnerView(
        partner_id=row.partner_id,
        name=row.name,
        status=row.status,
        version=row.version,
        applied_at=row.applied_at,
        changed_at=row.changed_at,
        next_actions=partners.next_actions(PartnerStatus(row.status)),
    )
