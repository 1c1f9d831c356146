"""Letting somebody act for a person, confirming it, ending it: load, decide, write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from common.contracts.people.accounts import AccountStatus
from common.contracts.people.representations import (
    ActsAlready,
    AppointRepresentative,
    EndRepresentation,
    GiveRepresentation,
    MyRepresentationView,
    NothingToConfirm,
    RepresentationEnded,
    RepresentationGiven,
    RepresentationOver,
    RepresentationResumed,
    RepresentationSuspended,
    RepresentationView,
)
from common.contracts.people.representations import (
    RepresentationState as State,
)
from common.runtime.ids import new_id
from common.runtime.problems import NotFound
from common.runtime.reminders import Timer
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.commands.texts import check_texts
from customer_account.domain import representations as rules
from customer_account.domain.days import begins_at, day_of, over_at
from customer_account.queries import named
from customer_account.queries.representations import (
    label_of,
    my_representation,
    representation_for_council,
    representation_kinds,
    shown_representation,
    shown_to_person,
    shown_to_representative,
    state_of,
)
from customer_account.tables import Fact, FactsOfPerson, Representation

REPRESENTATION_BEGINS = Timer("representation_begins")
REPRESENTATION_ENDS = Timer("representation_ends")


async def give_representation(tx: Transaction, person_id: UUID, command: GiveRepresentation) -> RepresentationView:
    """Note, as an officer who saw the evidence, that somebody acts for a person."""
    rules.check_two(person_id, command.representative_id)
    homes = [await queries.facts_home(tx, each) for each in (person_id, command.representative_id)]
    for home in homes:
        queries.look(tx, home.id, "noted who acts for a person", protected=home.protected)
    kind = rules.kind_of(representation_kinds(), command.kind)
    evidence = rules.check_evidence(kind, command.evidence)
    await check_texts(tx, person_id, {"/evidence/reference": evidence.reference})
    facts, others = [await queries.current_facts(tx, home.id) for home in homes]
    seen = {"evidence_kind": evidence.kind, "evidence_reference": evidence.reference}
    row = await _new(tx, homes[0], command, facts, representative_name=_name(others), **seen)
    if homes[0].protected:  # whoever may see a protected person is cleared: this is their confirmation
        tx.change(row, confirmed_at=tx.now)
    _say_given(tx, row)
    return shown_representation(tx, row)


async def appoint_representative(tx: Transaction, command: AppointRepresentative) -> MyRepresentationView:
    """Have somebody act for the resident, by their own word. Where they are protected, a cleared officer confirms it first."""
    rules.check_two(tx.person, command.representative_id)
    home = await tx.one(named.FACTS, person_id=tx.person)
    if home is None:
        raise NotFound
    rules.check_by_person(rules.kind_of(representation_kinds(), command.kind))
    facts = await queries.current_facts(tx, tx.person)
    row = await _new(tx, home, command, facts, representative_name=command.name)
    _say_given(tx, row)
    if home.protected:
        suspend(tx, [row])
    return shown_to_person(tx, row)


async def end_representation(
    tx: Transaction, representation_id: UUID, command: EndRepresentation
) -> RepresentationView:
    """End it, as an officer."""
    row = await _for_officer(tx, representation_id, "ended that somebody acts for a person")
    await check_texts(tx, row.person_id, {"/reason": command.reason})
    _running(tx, row)
    _end(tx, row, because="officer", reason=command.reason)
    return shown_representation(tx, row)


async def end_my_representation(
    tx: Transaction, representation_id: UUID, command: EndRepresentation
) -> MyRepresentationView:
    """End it, as the person or as the one who acts for them."""
    row, mine, _ = await my_representation(tx, representation_id)
    _running(tx, row)
    _end(tx, row, because="person" if mine else "representative", reason=command.reason)
    return shown_to_person(tx, row) if mine else shown_to_representative(tx, row)


async def confirm_representation(tx: Transaction, representation_id: UUID) -> RepresentationView:
    """Confirm, as an officer who is cleared, that somebody acts for a protected person all the same."""
    row = await _for_officer(tx, representation_id, "confirmed that somebody acts for a person")
    _running(tx, row)
    if row.suspended_at is None:
        raise NothingToConfirm
    tx.change(row, confirmed_at=tx.now)
    resume(tx, [row])
    return shown_representation(tx, row)


async def end_by_time(tx: Transaction, representation_id: UUID) -> None:
    """End it where its last day is over."""
    row = await tx.one(named.REPRESENTATION, representation_id=representation_id)
    if row is not None and row.ended_at is None and row.effective_to and over_at(row.effective_to) <= tx.now:
        _end(tx, row, because="time")


async def representations_of(tx: Transaction, *ids: UUID) -> list[Representation]:
    """Every representation of a person, under these ids, that has not ended, as far as the caller may see them."""
    found = [row for each in ids for row in await tx.all(named.REPRESENTATIONS_OF, person_id=each)]
    return [row for row in found if row.ended_at is None]


async def representations_by(tx: Transaction, *ids: UUID) -> list[Representation]:
    """Every representation by a person, under these ids, that has not ended."""
    found = [row for each in ids for row in await tx.all(named.REPRESENTATIONS_BY, person_id=each)]
    return [row for row in found if row.ended_at is None]


def suspend(tx: Transaction, rows: Sequence[Representation]) -> None:
    """Nobody acts by these from now on, unless somebody cleared confirmed it. What is suspended stays as it is."""
    for row in rows:
        if row.suspended_at is None and row.confirmed_at is None:
            tx.change(row, suspended_at=tx.now)
            told = f"Your {label_of(row.kind)} cannot act for you until a cleared officer has confirmed it"
            tx.say(RepresentationSuspended(**_flags(row), told_to_resident=told), on=row)


def resume(tx: Transaction, rows: Sequence[Representation]) -> None:
    """Act by these again."""
    for row in rows:
        if row.suspended_at is not None:
            tx.change(row, suspended_at=None)
            told = f"Your {label_of(row.kind)} can act for you again"
            tx.say(RepresentationResumed(**_flags(row), told_to_resident=told), on=row)


def unprotected(tx: Transaction, rows: Sequence[Representation]) -> None:
    """The person is protected no longer: act by these again; should they be protected once more, confirm it anew."""
    resume(tx, rows)
    for row in rows:
        if row.confirmed_at is not None:
            tx.change(row, confirmed_at=None)


def died(tx: Transaction, rows: Sequence[Representation], by_them: Sequence[Representation], *, so: bool) -> None:
    """Somebody is held to have died, or no longer so: what ends with it ends, and what begins with it can begin.

    They act for nobody from then on; where that was said in error, it is given anew.
    """
    for row in rows:
        tx.change(row, died=so)
    if so:
        for row in rules.ended_by_death(rows, representation_kinds()):
            _end(tx, row, because="death")
        for row in by_them:
            _end(tx, row, because="death_of_representative")


def erased(tx: Transaction, rows: Sequence[Representation]) -> None:
    """One of the two is erased: nobody acts by these any more."""
    for row in rows:
        if row.ended_at is None:
            _end(tx, row, because="erasure")


def seen_by(tx: Transaction, rows: Sequence[Representation], visible_to: list[str]) -> None:
    """The councils that see the person see who acts for them."""
    for row in rows:
        tx.change(row, visible_to=visible_to)


async def _new(
    tx: Transaction,
    home: FactsOfPerson,
    command: GiveRepresentation | AppointRepresentative,
    facts: Sequence[Fact],
    **more: Any,
) -> Representation:
    kind, known = rules.kind_of(representation_kinds(), command.kind), {fact.kind: fact.value for fact in facts}
    born = date.fromisoformat(known["date_of_birth"]) if "date_of_birth" in known else None
    days = rules.days(kind, command, today=day_of(tx.now), born=born)
    may = rules.scope(kind, command.may)
    for other in await representations_of(tx, home.id):
        if (other.representative_id, other.kind) == (command.representative_id, command.kind):
            raise ActsAlready
    return tx.add(
        Representation(
            id=new_id(),
            visible_to=home.visible_to,
            person_id=home.id,
            representative_id=command.representative_id,
            person_name=known.get("full_name"),
            kind=command.kind,
            may=may,
            services=command.services,
            effective_from=days.first,
            effective_to=days.last,
            given_by=tx.me.role,
            given_at=tx.now,
            died=await _has_died(tx, home.id),
            **more,
        )
    )


async def _has_died(tx: Transaction, person_id: UUID) -> bool:
    return (await queries.account_of(tx, person_id)).status is AccountStatus.DECEASED


def _name(facts: Sequence[Fact]) -> str | None:
    return next((fact.value for fact in facts if fact.kind == "full_name"), None)


def _say_given(tx: Transaction, row: Representation) -> None:
    label = label_of(row.kind)
    given = RepresentationGiven(
        **_flags(row),
        may=row.may,
        services=row.services,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        told_to_resident=f"Somebody can act for you: your {label}",
        told_to_representative=f"You can act for somebody: as their {label}",
    )
    tx.say(given, on=row)
    if (begins := begins_at(row.effective_from)) > tx.now:
        tx.remind(REPRESENTATION_BEGINS, about=row, at=begins)
    if row.effective_to:
        tx.remind(REPRESENTATION_ENDS, about=row, at=over_at(row.effective_to))


def _end(tx: Transaction, row: Representation, *, because: str, reason: str | None = None) -> None:
    tx.change(row, ended_at=tx.now, ended_because=because, ended_reason=reason)
    label = label_of(row.kind)
    ended = RepresentationEnded(
        **_flags(row),
        because=because,
        told_to_resident=f"Somebody acts for you no longer: your {label}",
        told_to_representative=f"You act for somebody no longer: as their {label}",
    )
    tx.say(ended, on=row)
    for timer in (REPRESENTATION_BEGINS, REPRESENTATION_ENDS):
        tx.forget(timer, about=row)


def _flags(row: Representation) -> dict[str, Any]:
    return {"representative_id": row.representative_id, "kind": row.kind, "visible_to": row.visible_to}


async def _for_officer(tx: Transaction, representation_id: UUID, why: str) -> Representation:
    row = await representation_for_council(tx, representation_id)
    home = await queries.facts_home(tx, row.person_id)
    queries.look(tx, row.person_id, why, protected=home.protected)
    tx.saw([row.representative_id], tx.why)
    return row


def _running(tx: Transaction, row: Representation) -> None:
    """Raises ChangedMeanwhile or RepresentationOver."""
    tx.edits(row)
    if state_of(tx, row) is State.ENDED:
        raise RepresentationOver
