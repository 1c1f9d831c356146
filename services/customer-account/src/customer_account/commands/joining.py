"""Joining two records of one person: one leads on to the other, and nothing of either is gone. Load, decide, write."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from common.contracts.people.accounts import AccountLocked, AccountStatus, AccountUnlocked, LockedBecause
from common.contracts.people.duplicates import DuplicateOutcome
from common.contracts.people.holds import UnderLegalHold
from common.contracts.people.identity import AccountView
from common.contracts.people.joining import (
    AccountJoined,
    MergePerson,
    NotInUse,
    NotWithItself,
    PersonMerged,
    PersonUnmerged,
)
from common.runtime.holds import is_held
from common.runtime.limits import restricted_among
from common.runtime.problems import NotFound
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.commands import book as books
from customer_account.commands import duplicates
from customer_account.commands.accounts import person_and_account, say, take
from customer_account.domain.accounts import Step, may_sign_in
from customer_account.domain.joining import Half, joined_without_officer
from customer_account.queries import named
from customer_account.tables import Account, Person, PossibleDuplicate


async def merge_person(tx: Transaction, person_id: UUID, command: MergePerson) -> AccountView:
    """Join a record with another of the same person. Both stay as they are: the first leads on to the other."""
    if command.into == person_id:
        raise NotWithItself
    other = await tx.one(named.ACCOUNT_FOR_COUNCIL, person_id=command.into, council=tx.council)
    if other is None:
        raise NotFound
    why = "joined two records of one person"
    queries.look(tx, command.into, why, protected=other.protected)
    person, account = await person_and_account(tx, person_id, why)
    if not may_sign_in(AccountStatus(other.account.status)):
        raise NotInUse
    if await is_held(tx, person_id) or await is_held(tx, command.into):
        raise UnderLegalHold
    pair = await duplicates.pair_of(tx, person_id, command.into)
    survivor = other.account if other.was_there else tx.add(other.account)
    _join(tx, account, person, survivor, pair)
    return queries.shown_account(tx, account)


async def unmerge_person(tx: Transaction, person_id: UUID) -> AccountView:
    """Take back that two records are of one person: each is what it was."""
    person, account = await person_and_account(tx, person_id, "took back that two records are of one person")
    out_of = account.merged_into
    pair = await duplicates.pair_of(tx, person_id, out_of) if out_of else None
    take(tx, account, Step.UNMERGE)
    tx.change(account, merged_into=None)
    if out_of is not None:
        books.say(tx, PersonUnmerged(out_of=out_of, visible_to=person.visible_to), on=person)
    say(tx, account, AccountUnlocked(visible_to=account.visible_to))
    duplicates.settle(tx, pair, DuplicateOutcome.DIFFERENT)
    return queries.shown_account(tx, account)


async def join_sure(tx: Transaction, duplicate_id: UUID) -> None:
    """Join two records that are surely of one person, where their councils have that done and nothing speaks against it."""
    row = await tx.one(named.SURE_PAIR, duplicate_id=duplicate_id)
    if row is None:
        return
    one, other = await _half(tx, row.one_person), await _half(tx, row.other_person)
    if one is None or other is None:  # erased, or without an account as yet
        return
    joined = joined_without_officer(one.half, other.half, duplicates.joining_councils(tx))
    if joined is not None:
        alias, into = (one, other) if joined.alias == one.person.id else (other, one)
        _join(tx, alias.account, alias.person, into.account, row)


class _Read(NamedTuple):
    half: Half
    person: Person
    account: Account


async def _half(tx: Transaction, person_id: UUID) -> _Read | None:
    person = await tx.one(named.PERSON, person_id=person_id)
    home = await tx.one(named.FACTS, person_id=person_id)
    account = await tx.one(named.ACCOUNT, person_id=person_id)
    if person is None or home is None or account is None:
        return None
    half = Half(
        person_id=person_id,
        kind=person.kind,
        since=person.registered_at,
        visible_to=frozenset(person.visible_to),
        status=AccountStatus(account.status),
        protected=home.protected,
        left_alone=await is_held(tx, person_id) or bool(await restricted_among(tx, [person_id])),
        told_apart=person.told_apart,
    )
    return _Read(half, person, account)


def _join(
    tx: Transaction, account: Account, person: Person | None, survivor: Account, pair: PossibleDuplicate | None
) -> None:
    lead_on(tx, account, person, into=survivor.id, because="same_person")
    say(tx, survivor, AccountJoined(joined=account.id, visible_to=survivor.visible_to))
    duplicates.settle(tx, pair, DuplicateOutcome.SAME)


def lead_on(tx: Transaction, alias: Account, person: Person | None, *, into: UUID, because: str) -> None:
    """From now on an account is the alias of another person. A login that nobody was known by has no `person`."""
    take(tx, alias, Step.MERGE, because=because)
    tx.change(alias, merged_into=into)
    if person is not None:
        books.say(tx, PersonMerged(into=into, because=because, visible_to=person.visible_to), on=person)
    else:  # what they did elsewhere under it is found all the same
        tx.say_once(PersonMerged(into=into, because=because, visible_to=[]), id=alias.id, about=alias.id)
    say(tx, alias, AccountLocked(because=LockedBecause.MERGED.value, visible_to=alias.visible_to))
