"""What case-crm hears: the facts of the people it has cases for; and its own cases, as far as everybody may know them."""

from __future__ import annotations

from uuid import UUID

from common.contracts.cases import ENDED, CaseDestroyed, CaseEvent, CasePlaced, CaseStatusChanged
from common.contracts.partners.agreements import (
    AgreementActivated,
    AgreementEvent,
    AgreementExpired,
    AgreementRevoked,
)
from common.contracts.people import (
    FactDisputed,
    FactExpired,
    FactRecorded,
    FactRefused,
    FactsEvent,
    FactsProtected,
    FactsShared,
    FactsUnprotected,
    FactVerified,
    FactWithdrawn,
    PersonEvent,
    Verification,
)
from common.contracts.people.consents import (
    ConsentExpired,
    ConsentGiven,
    ConsentRefused,
    ConsentsEvent,
    ConsentWithdrawn,
)
from common.contracts.people.deaths import DeathRetracted
from common.contracts.tellings import (
    DeliveryEvent,
    RecipientAnswered,
    RecipientAnswerEvent,
    RecipientTold,
    TellingConfirmed,
    TellingEvent,
    TellingWithdrawn,
    is_over,
)
from common.runtime.envelope import Heard
from common.runtime.subscribers import subscribes
from common.runtime.transaction import Transaction

from case_crm.commands import delivering, dispatching, tellings
from case_crm.queries import named
from case_crm.tables import CasePlace, KnownAgreement, KnownFact, ProtectedPerson

_KEPT = {"fact_id", "kind", "value", "told_at", "told_to", "told_to_service", "fresh_until", "visible_to"}


@subscribes(FactsEvent, rebuilds=(KnownFact, ProtectedPerson))
async def keep_known_facts(tx: Transaction, heard: Heard) -> None:
    """Keep what customer-account keeps; let go of what it superseded or could not keep. Know whose is protected."""
    match heard.event:
        case FactRecorded() as fact:
            if fact.supersedes and (old := await tx.one(named.FACT, fact_id=fact.supersedes)):
                tx.remove(old)
            tx.put(
                KnownFact(
                    **fact.model_dump(include=_KEPT),
                    person_id=heard.aggregate_id,
                    channel=fact.channel.value,
                    verification=fact.verification.value,
                )
            )
        case FactRefused() | FactWithdrawn() | FactExpired() as ended:
            if unkept := await tx.one(named.FACT, fact_id=ended.fact_id):
                tx.remove(unkept)
        case FactVerified() as surer:
            await _sure(tx, surer.fact_id, surer.verification)
        case FactDisputed() as disputed:
            await _sure(tx, disputed.fact_id, Verification.DISPUTED)
        case FactsShared() as shared:
            await _share(tx, heard.aggregate_id, shared.visible_to)
        case FactsProtected() as marked:
            tx.put(ProtectedPerson(person_id=heard.aggregate_id, kinds=marked.kinds, visible_to=marked.visible_to))
        case FactsUnprotected():
            if protected := await tx.one(named.PROTECTED, person_id=heard.aggregate_id):
                tx.remove(protected)


@subscribes(CaseEvent, rebuilds=(CasePlace,))
async def keep_places(tx: Transaction, heard: Heard) -> None:
    """Keep where cases are about, as everybody may know it: residents may write, and see, no row of another's case."""
    match heard.event:
        case CasePlaced() as placed:
            tx.put(
                CasePlace(
                    case_id=heard.aggregate_id,
                    version=heard.version,
                    council=heard.council,
                    service=placed.service,
                    title=placed.service_title,
                    lat=placed.place.lat,
                    lon=placed.place.lon,
                    status=placed.status,
                    told_to_resident=placed.told,
                    going_on=placed.status not in ENDED,
                    opened_at=heard.occurred,
                    changed_at=heard.occurred,
                )
            )
        case CaseStatusChanged() as moved:
            if place := await tx.one(named.PLACE, case_id=heard.aggregate_id):
                stands = {"version": heard.version, "status": moved.status, "told_to_resident": moved.told_to_resident}
                tx.change(place, **stands, going_on=moved.status not in ENDED, changed_at=heard.occurred)
        case CaseDestroyed():
            if place := await tx.one(named.PLACE, case_id=heard.aggregate_id):
                tx.remove(place)


async def _share(tx: Transaction, person_id: UUID, visible_to: list[str]) -> None:
    protected = await tx.one(named.PROTECTED, person_id=person_id)
    for known in await tx.all(named.FACTS_OF_PERSON, person_id=person_id):
        tx.change(known, visible_to=visible_to)
    if protected:
        tx.change(protected, visible_to=visible_to)


async def _sure(tx: Transaction, fact_id: UUID, verification: Verification) -> None:
    if known := await tx.one(named.FACT, fact_id=fact_id):
        tx.change(known, verification=verification.value)


@subscribes(TellingEvent)
async def tell_everybody(tx: Transaction, heard: Heard) -> None:
    """Have a delivery made for every recipient of what was confirmed, and a retraction for whoever was told in error."""
    match heard.event:
        case TellingConfirmed():
            await dispatching.dispatch(tx, heard.aggregate_id)
        case TellingWithdrawn():
            await dispatching.retract(tx, heard.aggregate_id)


@subscribes(DeliveryEvent)
async def complete_tellings(tx: Transaction, heard: Heard) -> None:
    """End a telling when its last recipient is done."""
    if isinstance(heard.event, DeliveryEvent) and is_over(heard.event.status.value, heard.event.sends):
        await dispatching.complete(tx, heard.event.telling_id)


@subscribes(RecipientAnswerEvent)
async def take_in_answers(tx: Transaction, heard: Heard) -> None:
    """Know that partners were told something, and what they make of it."""
    match heard.event:
        case RecipientTold() as told:
            await delivering.hear_told(tx, told.delivery_id)
        case RecipientAnswered() as answered:
            await delivering.hear_answer(tx, answered)


@subscribes(ConsentsEvent, from_the_beginning=True)
async def tell_who_is_agreed_to(tx: Transaction, heard: Heard) -> None:
    """Tell a recipient as soon as it is agreed to, and never where it is not."""
    match heard.event:
        case ConsentGiven() as said:
            await delivering.hear_consent(tx, heard.aggregate_id, said, given=True, at=heard.occurred)
        case ConsentRefused() | ConsentWithdrawn() | ConsentExpired() as said:
            await delivering.hear_consent(tx, heard.aggregate_id, said, given=False, at=heard.occurred)


@subscribes(AgreementEvent, rebuilds=(KnownAgreement,))
async def keep_agreements(tx: Transaction, heard: Heard) -> None:
    """Know what partners may be shown, so that a preview names what they are told and no more."""
    match heard.event:
        case AgreementActivated() as agreed:
            said = agreed.model_dump(mode="json", include={"partner_id", "councils", "terms"})
            tx.put(KnownAgreement(agreement_id=heard.aggregate_id, ends_on=agreed.ends_on, **said))
        case AgreementExpired() | AgreementRevoked():
            if known := await tx.one(named.KNOWN_AGREEMENT, agreement_id=heard.aggregate_id):
                tx.remove(known)


@subscribes(PersonEvent)
async def take_back_what_was_told_of_a_death(tx: Transaction, heard: Heard) -> None:
    """Where somebody is alive whose death was told, have everybody who was told know it."""
    if isinstance(heard.event, DeathRetracted):
        await tellings.take_back_death(tx, heard.aggregate_id)
