"""One person's facts while they change: superseding, sharing, saying each change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from common.contracts.people import FactRecorded, FactsEvent, FactsProtected, FactsUnprotected, PersonEvent
from common.runtime.transaction import Transaction

from customer_account.domain.facts import Held
from customer_account.domain.finding import found_by
from customer_account.tables import Fact, FactsOfPerson, FindBy, Person


@dataclass
class Book:
    """The home of a person's facts, what is current in it, and what else people are found by since it was opened."""

    home: FactsOfPerson
    current: dict[str, Fact]
    new: bool = False
    found_by: dict[str, Any] = field(default_factory=dict)

    def held(self, kind: str) -> Held | None:
        """What is current of a kind."""
        fact = self.current.get(kind)
        return Held(fact.fact_id, fact.value, fact.told_at, fact.effective_from) if fact else None


def opened(home: FactsOfPerson, facts: Sequence[Fact]) -> Book:
    """The book of somebody who is known."""
    return Book(home, {fact.kind: fact for fact in facts})


def new_book(tx: Transaction, person_id: UUID, *, visible_to: list[str]) -> Book:
    """The book of somebody who becomes known."""
    return Book(tx.add(FactsOfPerson(id=person_id, visible_to=visible_to)), {}, new=True)


def keep(tx: Transaction, book: Book, recorded: FactRecorded) -> Fact:
    """Keep a fact in place of the current one of its kind, and say so."""
    if old := book.current.get(recorded.kind):
        tx.change(old, current=False)
    fact = tx.add(
        Fact(
            **recorded.model_dump(exclude={"channel", "verification", "sensitivity"}),
            person_id=book.home.id,
            channel=recorded.channel.value,
            verification=recorded.verification.value,
        )
    )
    book.current[fact.kind] = fact
    book.found_by.update(found_by(fact.kind, fact.value))
    say(tx, recorded, on=book.home)
    return fact


def close(tx: Transaction, book: Book) -> None:
    """Let the person be found by what their facts say now."""
    if book.new:
        tx.add(FindBy(person_id=book.home.id, visible_to=book.home.visible_to, **book.found_by))
    elif book.found_by:
        tx.change(FindBy.model_construct(person_id=book.home.id), **book.found_by)


def share(tx: Transaction, book: Book, visible_to: list[str]) -> None:
    """Let these councils see the current facts. What was superseded before stays with those who knew it."""
    for fact in book.current.values():
        tx.change(fact, visible_to=visible_to)
    tx.change(FindBy.model_construct(person_id=book.home.id), visible_to=visible_to)
    tx.change(book.home, visible_to=visible_to)


def protect(tx: Transaction, home: FactsOfPerson, kinds: list[str] | None) -> None:
    """Protect what is known of these kinds, and whom it is of from being found by it; with None, do so no more."""
    protected = kinds is not None
    tx.change(home, protected=protected)
    tx.change(FindBy.model_construct(person_id=home.id), protected=protected)
    say(tx, FactsUnprotected() if kinds is None else FactsProtected(kinds=kinds, visible_to=home.visible_to), on=home)


def say(tx: Transaction, event: PersonEvent | FactsEvent, *, on: Person | FactsOfPerson) -> None:
    """Say what happened to somebody, as part of the story that brought it about."""
    tx.say(event, on=on, about=on.id)
