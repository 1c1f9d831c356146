"""Accounts: suspending, closing, what a death does to them, and checks of who somebody is. Load, decide, write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from common.contracts.base import PARTNERSHIP
from common.contracts.people import DeathConfirmed, DeathRetracted
from common.contracts.people.accounts import (
    AccountClosed,
    AccountEvent,
    AccountLocked,
    AccountReinstated,
    AccountStatus,
    AccountSuspended,
    AccountUnlocked,
    CloseAccount,
    ClosedBecause,
    ConfirmDeath,
    LockedBecause,
    SuspendAccount,
)
from common.contracts.people.identity import (
    AccountView,
    IdentityChecked,
    IdentityMethod,
    NamedCheck,
    RecordIdentityCheck,
)
from common.runtime.problems import NotFound
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.commands import book as books
from customer_account.domain import accounts, identity_checks
from customer_account.domain.accounts import Standing, Step
from customer_account.queries import named
from customer_account.tables import Account, Person


async def suspend_account(tx: Transaction, person_id: UUID, command: SuspendAccount) -> AccountView:
    """Let nobody sign in with an account for the time being."""
    account = await opened(tx, person_id, "suspended a person's account")
    take(tx, account, Step.SUSPEND, because=command.because.value)
    say(tx, account, AccountSuspended(because=command.because.value, visible_to=account.visible_to))
    return queries.shown_account(tx, account)


async def reinstate_account(tx: Transaction, person_id: UUID) -> AccountView:
    """Let a suspended account be used again."""
    account = await opened(tx, person_id, "reinstated a person's account")
    take(tx, account, Step.REINSTATE)
    say(tx, account, AccountReinstated(visible_to=account.visible_to))
    return queries.shown_account(tx, account)


async def close_account(tx: Transaction, person_id: UUID, command: CloseAccount) -> AccountView:
    """Let nobody sign in with an account any more."""
    return _close(tx, await opened(tx, person_id, "closed a person's account"), command.because)


async def close_my_account(tx: Transaction) -> AccountView:
    """Let nobody sign in with the resident's account any more."""
    account = await tx.one(named.ACCOUNT, person_id=tx.person)
    if account is None:
        raise NotFound
    tx.edits(account)
    return _close(tx, account, ClosedBecause.ASKED_BY_PERSON)


async def confirm_death(tx: Transaction, person_id: UUID, command: ConfirmDeath) -> AccountView:
    """Note that somebody has died: nobody signs in with their account any more."""
    person, account = await person_and_account(tx, person_id, "noted that a person has died")
    take(tx, account, Step.CONFIRM_DEATH, because=command.evidence.value)
    books.say(tx, DeathConfirmed(visible_to=person.visible_to), on=person)
    say(tx, account, AccountLocked(because=LockedBecause.DIED.value, visible_to=account.visible_to))
    return queries.shown_account(tx, account)


async def retract_death(tx: Transaction, person_id: UUID) -> AccountView:
    """Take back that somebody has died: their account is as it was."""
    person, account = await person_and_account(tx, person_id, "took back that a person has died")
    take(tx, account, Step.RETRACT_DEATH)
    books.say(tx, DeathRetracted(visible_to=person.visible_to), on=person)
    say(tx, account, AccountUnlocked(visible_to=account.visible_to))
    return queries.shown_account(tx, account)


async def record_identity_check(tx: Transaction, person_id: UUID, command: RecordIdentityCheck) -> AccountView:
    """Note that somebody passed a check of who they are."""
    account = await opened(tx, person_id, "checked who a person is")
    note_check(tx, account, IdentityMethod(command.method), command.checks)
    return queries.shown_account(tx, account)


def note_check(
    tx: Transaction, account: Account, method: IdentityMethod, named_checks: Sequence[NamedCheck] = ()
) -> None:
    """Keep that somebody passed a check of who they are, and say so."""
    council = tx.me.council or PARTNERSHIP
    check = identity_checks.check(method, named_checks, at=tx.now, by=tx.me.id, council=council)
    tx.change(account, checks=identity_checks.with_check(account.checks, check))
    said = {"method": check.method, "level": check.level.value, "good_until": check.good_until}
    say(tx, account, IdentityChecked(**said, visible_to=account.visible_to))


async def opened(tx: Transaction, person_id: UUID, why: str) -> Account:
    """The account of somebody the officer's council may see, which this request changes."""
    found = await tx.one(named.ACCOUNT_FOR_COUNCIL, person_id=person_id, council=tx.council)
    if found is None:
        raise NotFound
    queries.look(tx, person_id, why, protected=found.protected)
    tx.edits(found.account)
    return found.account if found.was_there else tx.add(found.account)


def take(tx: Transaction, account: Account, step: Step, *, because: str | None = None) -> None:
    """Move an account on, or refuse to."""
    before = AccountStatus(account.before) if account.before else None
    after = accounts.take(step, Standing(AccountStatus(account.status), before))
    kept = {"before": after.before.value if after.before else None, "because": because, "since": tx.now}
    tx.change(account, status=after.status.value, **kept)


def say(tx: Transaction, account: Account, event: AccountEvent) -> None:
    """Say what happened to somebody's account."""
    tx.say(event, on=account, about=account.id)


class Both(NamedTuple):
    """Somebody's own row, and that of their account."""

    person: Person
    account: Account


async def person_and_account(tx: Transaction, person_id: UUID, why: str) -> Both:
    """Somebody the officer's council may see, and their account, which this request changes."""
    person = await tx.one(named.PERSON_FOR_COUNCIL, person_id=person_id, council=tx.council)
    if person is None:
        raise NotFound
    return Both(person, await opened(tx, person_id, why))


def _close(tx: Transaction, account: Account, because: ClosedBecause) -> AccountView:
    take(tx, account, Step.CLOSE, because=because.value)
    say(tx, account, AccountClosed(because=because.value, visible_to=account.visible_to))
    return queries.shown_account(tx, account)
