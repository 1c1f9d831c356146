"""Joining two records of one person: one leads on to the other, and nothing of either is gone. Load, decide, write."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people.accounts import AccountLocked, LockedBecause
from common.contracts.people.claims import PersonMerged
from common.runtime.transaction import Transaction

from customer_account.commands import book as books
from customer_account.commands.accounts import say, take
from customer_account.domain.accounts import Step
from customer_account.tables import Account, Person


def lead_on(tx: Transaction, alias: Account, person: Person | None, *, into: UUID, because: str) -> None:
    """From now on an account is the alias of another person. A login that nobody was known by has no `person`."""
    take(tx, alias, Step.MERGE, because=because)
    tx.change(alias, merged_into=into)
    if person is not None:
        books.say(tx, PersonMerged(into=into, because=because, visible_to=person.visible_to), on=person)
    say(tx, alias, AccountLocked(because=LockedBecause.MERGED.value, visible_to=alias.visible_to))
