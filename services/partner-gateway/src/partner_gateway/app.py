"""partner-gateway, put together."""

from __future__ import annotations

from common.runtime.app import create_app
from common.runtime.service import Service
from fastapi import FastAPI

from partner_gateway import subscribers, tables, timers
from partner_gateway.api import agreements, clients, contacts, deliveries, directory, partners, referrals, withdrawals

service = Service(
    name="partner-gateway",
    title="Onedoor partners and referrals",
    api=(
        partners.routes,
        clients.routes,
        contacts.routes,
        agreements.routes,
        directory.routes,
        referrals.routes,
        withdrawals.routes,
        deliveries.routes,
    ),
    tables=tables,
    subscribers=subscribers,
    timers=timers,
)


def create() -> FastAPI:
    """The application, as uvicorn's factory."""
    return create_app(service)
