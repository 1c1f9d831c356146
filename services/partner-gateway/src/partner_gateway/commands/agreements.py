"""Agreements are written down, signed, put in force, looked at again, and end."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from common.contracts.partners.agreements import (
    ActivateAgreement,
    AgreementActivated,
    AgreementDrafted,
    AgreementExpired,
    AgreementReviewDue,
    AgreementReviewed,
    AgreementRevoked,
    AgreementSigned,
    AgreementStatus,
    AgreementView,
    DraftAgreement,
    MoveAgreement,
    ReviewAgreement,
    RevokeAgreement,
    SignAgreement,
)
from common.contracts.partners.organisations import PartnerStatus, UnknownPartner
from common.runtime.ids import new_id
from common.runtime.settings import TIME_ZONE
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from partner_gateway.domain import agreements
from partner_gateway.domain.agreements import Days
from partner_gateway.queries import named
from partner_gateway.queries.agreements import agreement, days_of, shown_agreement, today
from partner_gateway.tables import Agreement

REVIEW = Timer("agreement_review")
ENDS = Timer("agreement_ends")


async def draft_agreement(tx: Transaction, command: DraftAgreement) -> AgreementView:
    """Write down what was agreed with a partner."""
    agreements.check_draft(command, council=tx.council, known=tx.councils, today=today(tx))
    partner = await tx.one(named.PARTNER, partner_id=command.partner_id)
    if partner is None or partner.status == PartnerStatus.OFFBOARDED:
        raise UnknownPartner
    row = tx.add(
        Agreement(
            id=new_id(),
            partner_id=command.partner_id,
            title=command.title,
            councils=sorted({*command.councils}),
            terms=[term.model_dump(mode="json") for term in command.terms],
            status=AgreementStatus.DRAFT.value,
            signatures=[],
            drafted_at=tx.now,
            changed_at=tx.now,
            **command.model_dump(include={"begins_on", "review_on", "ends_on"}),
        )
    )
    tx.say(AgreementDrafted(**_of(row)), on=row)
    tx.remind(ENDS, about=row, at=_end_of(row.ends_on))
    return shown_agreement(tx, row)


async def move_agreement(tx: Transaction, agreement_id: UUID, command: MoveAgreement) -> AgreementView:
    """Make a named transition of an agreement."""
    row = await agreement(tx, agreement_id)
    tx.edits(row)
    agreements.check_move(command, AgreementStatus(row.status), council=tx.council, councils=row.councils)
    match command:
        case SignAgreement():
            _sign(tx, row, command)
        case ActivateAgreement():
            _activate(tx, row)
        case ReviewAgreement(review_on=review_on):
            _review(tx, row, review_on)
        case RevokeAgreement(reason=reason):
            _to(tx, row, AgreementStatus.REVOKED, revoked_because=reason)
            tx.say(AgreementRevoked(**_of(row), council=tx.council), on=row)
            tx.forget(REVIEW, about=row)
            tx.forget(ENDS, about=row)
    return shown_agreement(tx, row)


async def note_review_due(tx: Transaction, agreement_id: UUID) -> None:
    """The day has come on which somebody is to look at it again."""
    row = await tx.one(named.AGREEMENT, agreement_id=agreement_id)
    if row is not None and row.status == AgreementStatus.ACTIVE and today(tx) >= row.review_on:
        _to(tx, row, AgreementStatus.REVIEW_DUE)
        tx.say(AgreementReviewDue(**_of(row), review_on=row.review_on), on=row)


async def end_agreement(tx: Transaction, agreement_id: UUID) -> None:
    """Its last day is over."""
    row = await tx.one(named.AGREEMENT, agreement_id=agreement_id)
    if row is not None and agreements.MOVES[AgreementStatus(row.status)] and today(tx) > row.ends_on:
        _to(tx, row, AgreementStatus.EXPIRED)
        tx.say(AgreementExpired(**_of(row)), on=row)
        tx.forget(REVIEW, about=row)


def _sign(tx: Transaction, row: Agreement, command: SignAgreement) -> None:
    agreements.check_signing(command, row.signatures, council=tx.council)
    at = tx.now.isoformat()
    ours: dict[str, Any] = {"council": tx.council, "signed_by": command.signed_by, "signed_at": at}
    theirs = {"council": None, "signed_by": command.for_partner, "signed_at": at}
    signatures = [*row.signatures, *([theirs] if command.for_partner is not None else []), ours]
    done = agreements.all_signed(signatures, row.councils)
    _to(tx, row, AgreementStatus.SIGNED if done else AgreementStatus.DRAFT, signatures=signatures)
    tx.say(AgreementSigned(**_of(row), council=tx.council), on=row)


def _activate(tx: Transaction, row: Agreement) -> None:
    agreements.check_begun(days_of(row), today=today(tx))
    _to(tx, row, AgreementStatus.ACTIVE)
    tx.say(AgreementActivated(**_of(row), terms=row.terms, ends_on=row.ends_on), on=row)
    tx.remind(REVIEW, about=row, at=_start_of(row.review_on))


def _review(tx: Transaction, row: Agreement, review_on: date) -> None:
    agreements.check_days(Days(row.begins_on, review_on, row.ends_on), today=today(tx))
    _to(tx, row, AgreementStatus.ACTIVE, review_on=review_on)
    tx.say(AgreementReviewed(**_of(row), review_on=review_on), on=row)
    tx.remind(REVIEW, about=row, at=_start_of(review_on))


def _to(tx: Transaction, row: Agreement, status: AgreementStatus, **changes: Any) -> None:
    tx.change(row, status=status.value, changed_at=tx.now, **changes)


def _of(row: Agreement) -> dict[str, Any]:
    return {"partner_id": row.partner_id, "councils": row.councils, "status": row.status}


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(TIME_ZONE))


def _end_of(day: date) -> datetime:
    return _start_of(day + timedelta(days=1))
