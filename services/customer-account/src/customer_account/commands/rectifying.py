"""Putting right what is held: asking for it, and having every service that keeps a copy confirm it. Load, decide, write."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Channel
from common.contracts.people import (
    FactExpired,
    FactRecorded,
    FactVerified,
    FactWithdrawn,
    Verification,
)
from common.contracts.people.rectifying import RectificationRequested
from common.contracts.people.rights import (
    AskForRight,
    HeldAlready,
    Receiver,
    Right,
)
from common.runtime.envelope import Heard
from common.runtime.problems import NotFound
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.commands import book as books
from customer_account.commands.answers import refuse
from customer_account.commands.certainty import dispute
from customer_account.commands.facts import corrected
from customer_account.queries import named
from customer_account.tables import FactsOfPerson, RightsRequest

NOT_RIGHT = "They say that this is not right."


async def book_for(tx: Transaction, home: FactsOfPerson, command: AskForRight) -> books.Book | None:
    """The book in which a person asks us to put something right; None where they ask for something else. Raises NotFound."""
    if command.right is not Right.RECTIFICATION or command.fact_id is None:
        return None
    book = books.opened(home, await queries.known_facts(tx, home.id))
    book.fact(command.fact_id)
    return book


async def my_book_for(tx: Transaction, command: AskForRight) -> books.Book | None:
    """The same for the resident who asks."""
    if command.right is not Right.RECTIFICATION:
        return None
    home = await tx.one(named.FACTS, person_id=tx.person)
    if home is None:
        raise NotFound
    return await book_for(tx, home, command)


def put_right(tx: Transaction, book: books.Book, command: AskForRight, fact_id: UUID, channel: Channel) -> None:
    """Hold what the person says is right; where they do not say it, hold what there is as disputed, for an officer to settle."""
    fact = book.fact(fact_id)
    if command.value is None:
        if fact.verification != Verification.DISPUTED:
            dispute(tx, book, fact_id, why=command.says or NOT_RIGHT)
        return
    recorded = corrected(tx, book, fact, command.value, channel)
    if recorded is None:
        raise HeldAlready
    books.keep(tx, book, recorded)
    books.close(tx, book)


async def go_on(tx: Transaction, heard: Heard) -> None:
    """Something that was to be put right is held no longer: everybody is to confirm that. Or it stands: that is the answer."""
    match heard.event:
        case FactRecorded(supersedes=UUID() as fact_id):
            stands = False
        case FactWithdrawn(fact_id=fact_id) | FactExpired(fact_id=fact_id):
            stands = False
        case FactVerified(fact_id=fact_id, verification=Verification.UPHELD):
            stands = True
        case _:
            return
    person_id = heard.aggregate_id
    found = await tx.all(named.RECTIFICATIONS_OF_FACT, person_id=person_id, fact_id=fact_id)
    requests = [each for each in found if each.waits_since is None]
    if not requests:
        return
    evidence = await _evidence(tx, person_id, fact_id) if stands else ""
    receivers = [] if stands else await _receivers(tx, person_id)
    for request in requests:
        if stands:
            refuse(tx, request, because=Verification.UPHELD.value, explanation=evidence)
        else:
            _have_confirmed(tx, request, heard, receivers)


async def _evidence(tx: Transaction, person_id: UUID, fact_id: UUID) -> str:
    return await tx.one(named.EVIDENCE_OF_FACT, person_id=person_id, fact_id=fact_id) or ""


def _have_confirmed(tx: Transaction, request: RightsRequest, heard: Heard, receivers: list[Receiver]) -> None:
    told = [each.model_dump(mode="json") for each in receivers]
    tx.change(request, waits_since=tx.now, receivers=told)
    asked = RectificationRequested(
        facts_of=heard.aggregate_id,
        facts_version=heard.version,
        facts_era=heard.era,
        visible_to=request.visible_to,
    )
    tx.say(asked, on=request)


async def _receivers(tx: Transaction, person_id: UUID) -> list[Receiver]:
    """Who outside the councils was told something of the person, for them to read: article 19 of the UK GDPR."""
    home = await tx.one(named.CONSENTS, person_id=person_id)
    if home is None:
        return []
    granted = [each for each in queries.ledger_in(home).releases if each.because is None]
    names = await queries.names_of(tx, [each.recipient for each in granted])
    return [
        Receiver(
            recipient=each.recipient,
            name=names.get(each.recipient, each.recipient),
            field_groups=each.field_groups,
            told_at=each.at,
            stopped=each.stopped,
        )
        for each in granted
    ]
