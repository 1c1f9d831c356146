"""What case-crm hears: the facts of the people it has cases for."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people import (
    FactDisputed,
    FactExpired,
    FactRecorded,
    FactRefused,
    FactsEvent,
    FactsShared,
    FactVerified,
    FactWithdrawn,
    Verification,
)
from common.runtime.envelope import Heard
from common.runtime.subscribers import subscribes
from common.runtime.transaction import Transaction

from case_crm.queries import named
from case_crm.tables import KnownFact


@subscribes(FactsEvent, rebuilds=(KnownFact,))
async def keep_known_facts(tx: Transaction, heard: Heard) -> None:
    """Keep what customer-account keeps; let go of what it superseded or could not keep."""
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
            for known in await tx.all(named.FACTS_OF_PERSON, person_id=heard.aggregate_id):
                tx.change(known, visible_to=shared.visible_to)


async def _sure(tx: Transaction, fact_id: UUID, verification: Verification) -> None:
    if known := await tx.one(named.FACT, fact_id=fact_id):
        tx.change(known, verification=verification.value)


_KEPT = {"fact_id", "kind", "value", "told_at", "told_to", "told_to_service", "visible_to"}
