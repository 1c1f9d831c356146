"""Erasing somebody everywhere: asking every service, taking in what each answers, and what follows: load, decide, write."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from common.contracts.people import SessionEnded, SessionEnding
from common.contracts.people.erasing import ErasureConfirmed, JoinedNotErased, PersonErased, ProtectedNotErased
from common.contracts.people.rights import (
    HOLDERS,
    ErasureRequested,
    KeptByLaw,
    Right,
    RightsRequestDone,
    RightsRequestStatus,
)
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.commands import households, representations
from customer_account.commands.answers import refuse
from customer_account.domain import erasures, organisations, packages
from customer_account.queries import named
from customer_account.queries.named.erasing import ERASURE, ERASURE_ANSWERS, HOLD_ON_THEM
from customer_account.tables import Erasure, ErasureAnswer, HouseholdMember, Organisation, Person, RightsRequest

ERASE = Timer("erase")
SETTLE = Timer("settle_erasure")
_WRITTEN: Mapping[str, Any] = {"says": None, "fact_id": None, "receivers": [], "package": None}
_LEADS_TO_THEM: Mapping[str, Any] = {
    "visible_to": [],
    "purpose": None,
    "because": None,
    "explanation": None,
    "decided_by": None,
}
GOING_ON = frozenset({RightsRequestStatus.UNDER_WAY, RightsRequestStatus.PARTLY_DONE})


async def check(tx: Transaction, person_id: UUID) -> None:
    """Whether somebody can be erased, as far as whoever asks may see. Raises ProtectedNotErased or JoinedNotErased."""
    home = await tx.one(named.FACTS, person_id=person_id)
    if home is not None and home.protected:
        raise ProtectedNotErased
    account = await tx.one(named.ACCOUNT, person_id=person_id)
    if account is not None and account.merged_into is not None:
        raise JoinedNotErased


async def ask_everybody(tx: Transaction, request_id: UUID) -> None:
    """Ask every service to erase somebody; the first time, nobody signs in as them or acts for them from now on.

    While there is a legal hold on them nobody is asked, and all goes on as it was.
    """
    request = await tx.one(named.RIGHTS_REQUEST, request_id=request_id)
    if request is None or request.status not in GOING_ON:
        return
    erasure = await tx.one(ERASURE, request_id=request_id)
    if erasure is None:
        try:  # again: it may be otherwise now, or the council that granted it saw nothing
            await check(tx, request.person_id)
        except (ProtectedNotErased, JoinedNotErased) as stands:
            refuse(tx, request, because="not_now", explanation=stands.title)
            return
    persons = erasure.persons if erasure and erasure.round else await queries.led_to(tx, request.person_id)
    held = await tx.one(HOLD_ON_THEM, persons=persons) is not None
    if not held and (erasure is None or erasure.round == 0):
        await _close(tx, persons)
    erasure = erasure or _granted(tx, request, persons)
    if held:
        tx.remind(ERASE, about=request, at=tx.now + erasures.LOOK_AGAIN)
    else:
        tx.change(erasure, persons=persons, round=erasure.round + 1)
        tx.say(ErasureRequested(round=erasure.round, persons=persons), on=request)


async def take_in(tx: Transaction, confirmed: ErasureConfirmed, *, at: datetime) -> None:
    """Keep what a service answered, once for each round; what follows from all answers is seen to next."""
    request = await tx.one(named.RIGHTS_REQUEST, request_id=confirmed.request_id)
    answers = await tx.all(ERASURE_ANSWERS, request_id=confirmed.request_id)
    before = next((each for each in answers if each.service == confirmed.service), None)
    if request is None or request.status not in GOING_ON or (before and before.round >= confirmed.round):
        return
    answer: dict[str, Any] = confirmed.model_dump(mode="json", include={"kept", "sealed", "round", "service"})
    emptied = erasures.added(before.emptied if before else {}, confirmed.emptied)
    tx.put(ErasureAnswer(request_id=request.id, at=at, emptied=emptied, **answer))
    tx.remind(SETTLE, about=request, at=tx.now)


async def settle(tx: Transaction, request_id: UUID) -> None:
    """See how far it has got. Once every service answered, keys are destroyed where nothing that is kept lies under them."""
    request = await tx.one(named.RIGHTS_REQUEST, request_id=request_id)
    erasure = await tx.one(ERASURE, request_id=request_id)
    answers = await tx.all(ERASURE_ANSWERS, request_id=request_id)
    if request is None or erasure is None or request.status not in GOING_ON:
        return
    people = [found for each in erasure.persons if (found := await tx.one(named.PERSON, person_id=each))]
    theirs = [
        row for each in erasure.persons for row in await tx.all(named.EVERY_RIGHTS_REQUEST_OF_PERSON, person_id=each)
    ]
    tx.change(request, answers={each.service: _shown(each) for each in answers})
    if not {*HOLDERS} <= {each.service for each in answers if each.round == erasure.round}:
        return
    if erasure.keys_destroyed_at is None and not any(each.sealed for each in answers):
        _destroy_keys(tx, erasure, people)
    kept = erasures.kept_for_now(KeptByLaw(**each) for answer in answers for each in answer.kept)
    if kept:
        _partly(tx, request, erasure)
        tx.remind(ERASE, about=request, at=erasures.ask_again_at(kept, tx.now))
    else:
        _done(tx, request, erasure, theirs)


async def let_go_elsewhere(tx: Transaction, persons: Collection[UUID]) -> None:
    """Take people who are erased out of what is of others: who share something with them, or have them speak for them."""
    shared: dict[UUID, list[HouseholdMember]] = {}
    spoken_for: dict[UUID, Organisation] = {}
    shown = []
    for person_id in persons:
        for member in await households.who_shares_with(tx, person_id):
            shared.setdefault(member.household_id, []).append(member)
        for seen in await tx.all(named.MY_ORGANISATIONS, person_id=person_id):
            if known := await tx.one(named.ORGANISATION, organisation_id=seen.organisation_id):
                spoken_for[seen.organisation_id] = known.row
        if (own := await tx.one(named.ORGANISATION, organisation_id=person_id)) and own.was_there:
            for contact in organisations.contacts_of(own.row.contacts):
                seen_by = await tx.all(named.MY_ORGANISATIONS, person_id=contact.person_id)
                shown += [each for each in seen_by if each.organisation_id == person_id]
    for members in shared.values():
        left = {member.id: member for member in members if member.person_id not in persons}
        households.retell(tx, [*left.values()])
    for row in spoken_for.values():
        others = [each for each in organisations.contacts_of(row.contacts) if each.person_id not in persons]
        tx.change(row, contacts=organisations.as_kept(others))
    for each in shown:
        tx.remove(each)


async def _close(tx: Transaction, persons: Collection[UUID]) -> None:
    """Nobody signs in as them or acts for them from now on, and what they wrote with what they asked is let go of."""
    sessions = [row for each in persons for row in await tx.all(named.SESSIONS_OF_PERSON, person_id=each)]
    acting = {row.id: row for each in persons for row, *_ in await tx.all(named.MY_REPRESENTATIONS, person_id=each)}
    theirs = [row for each in persons for row in await tx.all(named.EVERY_RIGHTS_REQUEST_OF_PERSON, person_id=each)]
    for session in sessions:
        tx.change(session, ended_at=tx.now)
        tx.say(SessionEnded(because=SessionEnding.ERASED), on=session)
    representations.erased(tx, [*acting.values()])  # of one between two of these ids, once
    for row in theirs:
        tx.change(row, **_WRITTEN)
        if packages.is_open(row.status, row.right):
            tx.change(row, status=RightsRequestStatus.WITHDRAWN.value, ended_at=tx.now)


def _granted(tx: Transaction, request: RightsRequest, persons: list[UUID]) -> Erasure:
    """Whoever holds the reference sees how far it has got from now on."""
    return tx.add(
        Erasure(
            request_id=request.id,
            digest=str(request.proof_digest),
            persons=persons,
            round=0,
            status=RightsRequestStatus.UNDER_WAY.value,
            granted_at=tx.now,
        )
    )


def _destroy_keys(tx: Transaction, erasure: Erasure, people: list[Person]) -> None:
    for person_id in erasure.persons:
        tx.destroy_keys(person_id)
    tx.change(erasure, keys_destroyed_at=tx.now)
    for person in people:
        tx.say(PersonErased(), on=person, about=person.id)


def _partly(tx: Transaction, request: RightsRequest, erasure: Erasure) -> None:
    if request.status == RightsRequestStatus.UNDER_WAY:
        tx.change(erasure, status=RightsRequestStatus.PARTLY_DONE.value)
        tx.change(request, status=RightsRequestStatus.PARTLY_DONE.value, ended_at=tx.now)
        tx.say(RightsRequestDone(right=Right.ERASURE, partly=True, visible_to=request.visible_to), on=request)


def _done(tx: Transaction, request: RightsRequest, erasure: Erasure, theirs: list[RightsRequest]) -> None:
    """Nothing leads to them any more: what they asked stands under its own number alone, and no council sees it."""
    tx.change(erasure, status=RightsRequestStatus.DONE.value, finished_at=tx.now, persons=[])
    tx.say(RightsRequestDone(right=Right.ERASURE, visible_to=request.visible_to), on=request)
    tx.change(request, status=RightsRequestStatus.DONE.value, ended_at=request.ended_at or tx.now)
    for row in [request, *(each for each in theirs if each.id != request.id)]:
        tx.change(row, **_WRITTEN, **_LEADS_TO_THEM, person_id=row.id)
        if row.ended_at is None:
            tx.change(row, status=RightsRequestStatus.WITHDRAWN.value, ended_at=tx.now)


def _shown(answer: ErasureAnswer) -> dict[str, Any]:
    """An answer as it is shown with its request."""
    return {"at": answer.at.isoformat(), "records": sum(answer.emptied.values()), "kept": answer.kept}
