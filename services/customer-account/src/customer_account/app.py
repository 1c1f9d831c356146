"""customer-account, put together."""

from __future__ import annotations

from common.runtime.app import create_app
from common.runtime.service import Service
from common.runtime.settings import Settings
from common.runtime.transaction import Transaction
from fastapi import FastAPI

from customer_account import subscribers, tables, timers
from customer_account.api import addresses, contact, facts, history, looks, people, preferences, protection
from customer_account.commands import sealing
from customer_account.queries import kinds


async def ready(tx: Transaction, told: Settings) -> None:
    """A release with a broken file of kinds does not start, nor does one without the key that seals who looked."""
    await kinds.ready(tx, told)
    await sealing.ready(tx, told)


service = Service(
    name="customer-account",
    title="Onedoor people",
    api=(
        people.routes,
        contact.routes,
        preferences.routes,
        addresses.routes,
        facts.routes,
        history.routes,
        protection.routes,
        looks.routes,
    ),
    tables=tables,
    subscribers=subscribers,
    timers=timers,
    prepares=ready,
)


def create() -> FastAPI:
    """The application, as uvicorn's factory."""
    return create_app(service)
