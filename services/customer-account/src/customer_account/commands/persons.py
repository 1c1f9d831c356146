"""Becoming known and being shared: load, decide, write."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from common.contracts.base import PARTNERSHIP, Channel
from common.contracts.people import (
    CustomerKind,
    FactsShared,
    PersonRegistered,
    PersonShared,
    PersonView,
    RegisterPerson,
    SharedView,
    SharePerson,
    ToldFact,
)
from common.runtime.ids import new_id
from common.runtime.problems import NotFound
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.commands import book as books
from customer_account.commands import duplicates
from customer_account.domain import accounts, facts, finding, persons
from customer_account.domain.facts import Source, Telling
from customer_account.domain.matching import Compared, compared
from customer_account.queries import named
from customer_account.queries.kinds import fact_kinds
from customer_account.tables import Account, ConsentsOfPerson, ContactOfPerson, FactsOfPerson, Person, Protection

OWN_NAME = "customer-account"


async def register_person(tx: Transaction, command: RegisterPerson) -> PersonView:
    """Make somebody known to the officer's council, unless they are known to it."""
    persons.check_named(command)
    asked = {"council": tx.council, "cleared": queries.cleared(tx)} | queries.blinded(tx, finding.keys_of(command))
    alike = dict(await tx.all(named.PERHAPS_THE_SAME, **asked))
    alike |= await duplicates.alike(tx, _compared(command))
    if restricted := [person for person, protected in alike.items() if protected and not queries.cleared(tx)]:
        queries.refuse(tx, restricted, "tried to register somebody like this person")
    persons.is_somebody_else(alike, command.not_the_same_as)
    registered = persons.register(command.kind, command.channel, visible_to=[tx.council])
    telling = Telling(
        fact_kinds(), own_source(tx, command.channel), registered.visible_to, tx.now, invented=tx.ground.invented
    )
    recorded = [facts.record(told, None, telling, at=f"/{told.kind}") for told in _told(command)]
    person, book, _, _ = become_known(tx, new_id(), registered, told_apart=bool(alike))
    kept = [books.keep(tx, book, fact) for fact in recorded if fact]
    books.close(tx, book)
    duplicates.be_found_by(tx, book.home, _compared(command))
    tx.saw([person.id], "registered a person")
    record = named.Record(person, book.home.version, protected=False, points=[], preferences={}, protected_addresses=0)
    return queries.shown_person(record, sorted(kept, key=lambda fact: fact.kind), now=tx.now)


async def share_person(tx: Transaction, person_id: UUID, command: SharePerson) -> SharedView:
    """Let another council see a person, who agreed to it."""
    person = await tx.one(named.PERSON_FOR_COUNCIL, person_id=person_id, council=tx.council)
    if person is None:
        raise NotFound
    persons.check_council(command.council, tx.councils)
    book = books.opened(await queries.facts_home(tx, person_id), await queries.known_facts(tx, person_id))
    queries.look(tx, person_id, "let another council see a person", protected=book.home.protected)
    protection = await current_protection(tx, book.home)
    tx.edits(book.home)
    shared = persons.share(person.visible_to, command.council, because="agreed", wording=command.wording)
    if shared:
        let_see(tx, person, book, shared, protection)
    return SharedView(person_id=person.id, version=book.home.version, visible_to=person.visible_to)


class Known(NamedTuple):
    """The rows of somebody who just became known."""

    person: Person
    book: books.Book
    contact: ContactOfPerson
    account: Account


def become_known(tx: Transaction, person_id: UUID, registered: PersonRegistered, *, told_apart: bool = False) -> Known:
    """The rows of somebody who becomes known under this id, and the saying of it."""
    person = tx.add(
        Person(
            id=person_id,
            kind=registered.kind.value,
            assisted=registered.assisted,
            channel=registered.channel.value,
            registered_at=tx.now,
            visible_to=registered.visible_to,
            told_apart=told_apart,
        )
    )
    books.say(tx, registered, on=person)
    contact = tx.add(ContactOfPerson(id=person_id, visible_to=registered.visible_to))
    status = accounts.opened(assisted=registered.assisted)
    account = tx.add(Account(id=person_id, visible_to=registered.visible_to, status=status.value, since=tx.now))
    return Known(person, books.new_book(tx, person_id, visible_to=registered.visible_to), contact, account)


def adopt(tx: Transaction, person_id: UUID, channel: Channel, *, visible_to: list[str]) -> Known:
    """Somebody whom another service, or a token, named first becomes known under the id they were given."""
    registered = persons.register(CustomerKind.PERSON, channel, visible_to=visible_to)
    known = become_known(tx, person_id, registered)
    tx.change(
        ConsentsOfPerson.model_construct(id=person_id), visible_to=visible_to
    )  # they may have agreed to something before
    return known


async def current_protection(tx: Transaction, home: FactsOfPerson) -> Protection | None:
    """How somebody is protected now; of most nothing is read."""
    if not home.protected:
        return None
    return await tx.one(named.CURRENT_PROTECTION, person_id=home.id)


def let_see(
    tx: Transaction, person: Person, book: books.Book, shared: PersonShared, protection: Protection | None
) -> None:
    """Let councils see a person, what is known of them and how they are protected, and say so."""
    if protection:
        tx.change(protection, visible_to=shared.visible_to)
    tx.change(person, visible_to=shared.visible_to)
    books.share(tx, book, shared.visible_to)
    books.say(tx, shared, on=person)
    books.say(tx, FactsShared(visible_to=shared.visible_to), on=book.home)


def own_source(tx: Transaction, channel: Channel) -> Source:
    """What is told here and now, by whoever is calling."""
    told_to = tx.me.council or PARTNERSHIP
    return Source(tx.me.actor_kind, channel, told_at=tx.now, told_to=told_to, told_to_service=OWN_NAME)


def _compared(command: RegisterPerson) -> Compared:
    """Whoever is described, as they are compared with others."""
    told = command.model_dump(include={"full_name", "date_of_birth", "postcode", "email", "phone"})
    return compared(**told)


def _told(command: RegisterPerson) -> list[ToldFact]:
    """What the command says of somebody, as the facts it makes."""
    said = command.model_dump(
        mode="json", include={"full_name", "date_of_birth", "postcode", "email", "phone"}, exclude_none=True
    )
    return [ToldFact(id=new_id(), kind=kind, value=value) for kind, value in said.items()]
