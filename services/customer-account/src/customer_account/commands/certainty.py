"""How sure we are of what is held, and letting go of it: load, decide, write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from common.contracts.base import Channel
from common.contracts.people import (
    DisputeFact,
    FactDisputed,
    FactExpired,
    FactsView,
    FactVerified,
    FactWithdrawn,
    KeptFactView,
    SettleDispute,
    Verification,
    VerifyFact,
)
from common.runtime.problems import NotFound
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.commands import book as books
from customer_account.commands.facts import corrected, kept_fact, opened_for_council
from customer_account.commands.texts import check_texts
from customer_account.domain import verifying
from customer_account.domain.days import day_of
from customer_account.queries import named
from customer_account.tables import Fact

LET_GO = "let go of what a person told us"


async def verify_fact(tx: Transaction, person_id: UUID, fact_id: UUID, command: VerifyFact) -> KeptFactView:
    """Be surer of a fact, by what an officer saw or checked."""
    book = await opened_for_council(tx, person_id, "made sure of what a person told us")
    await check_texts(tx, person_id, {"/evidence": command.evidence})
    tx.edits(book.home)
    fact = book.fact(fact_id)
    verifying.verify(fact.verification, command.verification)
    return _surer(tx, book, fact, command.verification, command.evidence)


async def dispute_fact(tx: Transaction, person_id: UUID, fact_id: UUID, command: DisputeFact) -> KeptFactView:
    """Note, as an officer, that somebody says a fact is not right."""
    book = await opened_for_council(tx, person_id, "noted that something is not right")
    await check_texts(tx, person_id, {"/why": command.why})
    return dispute(tx, book, fact_id, why=command.why)


async def dispute_my_fact(tx: Transaction, fact_id: UUID, command: DisputeFact) -> KeptFactView:
    """Say that something held of me is not right."""
    return dispute(tx, await _my_book(tx), fact_id, why=command.why)


async def settle_dispute(tx: Transaction, person_id: UUID, fact_id: UUID, command: SettleDispute) -> KeptFactView:
    """End a dispute: the fact stands, or another takes its place."""
    book = await opened_for_council(tx, person_id, "settled what is not right")
    await check_texts(tx, person_id, {"/evidence": command.evidence})
    tx.edits(book.home)
    fact = book.fact(fact_id)
    verifying.settle(fact.verification)
    if command.outcome == "upheld":
        return _surer(tx, book, fact, Verification.UPHELD, command.evidence)
    recorded = corrected(tx, book, fact, command.value, Channel(fact.channel))
    if recorded is None:
        return _surer(tx, book, fact, Verification.UPHELD, command.evidence)
    shown = recorded.model_copy(update={"verification": Verification.EVIDENCED})
    return _closed(tx, book, books.keep(tx, book, shown, evidence=command.evidence))


async def withdraw_fact(tx: Transaction, person_id: UUID, fact_id: UUID) -> FactsView:
    """Hold something no longer, as an officer."""
    return _withdraw(tx, await opened_for_council(tx, person_id, LET_GO), fact_id)


async def withdraw_my_fact(tx: Transaction, fact_id: UUID) -> FactsView:
    """Have the councils hold something of me no longer."""
    return _withdraw(tx, await _my_book(tx), fact_id)


async def let_go_of(tx: Transaction, person_id: UUID, told_in_error: Sequence[UUID]) -> None:
    """Hold no longer what was told in error, where nothing took its place since."""
    home = await tx.one(named.FACTS, person_id=person_id)
    if home is None:
        return
    book = books.opened(home, await queries.known_facts(tx, person_id))
    for fact in [each for each in book.current.values() if each.fact_id in told_in_error]:
        books.withdraw(tx, book, fact, FactWithdrawn(**_named(book, fact)))
    books.close(tx, book)


async def expire_facts(tx: Transaction, person_id: UUID) -> None:
    """Hold no longer to be so what was told up to a day that is over."""
    home = await tx.one(named.FACTS, person_id=person_id)
    if home is None:
        return
    book = books.opened(home, await queries.known_facts(tx, person_id))
    for fact in [*book.current.values()]:
        if fact.effective_to and fact.effective_to < day_of(tx.now):
            event = FactExpired(**_named(book, fact))
            books.move_on(tx, book, fact, event, current=False, verification=Verification.EXPIRED.value)
    books.close(tx, book)


async def _my_book(tx: Transaction) -> books.Book:
    home = await tx.one(named.FACTS, person_id=tx.person)
    if home is None:
        raise NotFound
    return books.opened(home, await queries.known_facts(tx, tx.person))


def _surer(tx: Transaction, book: books.Book, fact: Fact, sure: Verification, evidence: str) -> KeptFactView:
    event = FactVerified(**_named(book, fact), verification=sure)
    return _closed(tx, book, books.move_on(tx, book, fact, event, verification=sure.value, evidence=evidence))


def dispute(tx: Transaction, book: books.Book, fact_id: UUID, *, why: str) -> KeptFactView:
    """Hold a fact as disputed. Raises NotFound, ChangedMeanwhile or AlreadySure."""
    tx.edits(book.home)
    fact = book.fact(fact_id)
    verifying.dispute(fact.verification)
    event = FactDisputed(**_named(book, fact))
    disputed = Verification.DISPUTED.value
    return _closed(tx, book, books.move_on(tx, book, fact, event, verification=disputed, evidence=why))


def _withdraw(tx: Transaction, book: books.Book, fact_id: UUID) -> FactsView:
    tx.edits(book.home)
    fact = book.fact(fact_id)
    books.withdraw(tx, book, fact, FactWithdrawn(**_named(book, fact)))
    books.close(tx, book)
    if not book.home.protected:  # else that they opened it is an entry already
        tx.saw([book.home.id], LET_GO)
    shown = sorted(book.current.values(), key=lambda held: held.kind)
    return FactsView(
        version=book.home.version, items=[queries.shown_fact(held, protected=book.home.protected) for held in shown]
    )


def _closed(tx: Transaction, book: books.Book, fact: Fact) -> KeptFactView:
    books.close(tx, book)
    return kept_fact(book, fact)


def _named(book: books.Book, fact: Fact) -> dict[str, Any]:
    return {"fact_id": fact.fact_id, "kind": fact.kind, "visible_to": book.home.visible_to}
