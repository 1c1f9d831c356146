"""Nothing of a person goes out but by leave of customer-account: it is asked for, waited for, and asked for again.

Whoever asks says `release.requested` with what it concerns as its subject, sets a timer, and acts on the answer that is
said of the person's consents. The answer and whatever the person says afterwards come in one order.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from common.agreements import Cover
from common.contracts.partners.consents import FieldGroup, Purpose
from common.contracts.partners.referral_events import NotMadeReason, ReferralDelayed, ReferralStatus
from common.contracts.people.releases import CapturedWithIt, ReleaseGranted, ReleaseRefused, ReleaseRequested
from common.runtime.sealed import is_unreadable
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from partner_gateway.commands.asking import ask_person, may_ask
from partner_gateway.commands.sending import send
from partner_gateway.domain import releasing
from partner_gateway.domain.moves import told
from partner_gateway.domain.referrals import protected_later
from partner_gateway.domain.releasing import Asked
from partner_gateway.queries import named
from partner_gateway.queries.agreements import today
from partner_gateway.tables import Referral

NO_LEAVE_YET = Timer("release_unanswered")
ASK_AGAIN_AFTER = timedelta(hours=1)


class NoKeyYet(Exception):
    """What is to be sent cannot be read here: parked, its answer is not lost, and is acted on again once there is a key."""


def ask_for_leave(tx: Transaction, row: Referral) -> None:
    """Ask whether a referral may be sent, and be reminded where no answer comes."""
    asks = ReleaseRequested(
        subject="referral",
        subject_id=row.asked_as or row.id,
        purpose=Purpose.REFERRAL,
        recipient=row.partner_id or row.council,
        field_groups=row.field_groups,
        consent=CapturedWithIt(**row.consent) if row.consent else None,
    )
    tx.say_once(asks, about=row.person_id, council=row.council)
    tx.remind(NO_LEAVE_YET, about=row, at=tx.now + ASK_AGAIN_AFTER)


async def ask_again(tx: Transaction, referral_id: UUID) -> None:
    """No answer came: tell whoever sent it, once, and ask again."""
    row = await tx.one(named.REFERRAL, referral_id=referral_id)
    if row is None or row.status != ReferralStatus.SENDING:
        return
    if row.delayed_at is None:
        tx.change(row, delayed_at=tx.now, changed_at=tx.now)
        status = ReferralStatus.SENDING
        delayed = ReferralDelayed(status=status, told_to_resident=told(status, row.to_name))
        tx.say(delayed, on=row, about=row.person_id)
    ask_for_leave(tx, row)


async def act_on_answer(tx: Transaction, answer: ReleaseGranted | ReleaseRefused, *, at: datetime) -> None:
    """Send a referral with exactly what may be shared, or say why it is not made. What was taken back meanwhile stays so.

    What was answered before the person was protected is not acted on: they are to be asked again.
    """
    found = await tx.all(named.RELEASED, subjects=[answer.subject_id])
    row = next((each for each in found if answer.subject_id == (each.asked_as or each.id)), None)
    if row is None or row.status != ReferralStatus.SENDING:
        return
    asked = await _asked(tx, row)
    reason = releasing.why_not(answer, asked, now=tx.now)
    protections = await tx.all(named.PROTECTIONS, person_id=row.person_id)
    if reason is None and protected_later(protections, than=at, person_id=row.person_id):
        reason = NotMadeReason.ASK_AGAIN
    if isinstance(answer, ReleaseGranted) and reason is None:
        if is_unreadable(row.shared):
            raise NoKeyYet
        outcome = FieldGroup.OUTCOME in answer.field_groups and row.consent is None
        send(tx, row, releasing.granted(row.shared, answer, asked), granted_at=at, outcome_agreed=outcome)
    elif may_ask(row, reason):
        ask_person(tx, row)
    else:
        give_up(tx, row, reason or NotMadeReason.OTHER)
    tx.forget(NO_LEAVE_YET, about=row)


async def _asked(tx: Transaction, row: Referral) -> Asked | None:
    """The partner who is asked, as it stands now; the council needs no agreement with itself."""
    if row.partner_id is None:
        return None
    found = await tx.one(named.ORGANISATION, partner_id=row.partner_id, today=today(tx))
    return (
        Asked(found.partner.status, found.cover, row.council)
        if found
        else Asked("", Cover(row.partner_id), row.council)
    )


def give_up(tx: Transaction, row: Referral, reason: NotMadeReason) -> None:
    """It is not made, and what it would have shared is kept no longer."""
    said = releasing.not_made(reason, row.to_name)
    nothing: dict[str, Any] = {"shared": {}, "field_groups": [], "person_asked_at": None}
    tx.change(row, status=said.status.value, ended_because=reason.value, changed_at=tx.now, **nothing)
    tx.say(said, on=row, about=row.person_id)
