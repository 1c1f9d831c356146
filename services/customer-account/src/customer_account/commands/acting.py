"""A token to act for somebody with: load, decide, sign."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from common.contracts.people.representations import ActingTokenView
from common.contracts.people.sign_in import Level
from common.runtime.problems import NotFound
from common.runtime.transaction import Transaction

from customer_account.commands.sessions import signed
from customer_account.domain.days import day_of
from customer_account.domain.representations import acting
from customer_account.queries import named
from customer_account.queries.representations import representation_kinds


async def token_to_act(tx: Transaction, representation_id: UUID) -> ActingTokenView:
    """A token about whom the resident acts for, that says they do. It ends with the session they signed in with."""
    found = await tx.one(named.MY_REPRESENTATION, representation_id=representation_id, person_id=tx.person)
    if found is None or found.of_them:
        raise NotFound
    row, for_whom = found.row, found.for_whom or found.row.person_id
    who = acting(row, representation_kinds(), day_of(tx.now), by=tx.person)
    token, claims = signed(tx, for_whom, tx.me.session, Level(tx.me.level), **who)
    expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    return ActingTokenView(token=token, expires_at=expires_at, person_id=for_whom, may=row.may, services=row.services)
