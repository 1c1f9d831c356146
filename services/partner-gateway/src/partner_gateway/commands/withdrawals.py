"""Stopping what a person agrees to no longer: load, decide, write."""

from __future__ import annotations

from uuid import UUID

from common.contracts.partners.referral_events import ReferralStatus
from common.contracts.partners.referrals import StepReferral
from common.contracts.partners.withdrawals import (
    StoppedAlready,
    WithdrawalAcknowledged,
    WithdrawalPassedOn,
    WithdrawalView,
)
from common.contracts.people.consents import ConsentWithdrawn
from common.runtime.transaction import Transaction

from partner_gateway.commands.referrals import move_on
from partner_gateway.commands.sending import NO_ANSWER
from partner_gateway.domain import referrals
from partner_gateway.domain.moves import NEXT, Part
from partner_gateway.queries import named
from partner_gateway.queries.referrals import standing_of
from partner_gateway.queries.withdrawals import shown_withdrawal, withdrawal
from partner_gateway.tables import Referral, Withdrawal

CLIENT = frozenset({Part.CLIENT})


async def stop(tx: Transaction, withdrawn: ConsentWithdrawn) -> None:
    """Cancel what is open of the referrals that are to stop, show their receiver nothing more, and have it say that it stopped."""
    rows = await tx.all(named.RELEASED, subjects=withdrawn.stops)
    known = await tx.one(named.WITHDRAWAL, withdrawal_id=withdrawn.consent_id)
    told = [row for row in rows if not row.held_back]
    if not rows or known is not None:
        return
    if not told:  # leave was given, and what it was for was taken back before it was sent
        acknowledged = WithdrawalAcknowledged(consent_id=withdrawn.consent_id, recipient=withdrawn.recipient)
        tx.say_once(acknowledged, id=withdrawn.consent_id, about=rows[0].person_id, council=rows[0].council)
        return
    for row in told:
        _stop(tx, row)
    kept = tx.add(
        Withdrawal(
            id=withdrawn.consent_id,
            council=told[0].council,
            person_id=told[0].person_id,
            partner_id=told[0].partner_id,
            referrals=[row.id for row in told],
            told_at=tx.now,
        )
    )
    tx.say(WithdrawalPassedOn(consent_id=kept.id, recipient=withdrawn.recipient), on=kept)


async def confirm_stop(tx: Transaction, withdrawal_id: UUID) -> WithdrawalView:
    """Say, as the recipient, that it is used no longer."""
    row = await withdrawal(tx, withdrawal_id)
    tx.edits(row)
    if row.confirmed_at is not None:
        raise StoppedAlready
    tx.change(row, confirmed_at=tx.now)
    tx.say(WithdrawalAcknowledged(consent_id=row.id, recipient=row.partner_id or row.council), on=row)
    return shown_withdrawal(row)


def _stop(tx: Transaction, row: Referral) -> None:
    """Show the receiver no more of it. Whoever agrees no longer stops the request, where that can still be."""
    tx.change(row, stopped_at=tx.now)
    if "cancel" not in NEXT[ReferralStatus(row.status)]:
        return
    moved = referrals.move_referral(StepReferral(transition="cancel"), standing_of(row), CLIENT, now=tx.now)
    move_on(tx, row, moved)
    tx.forget(NO_ANSWER, about=row)
