"""Referrals are made, and moved along."""

from __future__ import annotations

from uuid import UUID

from common.contracts.partners.consents import ConsentCaptured, ConsentView, GivenConsent
from common.contracts.partners.referral_events import ReferralMoved, ReferralStatus
from common.contracts.partners.referrals import (
    MakeReferral,
    MoveReferral,
    NotThatCase,
    ReferralView,
    ServiceClosed,
    ServiceFull,
    StepReferral,
)
from common.promises import due
from common.runtime.ids import new_id
from common.runtime.transaction import Transaction

from partner_gateway.commands.releasing import NO_LEAVE_YET, ask_for_leave
from partner_gateway.commands.sending import ANSWER_WITHIN, NO_ANSWER, working_days
from partner_gateway.domain import referrals, sending
from partner_gateway.domain.moves import Part
from partner_gateway.domain.referrals import Parties
from partner_gateway.queries import named
from partner_gateway.queries.directory import alternatives_to, offer_of
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
    receiver = await _receiver(tx, between)
    service = await _service(tx, command, between)
    consent = _capture(command.consent) if command.consent else None
    row = tx.add(_new_referral(tx, command, between, receiver, service, consent))
    if consent:
        tx.say_once(_captured(consent, row), id=consent.consent_id, about=row.person_id, council=row.council)
    ask_for_leave(tx, row)
    tx.saw([row.person_id], "sent a referral", case=row.case_id)
    return shown_referral(tx, row, parts_of(tx, row), None)


async def move_referral(tx: Transaction, referral_id: UUID, command: MoveReferral) -> ReferralView:
    """Make a named transition of a referral."""
    row, parts = await referral(tx, referral_id)
    protected = await protected_since_leave(tx, row, parts)
    tx.edits(row)
    moved = referrals.move_referral(command, standing_of(row), parts, now=tx.now)
    move_on(tx, row, moved)
    tx.saw([row.person_id], "moved a referral on", case=row.case_id)
    if moved.was is ReferralStatus.SENT:
        tx.forget(NO_ANSWER, about=row)
    elif moved.was is ReferralStatus.SENDING:
        tx.forget(NO_LEAVE_YET, about=row)
    return shown_referral(tx, row, parts, None, protected=protected)


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


async def _receiver(tx: Transaction, between: Parties) -> Partner | None:
    """The partner who is asked, once both partners are known to be active."""
    asked = [partner for partner in (between.from_partner, between.partner_id) if partner]
    known = {row.partner_id: row for row in await tx.all(named.PARTNERS_NAMED, partner_ids=asked)}
    sending.check_partners(between, {partner_id: row.status for partner_id, row in known.items()})
    return known.get(between.partner_id or "")


async def _service(tx: Transaction, command: MakeReferral, between: Parties) -> DirectoryService | None:
    """The service that is asked for. A full or closed one is refused, with what may help instead."""
    if command.service_id is None:
        return None
    row = await tx.one(named.SERVICE, service_id=command.service_id)
    service = sending.Service(row.partner_id, row.council, offer_of(row)) if row else None
    sending.check_service(between, service)
    if row is None or service is None or (service.open and (command.despite_full or not service.full)):
        return row
    others = [found.model_dump(mode="json") for found in await alternatives_to(tx, row)]
    raise (ServiceFull if service.open else ServiceClosed)(alternatives=others)


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
        "on_hold_until": getattr(moved, "until", None),
        "ended_because": reason.value if reason else row.ended_because,
        "outcome": outcome.value if outcome else row.outcome,
    }
