"""A registrar's reference is told with once: whatever comes with it again follows the telling that brought it first."""

from __future__ import annotations

from collections.abc import Sequence

from common.contracts.tellings import ReferenceOfAnother, TellingLinked
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.domain import tellings
from case_crm.queries import named
from case_crm.tables import RegistrarReference, Telling


def link(tx: Transaction, telling: Telling, first: Telling) -> None:
    """Have it follow the first: nobody is told twice."""
    title = queries.life_event(telling.life_event).title
    told = f"{title}: we know already, and everybody who must know has been told. Reference {first.reference}."
    tx.change(telling, status=tellings.move(telling.status, "link").value, linked_to=first.id, plan=[])
    said = TellingLinked(life_event=telling.life_event, linked_to=first.id, told_to_resident=told)
    tx.say(said, on=telling, council=telling.told_to)


async def holders(tx: Transaction, telling: Telling) -> list[Telling]:
    """What has its registrar's reference in use: another telling, itself, or one that it put right, directly or not."""
    if telling.registrar is None:
        return []
    return await tx.all(named.REFERENCE_IN_USE, person_id=telling.person_id, reference=telling.registrar)


async def first_told(tx: Transaction, telling: Telling) -> RegistrarReference | None:
    """What its registrar's reference was told with first, in whichever council. Raises ReferenceOfAnother."""
    if telling.registrar is None:
        return None
    found = await tx.one(named.REGISTRAR_REFERENCE, reference=telling.registrar, person_id=telling.person_id)
    if found is None:
        return None
    first, theirs = found
    if not theirs:
        raise ReferenceOfAnother
    return first


def keep(tx: Transaction, telling: Telling) -> None:
    """Have its registrar's reference be of nobody else. Of two who confirm at once, one finds it kept, and looks again."""
    if telling.registrar is not None and telling.person_id is not None:
        whose = {"person_id": telling.person_id, "telling_id": telling.root_id}
        tx.add(RegistrarReference(reference=telling.registrar, **whose))


async def reference_of(tx: Transaction, telling: Telling) -> RegistrarReference | None:
    """Its registrar's reference, as it is kept from everybody else. None where it has none, or another telling had it first."""
    if telling.registrar is None:
        return None
    found = await tx.one(named.REGISTRAR_REFERENCE, reference=telling.registrar, person_id=telling.person_id)
    return found[0] if found and found[0].telling_id == telling.root_id else None


def give_back(tx: Transaction, reference: RegistrarReference | None) -> None:
    """What was told in error keeps its reference from nobody."""
    if reference is not None:
        tx.remove(reference)


def let_go(tx: Transaction, held_by: Sequence[Telling], telling: Telling) -> None:
    """What was told in error may be told anew with the same reference."""
    for holder in held_by:
        if holder.root_id == telling.root_id and holder.reference_in_use:
            tx.change(holder, reference_in_use=None)
