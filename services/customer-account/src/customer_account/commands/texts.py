"""Free texts that officers write of people: nothing in them may tell where somebody protected is."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from common.addresses import check_text
from common.contracts.people.protection import AddressInText
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.domain.kinds import locating
from customer_account.queries import named
from customer_account.queries.kinds import fact_kinds


async def check_texts(tx: Transaction, person_id: UUID, texts: Mapping[str, str | None]) -> None:
    """Raises AddressInText where one of these texts, by its place in the command, seems to tell where a protected person is.

    Residents write of themselves what they like. That an officer tried is an entry.
    """
    written = {at: text for at, text in texts.items() if text}
    if not written or tx.me.role != "officer":
        return
    held = await tx.all(named.WHERE_PROTECTED, person_id=person_id, kinds=locating(fact_kinds()))
    if not held:
        return
    where = [str(value) for value in held if value is not None]
    try:
        for at, text in written.items():
            check_text(text, where, at=at, cleared=queries.cleared(tx), insists=False)
    except AddressInText:
        tx.saw([person_id], "wrote what seems an address of a protected person: it was not kept")
        raise
