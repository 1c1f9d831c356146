"""What case-crm hears: the facts of the people it has cases for."""

from __future__ import annotations

from uuid import UUID

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
    Verification,
)
from common.runtime.envelope import Heard
from common.runtime.subscribers import subscribes
from common.runtime.transaction import Transaction

from case_crm.queries import named
from case_crm.tables import KnownFact, ProtectedPerson


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


async def _share(tx: Transaction, person_id: UUID, visible_to: list[str]) -> None:
    protected = await tx.one(named.PROTECTED, person_id=person_id)
    for known in await tx.all(named.FACTS_OF_PERSON, person_id=person_id):
        tx.change(known, visible_to=visible_to)
    if protected:
        tx.change(protected, visible_to=visible_to)


async def _sure(tx: Transaction, fact_id: UUID, verification: Verification) -> None:
    if known := await tx.one(named.FACT, fact_id=fact_id):
        tx.change(known, verification=verification.value)


_KEPT = {"fact_id", "kind", "value", "told_at", "told_to", "told_to_service", "visible_to"}
