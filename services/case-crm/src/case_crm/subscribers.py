"""What case-crm hears: the facts of the people it has cases for."""

from __future__ import annotations

from common.contracts.people import FactRecorded, FactRefused, FactsEvent, FactsShared
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
        case FactRefused() as refused:
            if unkept := await tx.one(named.FACT, fact_id=refused.fact_id):
                tx.remove(unkept)
        case FactsShared() as shared:
            for known in await tx.all(named.FACTS_OF_PERSON, person_id=heard.aggregate_id):
                tx.change(known, visible_to=shared.visible_to)


_KEPT = {"fact_id", "kind", "value", "told_at", "told_to", "told_to_service", "visible_to"}
