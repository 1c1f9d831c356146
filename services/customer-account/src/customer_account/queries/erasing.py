"""What proves that somebody was erased, for whoever holds the reference."""

from __future__ import annotations

from common.contracts.people.erasing import ErasedHere, ErasureProofView
from common.contracts.people.rights import HOLDERS, KeptByLaw
from common.runtime.ids import tracking_digest
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from customer_account.domain import erasures
from customer_account.queries.named.erasing import ERASURE_PROOF, Proven


async def erasure_proof(read: Reading, reference: str) -> ErasureProofView:
    """What was erased where and when, what is kept, why and until when, and when the last copies are gone."""
    found = await read.all(ERASURE_PROOF, digest=tracking_digest(reference) or "")
    if not found:
        raise NotFound
    answers = {each.service: each for each in found}
    services = [_here(name, called, answers.get(name)) for name, called in HOLDERS.items()]
    last = max((each.at for each in services if each.at), default=None)
    return ErasureProofView(
        status=found[0].status,
        granted_at=found[0].granted_at,
        finished_at=found[0].finished_at,
        keys_destroyed_at=found[0].keys_destroyed_at,
        services=services,
        copies_gone_on=erasures.gone_on(last, erasures.COPIES_KEPT),
        backups_gone_on=erasures.gone_on(found[0].keys_destroyed_at, erasures.BACKUPS_OF_KEYS_KEPT),
    )


def _here(service: str, called: str, answer: Proven | None) -> ErasedHere:
    if answer is None:
        return ErasedHere(service=service, called=called, emptied={}, kept=[])
    kept = [KeptByLaw(**each) for each in answer.kept]
    return ErasedHere(service=service, called=called, at=answer.at, emptied=answer.emptied, kept=kept)
