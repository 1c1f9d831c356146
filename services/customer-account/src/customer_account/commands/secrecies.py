"""Lawful secrecy for a while, with disclosure after it: load, decide, write."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people import DeclareSecrecy, SecrecyDeclared, SecrecyEnded, SecrecyView
from common.runtime.ids import new_id
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.domain import looks
from customer_account.tables import Disclosure, Secrecy


async def declare_secrecy(tx: Transaction, person_id: UUID, command: DeclareSecrecy) -> SecrecyView:
    """Keep from a person, from now on, that the officer's council looks at their data."""
    home = await queries.facts_home(tx, person_id)
    queries.look(tx, person_id, "declared that looks are kept from a person for a while", protected=home.protected)
    looks.check_term(command.until, now=tx.now)
    secrecy = tx.add(
        Secrecy(
            id=new_id(),
            council=tx.council,
            about_person=person_id,
            declared_at=tx.now,
            until=command.until,
            legal_basis=command.legal_basis.value,
            reference=command.reference,
        )
    )
    tx.say(SecrecyDeclared(until=command.until, legal_basis=command.legal_basis), on=secrecy)
    return queries.shown_secrecy(secrecy)


async def end_secrecy(tx: Transaction, secrecy_id: UUID) -> SecrecyView:
    """End it before its time: the person sees from now on what was kept from them."""
    secrecy = await queries.secrecy_for_council(tx, secrecy_id, "ended that looks are kept from a person")
    tx.edits(secrecy)
    looks.check_running(secrecy, now=tx.now)
    tx.change(secrecy, ended_at=tx.now)
    tx.add(Disclosure(secrecy_id=secrecy.id, person_id=secrecy.about_person, at=tx.now, visible_to=[secrecy.council]))
    tx.say(SecrecyEnded.model_validate({"legal_basis": secrecy.legal_basis}), on=secrecy)
    return queries.shown_secrecy(secrecy)
