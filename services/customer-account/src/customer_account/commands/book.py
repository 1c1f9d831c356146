"""One person's facts while they change: superseding, moving on, sharing, saying each change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from common.contracts.people import FactRecorded, FactsEvent, FactsProtected, FactsUnprotected, PersonEvent
from common.runtime.problems import NotFound
from common.runtime.reminders import Timer
from common.runtime.transaction import Transaction

from customer_account.domain.days import Days, over_at
from customer_account.domain.facts import Held
from customer_account.domain.finding import found_by, no_longer_found_by
from customer_account.domain.matching import KINDS as COMPARED_KINDS
from customer_account.tables import (
    Account,
    ConsentsOfPerson,
    ContactOfPerson,
    Fact,
    FactsOfPerson,
    FindBy,
    Organisation,
    Person,
)

FACTS_END = Timer("facts_end")
LOOK_FOR_DUPLICATES = Timer("look_for_duplicates")
_INSTANT = timedelta(microseconds=1)  # as fine as the database keeps time
_SHARED: tuple[Any, ...] = (
    ContactOfPerson,
    Account,
    Organisation,
    ConsentsOfPerson,
)  # with the facts, under the person's id


@dataclass
class Book:
    """The home of a person's facts, what is known of them now, and what else people are found by since it was opened.

    `current` is what is held to be so, by kind; `past` what is held to have been so, of the kinds it was opened for.
    """

    home: FactsOfPerson
    current: dict[str, Fact]
    past: list[Fact] = field(default_factory=list)
    new: bool = False
    found_by: dict[str, Any] = field(default_factory=dict)
    ends: bool = False  # whether something in it has a last day
    unlike: bool = False  # whether anything changed that tells whether they are somebody else

    def held(self, kind: str) -> Held | None:
        """What is current of a kind."""
        fact = self.current.get(kind)
        if fact is None:
            return None
        return Held(fact.fact_id, fact.value, fact.told_at, fact.effective_from, fact.effective_to, fact.verification)

    def knew(self, kind: str) -> bool:
        """Whether something of a kind is held to have been so."""
        return any(fact.kind == kind for fact in self.past)

    def fact(self, fact_id: UUID) -> Fact:
        """A fact that is current. Raises NotFound."""
        for fact in self.current.values():
            if fact.fact_id == fact_id:
                return fact
        raise NotFound


def opened(home: FactsOfPerson, known: Sequence[Fact]) -> Book:
    """The book of somebody who is known."""
    current = {fact.kind: fact for fact in known if fact.current}
    ends = any(fact.effective_to for fact in current.values())
    return Book(home, current, [fact for fact in known if not fact.current], ends=ends)


def new_book(tx: Transaction, person_id: UUID, *, visible_to: list[str]) -> Book:
    """The book of somebody who becomes known."""
    return Book(tx.add(FactsOfPerson(id=person_id, visible_to=visible_to)), {}, new=True)


def keep(tx: Transaction, book: Book, recorded: FactRecorded, *, evidence: str | None = None) -> Fact:
    """Keep a fact in place of the current one of its kind, and say so. What was so before stays known to have been."""
    at = _make_room(tx, book, recorded)
    fact = tx.add(
        Fact(
            **recorded.model_dump(exclude={"channel", "verification", "corrects", "sensitivity"}),
            known_from=at,
            person_id=book.home.id,
            channel=recorded.channel.value,
            verification=recorded.verification.value,
            evidence=evidence,
        )
    )
    book.current[fact.kind] = fact
    book.found_by.update(found_by(fact.kind, fact.value))
    book.ends = book.ends or fact.effective_to is not None
    book.unlike = book.unlike or fact.kind in COMPARED_KINDS
    say(tx, recorded, on=book.home)
    return fact


def move_on(tx: Transaction, book: Book, fact: Fact, event: FactsEvent, **changes: Any) -> Fact:
    """The same fact is known otherwise from now on, and that is said."""
    at = _after(tx, fact)
    _end(tx, fact, at, because=event.name.partition(".")[2])
    moved = tx.add(_copy(fact, known_from=at, **changes))
    if moved.current:
        book.current[fact.kind] = moved
    else:
        _let_go(book, fact.kind)
    say(tx, event, on=book.home)
    return moved


def withdraw(tx: Transaction, book: Book, fact: Fact, event: FactsEvent) -> None:
    """A fact is held no longer, not even to have been so."""
    _end(tx, fact, _after(tx, fact), because="withdrawn")
    _let_go(book, fact.kind)
    say(tx, event, on=book.home)


def close(tx: Transaction, book: Book) -> None:
    """Let the person be found by what their facts say now, compared with others, and see to facts that have a last day."""
    if book.new:
        tx.add(FindBy(person_id=book.home.id, visible_to=book.home.visible_to, **book.found_by))
    elif book.found_by:
        tx.change(FindBy.model_construct(person_id=book.home.id), **book.found_by)
    if book.unlike:
        tx.remind(LOOK_FOR_DUPLICATES, about=book.home, at=tx.now)
    if book.ends:
        last = min((fact.effective_to for fact in book.current.values() if fact.effective_to), default=None)
        if last:
            tx.remind(FACTS_END, about=book.home, at=over_at(last))
        else:
            tx.forget(FACTS_END, about=book.home)


def share(tx: Transaction, book: Book, visible_to: list[str]) -> None:
    """Let these councils see the current facts, and how the person is reached. What was superseded stays with who knew it."""
    for fact in book.current.values():
        tx.change(fact, visible_to=visible_to)
    for row in (
        FindBy.model_construct(person_id=book.home.id),
        *(of.model_construct(id=book.home.id) for of in _SHARED),
    ):
        tx.change(row, visible_to=visible_to)
    tx.change(book.home, visible_to=visible_to)
    tx.remind(LOOK_FOR_DUPLICATES, about=book.home, at=tx.now)


def protect(tx: Transaction, home: FactsOfPerson, kinds: list[str] | None) -> None:
    """Protect what is known of these kinds, and whom it is of from being found by it; with None, do so no more."""
    protected = kinds is not None
    tx.change(home, protected=protected)
    tx.change(FindBy.model_construct(person_id=home.id), protected=protected)
    say(tx, FactsUnprotected() if kinds is None else FactsProtected(kinds=kinds, visible_to=home.visible_to), on=home)


def say(tx: Transaction, event: PersonEvent | FactsEvent, *, on: Person | FactsOfPerson) -> None:
    """Say what happened to somebody, as part of the story that brought it about."""
    tx.say(event, on=on, about=on.id)


def _make_room(tx: Transaction, book: Book, recorded: FactRecorded) -> datetime:
    """End what the new fact takes the place of; keep, as known from now on, what it leaves of that. Gives since when."""
    new = Days(recorded.effective_from, None)
    known = list(_known(book, recorded.kind))
    at = _after(tx, *known)
    for old in known:
        wrong = recorded.corrects and old.fact_id == recorded.supersedes
        was = Days(old.effective_from, old.effective_to)
        if not (old.current or was.overlap(new)):
            continue
        _end(tx, old, at, because="corrected" if wrong else "superseded")
        left = None if wrong else was.until(recorded.effective_from)
        if left:
            tx.add(_copy(old, known_from=at, effective_from=left.first, effective_to=left.last, current=False))
    return at


def _after(tx: Transaction, *known: Fact) -> datetime:
    """Now; but later than what is known was known from, though both be told in one breath or by a clock that was set back."""
    return max([tx.now, *(fact.known_from + _INSTANT for fact in known)])


def _end(tx: Transaction, fact: Fact, at: datetime, *, because: str) -> None:
    """What was known so far is known no longer."""
    tx.change(fact, current=False, known_until=at, until_because=because)


def _known(book: Book, kind: str) -> Iterable[Fact]:
    if held := book.current.get(kind):
        yield held
    yield from (fact for fact in book.past if fact.kind == kind)


def _let_go(book: Book, kind: str) -> None:
    del book.current[kind]
    book.found_by.update(no_longer_found_by(kind))
    book.unlike = book.unlike or kind in COMPARED_KINDS


def _copy(fact: Fact, **changes: Any) -> Fact:
    """What is known of a fact from now on."""
    known = {name: getattr(fact, name) for name in Fact.model_fields}
    return Fact(**known | {"known_until": None, "until_because": None, "current": True} | changes)
