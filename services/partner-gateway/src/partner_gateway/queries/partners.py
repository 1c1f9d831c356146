"""Views of partners."""

from __future__ import annotations

from common.agreements import Cover
from common.contracts.base import Page
from common.contracts.partners.organisations import NotAnActivePartner, PartnerStatus, PartnerView
from common.runtime.pages import cut, place
from common.runtime.problems import NotFound
from common.runtime.reading import Reading
from common.runtime.rules import NotSignedIn

from partner_gateway.domain import partners
from partner_gateway.queries import named
from partner_gateway.queries.agreements import today
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


async def bound_by(session: Reading) -> Cover | None:
    """The agreements by which a partner who asks may be shown something today; nothing binds anybody else.

    Raises NotAnActivePartner where it is not active (any more): a token alone is not enough.
    """
    if session.me.role != "partner":
        return None
    whose = {"partner_id": session.me.partner, "key": session.me.session}
    found = await session.one(named.CALLING, **whose, today=today(session))
    if found is not None and found.revoked:  # the events that say so may be on their way, or away
        raise NotSignedIn
    if found is None or found.partner.status != PartnerStatus.ACTIVE:
        raise NotAnActivePartner
    return found.cover


def shown_partner(row: Partner) -> PartnerView:
    """A partner with what may be done with it."""
    return PartnerView(
        partner_id=row.partner_id,
        name=row.name,
        kind=row.kind,
        status=row.status,
        version=row.version,
        applied_at=row.applied_at,
        changed_at=row.changed_at,
        next_actions=partners.next_actions(PartnerStatus(row.status)),
    )
