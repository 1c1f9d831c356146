"""case-crm, put together."""

from __future__ import annotations

from common.runtime.app import create_app
from common.runtime.service import Service
from fastapi import FastAPI

from case_crm import api, publishing, subscribers, tables, timers

service = Service(
    name="case-crm",
    title="Onedoor cases",
    api=(api.routes,),
    tables=tables,
    subscribers=subscribers,
    timers=timers,
    prepares=publishing.publish_files,
)


def create() -> FastAPI:
    """The application, as uvicorn's factory."""
    return create_app(service)
