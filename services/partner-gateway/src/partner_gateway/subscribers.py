"""What partner-gateway hears: cases of referrals, what people say and are in need of, signposts, what partners are told."""

from __future__ import annotations

from common.contracts.cases import CaseDestroyed, CaseEvent, CaseOpened, CaseStatusChanged
from common.contracts.partners.directory import SignpostEvent, SignpostGiven
from common.contracts.people import ProtectionEvent, ProtectionLifted, ProtectionMarked
from common.contracts.people.consents import ConsentGiven, ConsentRefused, ConsentsEvent, ConsentWithdrawn
from common.contracts.people.releases import ReleaseGranted, ReleaseRefused
from common.contracts.tellings import DeliveryEvent, DeliverySent, is_over
from common.runtime.envelope import Heard
from common.runtime.subscribers import subscribes
from common.runtime.transaction import Transaction

from partner_gateway import commands
from partner_gateway.commands import telling
from partner_gateway.queries import named
from partner_gateway.tables import KnownCase, Protection, Signpost


@subscribes(CaseEvent, rebuilds=(KnownCase,))
async def keep_known_cases(tx: Transaction, heard: Heard) -> None:
    """Keep of every case what a referral that belongs to it shows."""
    match heard.event:
        case CaseOpened() as opened:
            tx.put(
                KnownCase(
                    case_id=heard.aggregate_id,
                    council=heard.council,
                    person_id=heard.person_id,
                    reference=opened.reference,
                    service=opened.service,
                    status=opened.status.value,
                )
            )
        case CaseStatusChanged() as changed:
            if known := await tx.one(named.KNOWN_CASE, case_id=heard.aggregate_id):
                tx.change(known, status=changed.status.value)
        case CaseDestroyed():
            if known := await tx.one(named.KNOWN_CASE, case_id=heard.aggregate_id):
                tx.remove(known)


@subscribes(SignpostEvent, rebuilds=(Signpost,))
async def keep_signposts(tx: Transaction, heard: Heard) -> None:
    """Keep signposts for the council's officers. Residents and partners give them too, and may write no such row."""
    match heard.event:
        case SignpostGiven() as given:
            tx.put(
                Signpost(
                    id=heard.aggregate_id,
                    council=heard.council,
                    given_at=heard.occurred,
                    **given.model_dump(),
                )
            )


@subscribes(ConsentsEvent)
async def do_as_the_person_says(tx: Transaction, heard: Heard) -> None:
    """Send what may be shared, and stop what may be no longer."""
    match heard.event:
        case ReleaseGranted() | ReleaseRefused() as answer:
            await commands.act_on_answer(tx, answer, at=heard.occurred)
        case ConsentWithdrawn() as withdrawn:
            await commands.stop(tx, withdrawn)
        case ConsentGiven() | ConsentRefused() as said if heard.person_id is not None:
            await commands.hear_person(tx, heard.person_id, said)


@subscribes(ProtectionEvent, rebuilds=(Protection,))
async def keep_protections(tx: Transaction, heard: Heard) -> None:
    """Know who is protected, and since when: what they agreed to before shows receivers no more of where they are."""
    if heard.person_id is None:
        return
    protection = Protection(protection_id=heard.aggregate_id, person_id=heard.person_id, since=heard.occurred)
    match heard.event:
        case ProtectionMarked():
            tx.put(protection)
        case ProtectionLifted():
            tx.remove(protection)


@subscribes(DeliveryEvent)
async def tell_partners(tx: Transaction, heard: Heard) -> None:
    """Have a partner find what it is told of a life event; where that is over, show it no more."""
    match heard.event:
        case DeliverySent(tells=tells) as sent if tells is not None:
            await telling.take_in(tx, sent, tells, heard)
        case DeliveryEvent() as moved if is_over(moved.status.value, moved.sends):
            await telling.end(tx, moved, heard)
