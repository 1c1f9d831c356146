"""Referrals are made, and moved along."""

from __future__ import annotations

from uuid import UUID

from common.contracts.partners.consents import ConsentCaptured, ConsentView, GivenConsent, Purpose
from common.contracts.partners.referral_events import ReferralMoved, ReferralStatus
from common.contracts.partners.referrals import (
    MakeReferral,
    MoveReferral,
    NotThatCase,
    ReferralView,
    StepReferral,
)
from common.promises import due
from common.runtime.ids import new_id
from common.runtime.transaction import Transaction

from partner_gateway.commands.receiving import receiver_of, service_of
from partner_gateway.commands.releasing import NO_LEAVE_YET, ask_for_leave
from partner_gateway.commands.sending import ANSWER_WITHIN, NO_ANSWER, working_days
from partner_gateway.domain import referrals, sending
from partner_gateway.domain.moves import Part
from partner_gateway.domain.referrals import Parties
from partner_gateway.queries import named
from partner_gateway.queries.partners import bound_by
from partner_gateway.queries.referrals import (
    caller_of,
    parts_of,
    protected_since_leave,
    referral,
    shown_referral,
    standing_of,
)
from partner_gateway.tables import DirectoryService, Partner, Referral

SYSTEM = frozenset({Part.SYSTEM})


async def send_referral(tx: Transaction, command: MakeReferral) -> ReferralView:
    """Make a referral: to an active partner, on consent for all that is shared, to a service with room. Nothing goes out yet."""
    between = sending.parties(command, caller_of(tx.me), council=tx.council)
    sending.check_texts(command)
    sending.check_consent(command, recipient=between.partner_id or between.council, now=tx.now)
    await _check_case(tx, command, between)
    cover, receiver = await bound_by(tx), await receiver_of(tx, between)
    if cover:
        cover.check_told(command.shared, between.council, Purpose.REFERRAL)
    if receiver:
        receiver.cover.check_shown(command.shared, between.council, Purpose.REFERRAL)
    service = await service_of(tx, command, between)
    consent = _capture(command.consent) if command.consent else None
    row = tx.add(_new_referral(tx, command, between, receiver.partner if receiver else None, service, consent))
    if consent:
        tx.say_once(_captured(consent, row), id=consent.consent_id, about=row.person_id, council=row.council)
    ask_for_leave(tx, row)
    tx.saw([row.person_id], "sent a referral", case=row.case_id)
    return shown_referral(tx, row, parts_of(tx, row), None, cover=cover)


async def move_referral(tx: Transaction, referral_id: UUID, command: MoveReferral) -> ReferralView:
    """Make a named transition of a referral."""
    row, parts, cover = await referral(tx, referral_id)
    protected = await protected_since_leave(tx, row, parts)
    tx.edits(row)
    moved = referrals.move_referral(command, standing_of(row), parts, now=tx.now)
    move_on(tx, row, moved)
    tx.saw([row.person_id], "moved a referral on", case=row.case_id)
    if moved.was is ReferralStatus.SENT:
        tx.forget(NO_ANSWER, about=row)
    elif moved.was is ReferralStatus.SENDING:
        tx.forget(NO_LEAVE_YET, about=row)
    return shown_referral(tx, row, parts, None, protected=protected, cover=cover)


async def expire_referral(tx: Transaction, referral_id: UUID) -> None:
    """Give a referral that nobody answered in time back to its owner."""
    row = await tx.one(named.REFERRAL, referral_id=referral_id)
    if row is None or row.status != ReferralStatus.SENT or tx.now <= row.answer_by:
        return
    moved = referrals.move_referral(StepReferral(transition="expire"), standing_of(row), SYSTEM, now=tx.now)
    move_on(tx, row, moved)


def move_on(tx: Transaction, row: Referral, moved: ReferralMoved) -> None:
    """Take a referral where an event takes it, and say so."""
    tx.change(row, **_moved_columns(row, moved), changed_at=tx.now)
    tx.say(moved, on=row, about=row.person_id)


async def _check_case(tx: Transaction, command: MakeReferral, between: Parties) -> None:
    """Raises NotThatCase unless a case that is named is this council's, of this person. Partners see none: they name none."""
    if command.case_id is None:
        return
    whose = {"case_id": command.case_id, "council": between.council, "person_id": between.person_id}
    if between.from_partner or await tx.one(named.CASE_OF_PERSON, **whose) is None:
        raise NotThatCase


def _new_referral(
    tx: Transaction,
    command: MakeReferral,
    between: Parties,
    receiver: Partner | None,
    service: DirectoryService | None,
    consent: ConsentView | None,
) -> Referral:
    return Referral(
        id=new_id(),
        council=between.council,
        person_id=between.person_id,
        partner_id=between.partner_id,
        from_partner=between.from_partner,
        to_name=receiver.name if receiver else None,
        made_by=between.made_by,
        type=command.type.value,
        reason=command.reason,
        service_id=command.service_id,
        service_name=service.name if service else None,
        case_id=command.case_id,
        status=ReferralStatus.SENDING.value,
        held_back=True,
        field_groups=sorted(command.shared),
        shared=command.model_dump(mode="json")["shared"],
        consent=consent.model_dump(mode="json") if consent else None,
        sent_at=tx.now,
        changed_at=tx.now,
        answer_by=due(tx.now, ANSWER_WITHIN, working_days()),
    )


def _capture(consent: GivenConsent) -> ConsentView:
    groups = sorted(set(consent.field_groups))
    return ConsentView(
        consent_id=new_id(), **consent.model_dump(mode="json", exclude={"field_groups"}), field_groups=groups
    )


def _captured(consent: ConsentView, row: Referral) -> ConsentCaptured:
    return ConsentCaptured(**consent.model_dump(exclude={"consent_id"}), referral_id=row.id)


def _moved_columns(row: Referral, moved: ReferralMoved) -> dict[str, object]:
    """Where an event took a referral. `held_from` is kept while it waits."""
    waits = moved.status is ReferralStatus.ON_HOLD
    reason, outcome = getattr(moved, "reason", None), getattr(moved, "outcome", None)
    return {
        "status": moved.status.value,
        "held_from": row.status if waits else None,
        "person_asked_at": None,
        "on_hold_until": getattr(moved, "until", None),
        "ended_because": reason.value if reason else row.ended_because,
        "outcome": outcome.value if outcome else row.outcome,
    }
