"""Views of information-sharing agreements, and what they let a partner be shown now."""

from __future__ import annotations

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from common.contracts.base import Page
from common.contracts.partners.agreements import AgreementStatus, AgreementView, SignatureView, TermView
from common.runtime.pages import cut, place
from common.runtime.problems import NotFound
from common.runtime.reading import Reading
from common.runtime.settings import TIME_ZONE

from partner_gateway.domain import agreements
from partner_gateway.domain.agreements import Days
from partner_gateway.queries import named
from partner_gateway.tables import Agreement

_SAME = set(AgreementView.model_fields) - {"agreement_id", "terms", "signatures", "in_force", "next_actions"}


async def every_agreement(
    read: Reading, *, partner_id: str | None, limit: int, cursor: str | None
) -> Page[AgreementView]:
    """Agreements, the latest first: a partner's own; all, or those of one partner, for the councils."""
    at, row = place(cursor)
    whose = read.me.partner or partner_id
    if whose is None:
        rows = await read.all(named.AGREEMENTS, at=at, row=row, most=limit + 1)
    else:
        rows = await read.all(named.AGREEMENTS_OF_PARTNER, partner_id=whose, at=at, row=row, most=limit + 1)
    shown, following = cut(rows, limit, at=lambda agreement: (agreement.drafted_at, agreement.id))
    return Page(items=[shown_agreement(read, agreement) for agreement in shown], next=following)


async def agreement(session: Reading, agreement_id: UUID) -> Agreement:
    """An agreement by its id. Raises NotFound, also where a partner asks for another's."""
    row = await session.one(named.AGREEMENT, agreement_id=agreement_id)
    if row is None or session.me.partner not in (None, row.partner_id):
        raise NotFound
    return row


def shown_agreement(session: Reading, row: Agreement) -> AgreementView:
    """An agreement with what may be done with it, by those who may."""
    status = AgreementStatus(row.status)
    theirs = session.me.role == "administrator" and session.me.council in row.councils
    return AgreementView(
        agreement_id=row.id,
        terms=[TermView(**term) for term in row.terms],
        signatures=[SignatureView(**each) for each in row.signatures],
        in_force=agreements.in_force(row.status, days_of(row), today=today(session)),
        next_actions=agreements.next_actions(status) if theirs else [],
        **row.model_dump(include=_SAME),
    )


def days_of(row: Agreement) -> Days:
    """When it begins, is looked at again, and ends."""
    return Days(row.begins_on, row.review_on, row.ends_on)


def today(session: Reading) -> date:
    """The day that agreements go by: that of England and Wales, whichever council asks."""
    return session.now.astimezone(ZoneInfo(TIME_ZONE)).date()
