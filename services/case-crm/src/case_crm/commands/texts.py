"""Free texts that officers write: nothing in them may tell where a protected person is."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from common import addresses
from common.contracts.people.protection import AddressInText
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.queries import named


async def check_text(
    tx: Transaction, text: str | None, person_id: UUID | None, *, at: str, insists: bool, case: UUID | None = None
) -> None:
    """Raises AddressInText where an officer's text seems to tell where a protected person is; that they tried is an entry."""
    await check_texts(tx, {at: text}, person_id, insists=insists, case=case)


async def check_texts(
    tx: Transaction,
    texts: Mapping[str, str | None],
    person_id: UUID | None,
    *,
    insists: bool,
    case: UUID | None = None,
) -> None:
    """The same of several texts, by their places in the command."""
    written = {at: text for at, text in texts.items() if text is not None}
    if not written or person_id is None or tx.me.role != "officer":
        return
    protected = await tx.all(named.PROTECTED_HERE, person_id=person_id, council=tx.council)
    if not protected:
        return
    known = await tx.all(named.FACTS_KNOWN_HERE, person_id=person_id, council=tx.council)
    locating = {kind for each in protected for kind in each.kinds}
    held = [str(fact.value) for fact, _ in known if fact.kind in locating]
    try:
        for at, text in written.items():
            addresses.check_text(text, held, at=at, cleared=queries.cleared(tx), insists=insists)
    except AddressInText:
        tx.saw([person_id], "wrote what seems an address of a protected person: it was not kept", case=case)
        raise
