"""Keeping what people tell: load, decide, write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from common.contracts.base import Channel
from common.contracts.people import FactRecorded, FactRefused, KeptFactView, RecordFact, ToldFact
from common.runtime.ids import new_id
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.commands import book as books
from customer_account.commands.persons import adopt, current_protection, let_see, own_source
from customer_account.domain import facts, persons
from customer_account.domain.facts import Source, Telling
from customer_account.queries import named
from customer_account.queries.kinds import fact_kinds
from customer_account.tables import Fact, Person


async def record_fact(tx: Transaction, person_id: UUID, command: RecordFact) -> KeptFactView:
    """Note, as an officer, what a person told."""
    return _record(tx, await opened_for_council(tx, person_id, "noted what a person told us", command.kind), command)


async def record_my_fact(tx: Transaction, command: RecordFact) -> KeptFactView:
    """Note what the resident tells of themselves. Somebody with a token but no record becomes known."""
    home = await tx.one(named.FACTS, person_id=tx.person)
    if home is not None:
        return _record(tx, books.opened(home, await queries.known_facts(tx, tx.person, command.kind)), command)
    visible_to = [tx.me.council] if tx.me.council else []
    known = adopt(tx, tx.person, command.channel, visible_to=visible_to)
    return _record(tx, known.book, command)


async def keep_told(
    tx: Transaction,
    person_id: UUID,
    told: Sequence[ToldFact],
    source: Source,
    *,
    still_so: Sequence[ToldFact] = (),
) -> None:
    """Keep what another service was told: the person, that the council may see them, and each fact under its id.

    Of what is `still_so` they said that it is held rightly: it is kept anew, with what shows it to be right.
    """
    person = await tx.one(named.PERSON, person_id=person_id)
    if person is not None and source.told_to in person.visible_to and not told and not still_so:
        return
    book = await _known_to(tx, person_id, person, source, *(fact.kind for fact in (*told, *still_so)))
    telling = Telling(fact_kinds(), source, book.home.visible_to, tx.now, book.home.protected, tx.ground.invented)
    for fact in told:
        _answer(tx, book, facts.record_or_refuse(fact, book.held(fact.kind), telling, knew=book.knew(fact.kind)))
    for fact in still_so:
        was = book.current.get(fact.kind)
        answer = facts.confirm_or_refuse(fact, book.held(fact.kind), telling)
        _answer(tx, book, answer, evidence=was.evidence if was else None)
    books.close(tx, book)


def _answer(
    tx: Transaction, book: books.Book, answer: FactRecorded | FactRefused, *, evidence: str | None = None
) -> None:
    if isinstance(answer, FactRecorded):
        books.keep(tx, book, answer, evidence=evidence)
    else:
        books.say(tx, answer, on=book.home)


async def _known_to(tx: Transaction, person_id: UUID, person: Person | None, source: Source, *kinds: str) -> books.Book:
    """The facts of a person the council has a case with: adopted if they were unknown, shared if known elsewhere."""
    home = await tx.one(named.FACTS, person_id=person_id)
    if person is None or home is None:
        return adopt(tx, person_id, source.channel, visible_to=[source.told_to]).book
    book = books.opened(home, await queries.known_facts(tx, person_id, *kinds))
    protection = await current_protection(tx, home)
    if shared := persons.share(person.visible_to, source.told_to, because="has_case"):
        let_see(tx, person, book, shared, protection)
    return book


def _record(tx: Transaction, book: books.Book, command: RecordFact) -> KeptFactView:
    """Keep a told fact; the same again is what is held already, and nothing is written."""
    tx.edits(book.home)
    said = command.model_dump(include={"kind", "value", "effective_from"})
    told = ToldFact(id=new_id(), **said)
    telling = telling_here(tx, book, command.channel)
    held, knew = book.held(told.kind), book.knew(told.kind)
    last, corrects = command.effective_to, command.corrects
    recorded = facts.record(told, held, telling, knew=knew, last=last, corrects=corrects)
    if recorded is not None:
        books.keep(tx, book, recorded)
        books.close(tx, book)
    return kept_fact(book, book.current[told.kind])


def corrected(tx: Transaction, book: books.Book, fact: Fact, value: Any, channel: Channel) -> FactRecorded | None:
    """What is to be held in place of a fact that is not right, for the same days; None where it says the same."""
    told = ToldFact(id=new_id(), kind=fact.kind, value=value, effective_from=fact.effective_from)
    telling = telling_here(tx, book, channel)
    return facts.record(told, book.held(fact.kind), telling, last=fact.effective_to, corrects=True)


def telling_here(tx: Transaction, book: books.Book, channel: Channel) -> Telling:
    """What is told here and now of somebody."""
    return Telling(
        fact_kinds(), own_source(tx, channel), book.home.visible_to, tx.now, book.home.protected, tx.ground.invented
    )


async def opened_for_council(tx: Transaction, person_id: UUID, why: str, *kinds: str) -> books.Book:
    """The book of somebody the officer's council may see. Of somebody protected, that it was opened is an entry."""
    home = await queries.facts_home(tx, person_id)
    if home.protected:
        queries.look(tx, person_id, why, protected=True)
    return books.opened(home, await queries.known_facts(tx, person_id, *kinds))


def kept_fact(book: books.Book, fact: Fact) -> KeptFactView:
    """A fact as it is kept now."""
    shown = queries.shown_fact(fact, protected=book.home.protected)
    return KeptFactView(**shown.model_dump(), version=book.home.version)
