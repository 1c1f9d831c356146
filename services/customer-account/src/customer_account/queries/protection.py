"""Views of who is protected, for officers who are cleared."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people import ProtectionView
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from customer_account.queries import named
from customer_account.queries.facts import facts_home
from customer_account.tables import Protection


async def protection_of_person(read: Reading, person_id: UUID) -> ProtectionView:
    """How a person is protected now. Raises NotFound where they are not."""
    await facts_home(read, person_id)
    current = await read.one(named.CURRENT_PROTECTION, person_id=person_id)
    if current is None:
        raise NotFound
    read.saw([person_id], "looked at how a person is protected")
    return shown_protection(current)


def shown_protection(row: Protection) -> ProtectionView:
    """One protection, as those see it who may."""
    return ProtectionView(protection_id=row.id, **row.model_dump(include=set(ProtectionView.model_fields)))
