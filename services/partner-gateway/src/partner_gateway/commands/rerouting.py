"""A referral goes on to somebody else, with what was shared already: nobody tells their story again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from common.contracts.partners.consents import FieldGroup, Purpose
from common.contracts.partners.referral_events import NotMadeReason, ReferralStatus
from common.contracts.partners.referrals import MakeReferral, ReferralView, RerouteReferral, ToWhom
from common.contracts.people.consents import ConsentGiven, ConsentRefused
from common.promises import due
from common.runtime.ids import new_id
from common.runtime.problems import NotNow
from common.runtime.sealed import is_unreadable
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from partner_gateway.commands.asking import SILENT
from partner_gateway.commands.receiving import receiver_of, service_of
from partner_gateway.commands.referrals import move_on
from partner_gateway.commands.releasing import NoKeyYet, ask_for_leave, give_up
from partner_gateway.commands.sending import ANSWER_WITHIN, NO_ANSWER, working_days
from partner_gateway.domain import referrals
from partner_gateway.domain.referrals import Parties
from partner_gateway.queries import named
from partner_gateway.queries.referrals import agreed_in, protected_since_leave, referral, shown_referral, standing_of
from partner_gateway.tables import Referral

PASS_ON = Timer("referral_passed_on")


async def reroute(tx: Transaction, referral_id: UUID, command: RerouteReferral) -> ReferralView:
    """Make way for another receiver. Raises what asking that one anew would."""
    row, parts, cover = await referral(tx, referral_id)
    if command.to_partner in (row.partner_id, row.from_partner):
        raise ToWhom
    between = Parties(row.council, row.made_by, row.person_id, row.from_partner, command.to_partner)
    receiver = await receiver_of(tx, between)
    asks = MakeReferral(reason=row.reason, **command.model_dump(exclude={"transition"}))
    service = await service_of(tx, asks, between)
    protected = await protected_since_leave(tx, row, parts)
    tx.edits(row)
    also = {"to_referral": new_id()}
    moved = referrals.move_referral(command, standing_of(row), parts, now=tx.now, also=also)
    if receiver is not None:
        receiver.cover.check_shown(row.field_groups, row.council, Purpose.REFERRAL)
    if is_unreadable(row.shared):
        raise NotNow
    move_on(tx, row, moved)
    tx.change(row, rerouted_to=also["to_referral"])
    tx.forget(NO_ANSWER, about=row)
    # Made by the clock: the receiver who passes it on may write no row of another's.
    to: dict[str, Any] = {"partner": command.to_partner, "name": receiver.partner.name if receiver else None}
    to |= {"service": str(service.id) if service else None, "service_name": service.name if service else None}
    tx.remind(PASS_ON, about=row, at=tx.now, details=to)
    tx.saw([row.person_id], "passed a referral on", case=row.case_id)
    return shown_referral(tx, row, parts, None, protected=protected, cover=cover)


async def pass_on(tx: Transaction, referral_id: UUID, to: dict[str, Any]) -> None:
    """Make the referral that takes another's place, and ask whether it may go."""
    row = await tx.one(named.REFERRAL, referral_id=referral_id)
    if row is None or row.rerouted_to is None:
        return
    if is_unreadable(row.shared):
        raise NoKeyYet
    same = {"council", "person_id", "from_partner", "made_by", "type", "reason", "case_id", "shared"}
    child = tx.add(
        Referral(
            id=row.rerouted_to,
            partner_id=to["partner"],
            to_name=to["name"],
            service_id=UUID(to["service"]) if to["service"] else None,
            service_name=to["service_name"],
            rerouted_from=row.id,
            status=ReferralStatus.SENDING.value,
            held_back=True,
            field_groups=sorted({*row.field_groups, *({FieldGroup.OUTCOME.value} & {*agreed_in(row)})}),
            sent_at=tx.now,
            changed_at=tx.now,
            answer_by=due(tx.now, ANSWER_WITHIN, working_days()),
            **{name: getattr(row, name) for name in same},
        )
    )
    ask_for_leave(tx, child)


async def hear_person(tx: Transaction, person_id: UUID, said: ConsentGiven | ConsentRefused) -> None:
    """Ask again whether what waits for the person's word may go; or give it up, as they said no."""
    if said.purpose is not Purpose.REFERRAL:
        return
    for row in await tx.all(named.WAITING_FOR_PERSON, person_id=person_id, partner=said.recipient):
        tx.forget(SILENT, about=row)
        if row.status != ReferralStatus.SENDING:
            tx.change(row, person_asked_at=None)
        elif isinstance(said, ConsentRefused):
            give_up(tx, row, NotMadeReason.CONSENT_REFUSED)
        else:
            tx.change(row, person_asked_at=None, asked_as=new_id())
            ask_for_leave(tx, row)


async def person_silent(tx: Transaction, referral_id: UUID) -> None:
    """The person said nothing for long: nobody else is told."""
    row = await tx.one(named.REFERRAL, referral_id=referral_id)
    if row is not None and row.status == ReferralStatus.SENDING and row.person_asked_at is not None:
        give_up(tx, row, NotMadeReason.CONSENT_MISSING)
