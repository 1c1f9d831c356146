"""Asking for something to be done with one's data, deciding it, taking it back: load, decide, write."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from common.contracts.base import Channel
from common.contracts.people.rights import (
    AskForRight,
    AskForRightOf,
    DecideRightsRequest,
    NotToDecide,
    Right,
    RightAskedAlready,
    RightsRequestReceived,
    RightsRequestRefused,
    RightsRequestStatus,
    RightsRequestView,
    RightsRequestWithdrawn,
)
from common.runtime.ids import new_id, new_tracking_reference, tracking_digest
from common.runtime.problems import NotFound
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.commands import erasing, limiting, packages, rectifying
from customer_account.commands.book import Book
from customer_account.commands.texts import check_texts
from customer_account.domain import rights
from customer_account.domain.days import day_of
from customer_account.queries import named
from customer_account.queries.rights import holds, my_request, request_for_council, shown_request
from customer_account.tables import Person, RightsRequest


async def ask_for_my_right(tx: Transaction, command: AskForRight) -> RightsRequestView:
    """Ask, as the resident, for something to be done with their data."""
    person = await tx.one(named.PERSON, person_id=tx.person)
    book = await rectifying.my_book_for(tx, command)
    return await _ask(tx, person, command, Channel.ONLINE, book)


async def ask_for_right(tx: Transaction, person_id: UUID, command: AskForRightOf) -> RightsRequestView:
    """Note what a person asked an officer for."""
    facts = await queries.facts_home(tx, person_id)
    queries.look(tx, person_id, "noted what a person asks about their data", protected=facts.protected)
    await check_texts(tx, person_id, {"/says": command.says})
    person = await tx.one(named.PERSON, person_id=person_id)
    book = await rectifying.book_for(tx, facts, command)
    return await _ask(tx, person, command, command.channel, book)


async def withdraw_rights_request(tx: Transaction, request_id: UUID) -> RightsRequestView:
    """Take back, as the resident, what nobody has decided yet, or what is kept to."""
    request = await my_request(tx, request_id)
    tx.edits(request)
    if holds(request):
        limiting.take_back(tx, request)
        return shown_request(request)
    if request.status != RightsRequestStatus.RECEIVED:
        raise NotToDecide
    tx.change(request, status=RightsRequestStatus.WITHDRAWN.value, ended_at=tx.now)
    tx.say(RightsRequestWithdrawn(visible_to=request.visible_to), on=request)
    return shown_request(request)


async def decide_rights_request(tx: Transaction, request_id: UUID, command: DecideRightsRequest) -> RightsRequestView:
    """Grant what a person asked, and begin with it; or refuse it and say why."""
    request = await request_for_council(tx, request_id, "decided what a person asked about their data")
    await check_texts(tx, request.person_id, {"/explanation": command.explanation})
    tx.edits(request)
    rights.check_decision(Right(request.right), request.status, command)
    if command.granted and request.right == Right.ERASURE:
        await erasing.check(tx, request.person_id)
    told = {"because": command.because, "explanation": command.explanation, "decided_by": tx.me.actor_id}
    if command.granted:
        tx.change(request, status=RightsRequestStatus.UNDER_WAY.value, **told)
        begin(tx, request)
    else:
        tx.change(request, status=RightsRequestStatus.REFUSED.value, ended_at=tx.now, **told)
        tx.say(RightsRequestRefused(because=command.because or "", visible_to=request.visible_to), on=request)
    return shown_request(request)


async def show_to(tx: Transaction, person_id: UUID, councils: list[str]) -> None:
    """Whoever sees a person sees what they ask, and decides about it."""
    for request in await tx.all(named.RIGHTS_REQUESTS_RUNNING, person_id=person_id):
        tx.change(request, visible_to=councils)


async def _ask(
    tx: Transaction, person: Person | None, command: AskForRight, channel: Channel, book: Book | None
) -> RightsRequestView:
    if person is None:
        raise NotFound
    begins_as = rights.begins_as(command)
    same = (command.right, command.purpose, command.fact_id)
    running = await tx.all(named.RIGHTS_REQUESTS_RUNNING, person_id=person.id)
    at_it = next((each for each in running if (each.right, each.purpose, each.fact_id) == same), None)
    if at_it is not None:
        return await _ask_again(tx, at_it)
    day = day_of(tx.now)
    proof = new_tracking_reference() if command.right is Right.ERASURE else None
    request = RightsRequest(
        id=new_id(),
        person_id=person.id,
        visible_to=person.visible_to or [tx.council],  # whoever signed in online is seen by no council yet
        right=command.right.value,
        purpose=command.purpose,
        reference=rights.reference_of(await tx.reference()),
        channel=channel.value,
        asked_at=tx.now,
        due_on=rights.due_on(day),
        status=begins_as.value,
        proof_digest=tracking_digest(proof) if proof else None,
        fact_id=command.fact_id,
        says=command.says,
    )
    tx.add(request)
    _say_received(tx, request)
    if book is not None and command.fact_id is not None:
        rectifying.put_right(tx, book, command, command.fact_id, channel)
    elif begins_as is RightsRequestStatus.UNDER_WAY:
        begin(tx, request)
    return shown_request(request).model_copy(update={"proof_reference": proof})


async def _ask_again(tx: Transaction, request: RightsRequest) -> RightsRequestView:
    """Make what was lost anew. Raises RightAskedAlready where we are at it, or it can be fetched."""
    if not await packages.is_lost(tx, request):
        raise RightAskedAlready
    packages.make_anew(tx, request)
    return shown_request(request)


def _say_received(tx: Transaction, request: RightsRequest) -> None:
    received = RightsRequestReceived(
        right=Right(request.right),
        reference=request.reference,
        channel=Channel(request.channel),
        due_on=request.due_on,
        visible_to=request.visible_to,
    )
    tx.say(received, on=request)


def begin(tx: Transaction, request: RightsRequest) -> None:
    """Begin with what was asked."""
    _BEGINS[Right(request.right)](tx, request)


_BEGINS: dict[Right, Callable[[Transaction, RightsRequest], None]] = {
    Right.ACCESS: packages.ask_everywhere,
    Right.PORTABILITY: packages.ask_everywhere,
    Right.ERASURE: lambda tx, request: tx.remind(erasing.ERASE, about=request, at=tx.now),
    Right.RESTRICTION: limiting.restrict,
    Right.OBJECTION: limiting.stop_using,
    Right.OTHER: limiting.answer,
}
