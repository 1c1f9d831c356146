"""case-crm, put together."""

from __future__ import annotations

from common.runtime.app import create_app
from common.runtime.service import Service
from common.runtime.settings import Settings
from common.runtime.transaction import Transaction
from fastapi import FastAPI

from case_crm import publishing, subscribers, tables, timers
from case_crm.api import (
    appointments,
    attachments,
    cases,
    clocks,
    contacts,
    definitions,
    deliveries,
    destruction,
    drafts,
    imports,
    locations,
    needs,
    owners,
    parties,
    places,
    queues,
    relations,
    restricting,
    services,
    tasks,
    teams,
    tellings,
    timeline,
)
from case_crm.commands.attachments import begin_sweeping
from case_crm.commands.retention import begin_reckoning, leave_tombstones


async def prepare(tx: Transaction, told: Settings) -> None:
    """What is written at each start."""
    await publishing.publish_files(tx, told)
    begin_sweeping(tx)
    begin_reckoning(tx)


service = Service(
    name="case-crm",
    title="Onedoor cases",
    api=(
        services.routes,
        cases.routes,
        imports.routes,
        attachments.routes,
        clocks.routes,
        owners.routes,
        tasks.routes,
        timeline.routes,
        tellings.routes,
        deliveries.routes,
        definitions.routes,
        needs.routes,
        parties.routes,
        relations.routes,
        restricting.routes,
        contacts.routes,
        drafts.routes,
        places.routes,
        teams.routes,
        queues.routes,
        destruction.routes,
        appointments.routes,
        locations.routes,
    ),
    tables=tables,
    subscribers=subscribers,
    timers=timers,
    prepares=prepare,
    destroys=leave_tombstones,
)


def create() -> FastAPI:
    """The application, as uvicorn's factory."""
    return create_app(service)
