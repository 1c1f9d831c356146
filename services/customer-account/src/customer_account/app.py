"""customer-account, put together."""

from __future__ import annotations

from common.runtime.app import create_app
from common.runtime.service import Service
from common.runtime.settings import Settings
from common.runtime.transaction import Transaction
from fastapi import FastAPI

from customer_account import queries, subscribers, tables, timers
from customer_account.api import (
    accounts,
    addresses,
    claims,
    consents,
    contact,
    duplicates,
    equality,
    erasing,
    facts,
    history,
    holds,
    households,
    joining,
    looks,
    messages,
    organisations,
    people,
    preferences,
    protection,
    representations,
    rights,
    sign_in,
    staff_sign_in,
)
from customer_account.commands import comparing, sealing
from customer_account.commands.erasing import let_go_elsewhere
from customer_account.commands.sign_in import ready as sign_in_ready
from customer_account.outside import carriers
from customer_account.queries import kinds, templates
from customer_account.queries.equality import equality_questions
from customer_account.queries.representations import representation_kinds


async def ready(tx: Transaction, told: Settings) -> None:
    """A release with a broken file of kinds or templates does not start, nor one without the key that seals who looked."""
    await comparing.ready(tx)
    await kinds.ready(tx, told)
    await templates.ready(tx, told)
    carriers.ready(told)
    representation_kinds()
    equality_questions()
    await sealing.ready(tx, told)
    sign_in_ready(tx, told)


service = Service(
    name="customer-account",
    title="Onedoor people",
    api=(
        people.routes,
        accounts.routes,
        claims.routes,
        joining.routes,
        organisations.routes,
        contact.routes,
        preferences.routes,
        consents.routes,
        addresses.routes,
        facts.routes,
        history.routes,
        protection.routes,
        messages.routes,
        looks.routes,
        duplicates.routes,
        sign_in.routes,
        staff_sign_in.routes,
        representations.routes,
        rights.routes,
        erasing.routes,
        holds.routes,
        households.routes,
        equality.routes,
    ),
    tables=tables,
    subscribers=subscribers,
    timers=timers,
    prepares=ready,
    admits=queries.let_in,
    erases=let_go_elsewhere,
)


def create() -> FastAPI:
    """The application, as uvicorn's factory."""
    return create_app(service)
