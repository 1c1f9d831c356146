"""The reads of accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from common.runtime.query import query
from common.runtime.tables import as_read
from sqlalchemy import bindparam, func
from sqlmodel import col, select

from customer_account.domain.accounts import opened
from customer_account.queries.named.seen import seen_by
from customer_account.tables import Account, FactsOfPerson, Person

ACCOUNT = query(select(Account).where(Account.id == bindparam("person_id")))


class AccountOfPerson(NamedTuple):
    """An account, whether there was a row of it already, and whether its person is protected."""

    account: Account
    was_there: bool
    protected: bool


def _account(
    whose: UUID, seen_by: list[str], helped: bool, known_since: datetime, restricted: bool, **account: Any
) -> AccountOfPerson:
    if account["id"] is None:
        row = Account(id=whose, visible_to=seen_by, status=opened(assisted=helped).value, since=known_since)
        return AccountOfPerson(row, was_there=False, protected=restricted)
    return AccountOfPerson(as_read(Account, account), was_there=True, protected=restricted)


# An earlier release, that runs beside this one for a moment, registers people without the row of their account.
_OF_PERSON: Any = (
    select(Account, col(Person.id).label("whose"), col(Person.visible_to).label("seen_by"))
    .add_columns(
        col(Person.assisted).label("helped"),
        col(Person.registered_at).label("known_since"),
        func.coalesce(FactsOfPerson.protected, False).label("restricted"),
    )
    .select_from(Person)
    .outerjoin(Account, col(Account.id) == Person.id)
    .outerjoin(FactsOfPerson, col(FactsOfPerson.id) == Person.id)
    .where(col(Person.id) == bindparam("person_id"))
)
ACCOUNT_FOR_COUNCIL = query(_OF_PERSON.where(seen_by(Person.visible_to)), into=_account)
