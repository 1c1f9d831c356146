"""Views of what is to be stopped, for whoever was told it."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Page
from common.contracts.partners.withdrawals import WithdrawalView
from common.runtime.pages import cut, place
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from partner_gateway.queries import named
from partner_gateway.tables import Withdrawal


async def withdrawals(read: Reading, *, limit: int, cursor: str | None) -> Page[WithdrawalView]:
    """What a partner, or a council that partners asked, is to stop using. A partner that was suspended must stop, too."""
    at, after = place(cursor)
    partner = read.me.partner
    query = named.WITHDRAWALS_OF_PARTNER if partner else named.WITHDRAWALS_OF_COUNCIL
    whose = {"partner": partner} if partner else {"council": read.council}
    rows = await read.all(query, **whose, at=at, row=after, most=limit + 1)
    shown, following = cut(rows, limit, at=lambda row: (row.told_at, row.id))
    return Page(items=[shown_withdrawal(row) for row in shown], next=following)


async def withdrawal(session: Reading, withdrawal_id: UUID) -> Withdrawal:
    """One of them. Raises NotFound unless the caller is the recipient."""
    row = await session.one(named.WITHDRAWAL, withdrawal_id=withdrawal_id)
    if row is None or row.partner_id != session.me.partner:
        raise NotFound
    if row.partner_id is None and row.council != session.council:
        raise NotFound
    return row


def shown_withdrawal(row: Withdrawal) -> WithdrawalView:
    """A withdrawal, without whose it is."""
    return WithdrawalView(withdrawal_id=row.id, **row.model_dump(include=set(WithdrawalView.model_fields)))
