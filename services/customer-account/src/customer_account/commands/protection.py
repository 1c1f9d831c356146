"""Protecting a person, looking again, and ending it: load, decide, write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from common.contracts.people import (
    LiftProtection,
    MarkProtected,
    NoLongerProtected,
    ProtectedAlready,
    ProtectionLifted,
    ProtectionMarked,
    ProtectionReviewed,
    ProtectionView,
    ReviewProtection,
)
from common.runtime.ids import new_id
from common.runtime.problems import NotFound
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.commands import book as books
from customer_account.commands import households, representations
from customer_account.commands.claims import take_reference_back
from customer_account.domain import protection
from customer_account.domain.kinds import locating
from customer_account.queries import named
from customer_account.queries.kinds import fact_kinds
from customer_account.tables import FactsOfPerson, Protection


async def mark_protected(tx: Transaction, person_id: UUID, command: MarkProtected) -> ProtectionView:
    """Protect a person from now on, with every council that may see them."""
    home = await queries.facts_home(tx, person_id)
    account = await tx.one(named.ACCOUNT, person_id=person_id)
    tx.saw([person_id], "protected a person")
    if home.protected:
        raise ProtectedAlready
    acting = await representations.representations_of(tx, person_id)
    sharing = await households.who_shares_with(tx, person_id)
    since, review_on = protection.days_of(command.since, command.review_on, today=_today(tx))
    row = tx.add(
        Protection(
            id=new_id(),
            person_id=person_id,
            visible_to=home.visible_to,
            reason=command.reason.value,
            asked_by=command.asked_by.value,
            since=since,
            review_on=review_on,
            marked_at=tx.now,
            marked_by=tx.me.id,
        )
    )
    marked = ProtectionMarked(since=since, review_on=review_on, visible_to=home.visible_to)
    tx.say(marked, on=row, about=person_id)
    books.protect(tx, home, locating(fact_kinds()))
    if account is not None and account.claim_digest is not None:  # somebody they fled from may hold the letter
        take_reference_back(tx, account)
    representations.suspend(tx, acting)
    households.protect(tx, sharing, person_id, protected=True)
    return queries.shown_protection(row)


async def review_protection(tx: Transaction, protection_id: UUID, command: ReviewProtection) -> ProtectionView:
    """Note that a person still needs it."""
    row, _ = await _current(tx, protection_id, "reviewed how a person is protected")
    review_on = protection.next_review(command.review_on, today=_today(tx))
    tx.change(row, review_on=review_on)
    tx.say(ProtectionReviewed(review_on=review_on), on=row, about=row.person_id)
    return queries.shown_protection(row)


async def lift_protection(tx: Transaction, protection_id: UUID, command: LiftProtection) -> ProtectionView:
    """End it: what is known of the person is as sensitive as its kinds are."""
    row, home = await _current(tx, protection_id, "ended how a person is protected")
    tx.change(row, lifted_at=tx.now, lifted_by=tx.me.id, lift_asked_by=command.asked_by.value)
    tx.say(ProtectionLifted(), on=row, about=row.person_id)
    books.protect(tx, home, None)
    return queries.shown_protection(row)


async def protect_every_id(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Protect a person under each of these ids of theirs, where they are under one. Nothing but an officer ends that again."""
    protections = [each for person_id in ids for each in await tx.all(named.CURRENT_PROTECTION, person_id=person_id)]
    homes = [each for person_id in ids for each in await tx.all(named.FACTS, person_id=person_id)]
    accounts = [each for person_id in ids for each in await tx.all(named.ACCOUNT, person_id=person_id)]
    if not protections:
        return
    for home in homes:
        if not home.protected:
            _mark_like(tx, home, protections[0])
    for account in accounts:
        if account.claim_digest is not None:
            take_reference_back(tx, account)


def _mark_like(tx: Transaction, home: FactsOfPerson, known: Protection) -> None:
    """What else follows from it is done by whoever hears that it was marked."""
    same = {name: getattr(known, name) for name in ("reason", "asked_by", "since", "review_on", "marked_by")}
    row = tx.add(Protection(id=new_id(), person_id=home.id, visible_to=home.visible_to, marked_at=tx.now, **same))
    marked = ProtectionMarked(since=row.since, review_on=row.review_on, visible_to=home.visible_to)
    tx.say(marked, on=row, about=home.id)
    books.protect(tx, home, locating(fact_kinds()))


async def _current(tx: Transaction, protection_id: UUID, why: str) -> tuple[Protection, FactsOfPerson]:
    """A protection and its person's facts. Raises NotFound, ChangedMeanwhile or NoLongerProtected."""
    row = await tx.one(named.PROTECTION_FOR_COUNCIL, protection_id=protection_id, council=tx.council)
    if row is None:
        raise NotFound
    home = await queries.facts_home(tx, row.person_id)
    tx.saw([row.person_id], why)
    tx.edits(row)
    if row.lifted_at is not None:
        raise NoLongerProtected
    return row, home


def _today(tx: Transaction) -> date:
    return tx.now.astimezone(ZoneInfo(tx.time_zone)).date()
