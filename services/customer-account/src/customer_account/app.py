"""customer-account, put together."""

from __future__ import annotations

from common.runtime.app import create_app
from common.runtime.service import Service
from fastapi import FastAPI

from customer_account import subscribers, tables, timers
from customer_account.api import addresses, contact, facts, history, people, preferences, protection
from customer_account.queries import kinds

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
    ),
    tables=tables,
    subscribers=subscribers,
    timers=timers,
    prepares=kinds.ready,
)


def create() -> FastAPI:
    """The application, as uvicorn's factory."""
    return create_app(service)
