"""customer-account, put together."""

from __future__ import annotations

from common.runtime.app import create_app
from common.runtime.service import Service
from fastapi import FastAPI

from customer_account import subscribers, tables
from customer_account.api import facts, history, people, protection
from customer_account.queries import kinds

service = Service(
    name="customer-account",
    title="Onedoor people",
    api=(people.routes, facts.routes, history.routes, protection.routes),
    tables=tables,
    subscribers=subscribers,
    prepares=kinds.ready,
)


def create() -> FastAPI:
    """The application, as uvicorn's factory."""
    return create_app(service)
