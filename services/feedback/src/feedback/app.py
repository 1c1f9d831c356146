"""feedback, put together."""

from __future__ import annotations

from common.runtime.app import create_app
from common.runtime.service import Service
from fastapi import FastAPI

from feedback import api, subscribers, tables

service = Service(
    name="feedback",
    title="Onedoor feedback",
    api=(api.routes,),
    tables=tables,
    subscribers=subscribers,
)


def create() -> FastAPI:
    """The application, as uvicorn's factory."""
    return create_app(service)
