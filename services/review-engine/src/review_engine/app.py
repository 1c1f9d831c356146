"""review-engine, put together."""

from __future__ import annotations

from common.runtime.app import create_app
from common.runtime.service import Service
from fastapi import FastAPI

from review_engine import api, commands, subscribers, tables

service = Service(
    name="review-engine",
    title="Onedoor evidence",
    api=(api.routes,),
    tables=tables,
    subscribers=subscribers,
    erases=commands.forget_erased,
)


def create() -> FastAPI:
    """The application, as uvicorn's factory."""
    return create_app(service)
