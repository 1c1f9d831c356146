"""Where accounts stand: for their person, for officers, for whoever signs somebody in, and at the gate of every route."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from common.contracts.people.accounts import AccountStatus
from common.contracts.people.identity import AccountView, IdentityCheckView
from common.runtime.problems import NotFound
from common.runtime.reading import Reading
from common.runtime.transaction import Transaction

from customer_account.domain import accounts, identity_checks
from customer_account.domain.days import day_of
from customer_account.queries import named
from customer_account.queries.clearance import look
from customer_account.queries.representations import still_acting
from customer_account.tables import Account


class Whose(NamedTuple):
    """The person whom a login leads to, and how their account stands; None where there is no account yet."""

    person_id: UUID
    status: AccountStatus | None

    @property
    def may_sign_in(self) -> bool:
        return self.status is None or accounts.may_sign_in(self.status)


async def account_of(session: Reading, person_id: UUID) -> Whose:
    """Whom an id leads to today, by way of every record it was joined with, as far as the caller may see."""
    account = await session.one(named.ACCOUNT, person_id=person_id)
    while account is not None and account.merged_into is not None:
        person_id = account.merged_into
        account = await session.one(named.ACCOUNT, person_id=person_id)
    return Whose(person_id, _status(account) if account else None)


async def every_id_of(session: Reading, person_id: UUID) -> list[UUID]:
    """A person's ids: the one that all lead to, then those of every record that was joined with it.

    It is asked of their accounts, which are written as records are joined: it waits for no subscriber.
    """
    return await led_to(session, (await account_of(session, person_id)).person_id)


async def led_to(session: Reading, person_id: UUID) -> list[UUID]:
    """An id, and those of every record that was joined with it."""
    found = [person_id]
    for each in found:  # it grows meanwhile
        found += [led for led in await session.all(named.LED_TO, person_id=each) if led not in found]
    return found


async def let_in(session: Reading) -> None:
    """The gate of every route: raises what says why a resident whose account is not in use, or who acts for somebody no
    more, may not go on.

    How it stood a moment ago, no more than a second, may be taken for how it stands.
    """
    if session.me.acting:  # whom they act for may have died, or may not sign in: they may go on
        return await still_acting(session)
    if session.me.person_id is None:
        return None
    status = await session.published(named.ACCOUNT, _status, person_id=session.me.person_id)
    if status is not None:
        accounts.let_in(status, writes=isinstance(session, Transaction))
    return None


async def my_account(read: Reading) -> AccountView:
    """The resident's own account."""
    account = await read.one(named.ACCOUNT, person_id=read.person)
    if account is None:
        raise NotFound
    return shown_account(read, account)


async def account_for_council(read: Reading, person_id: UUID) -> AccountView:
    """A person's account as an officer's council may see it."""
    found = await read.one(named.ACCOUNT_FOR_COUNCIL, person_id=person_id, council=read.council)
    if found is None:
        raise NotFound
    look(read, person_id, "looked at a person's account", protected=found.protected)
    return shown_account(read, found.account)


def shown_account(session: Reading, account: Account) -> AccountView:
    """An account with the checks it rests on."""
    checks = identity_checks.checks_of(account.checks)
    return AccountView(
        person_id=account.id,
        version=account.version,
        status=AccountStatus(account.status),
        since=account.since,
        because=account.because,
        may_sign_in=accounts.may_sign_in(AccountStatus(account.status)),
        merged_into=account.merged_into,
        identity_level=identity_checks.level_of(checks, today=day_of(session.now)),
        identity_checks=[IdentityCheckView(**each.model_dump(exclude={"by"})) for each in checks],
    )


def _status(account: Account) -> AccountStatus:
    return AccountStatus(account.status)
