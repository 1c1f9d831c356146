"""Liveness and readiness: what a supervisor, a balancer and an operator ask."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from common.runtime.saying.stream import Stream
from common.runtime.store.database import AWAY, Database, on_behalf_of
from common.runtime.watching.parts import Parts

router = APIRouter(include_in_schema=False)
PATHS = frozenset({"/live", "/ready"})


class Health:
    """Knows whether everything a service needs is there."""

    def __init__(self, database: Database, stream: Stream, parts: Parts) -> None:
        self.database = database
        self.stream = stream
        self.parts = parts

    async def parts_now(self) -> list[dict[str, Any]]:
        """Every part with `name`, `ready` and, where it is not, why."""
        found = [{"name": part.name, "ready": part.ready, "detail": part.failed} for part in self.parts.parts]
        heard = self.stream.up and self.stream.made
        found.append(
            {"name": "events", "ready": heard, "detail": "" if heard else "NATS is away, or has no stream yet"}
        )
        found.append(await self._database())
        return found

    async def _database(self) -> dict[str, Any]:
        try:
            async with asyncio.timeout(2):
                await self.database.read("hearer", on_behalf_of(council=None), "SELECT 1 AS alive", [])
        except AWAY:
            return {"name": "database", "ready": False, "detail": "PostgreSQL is away"}
        return {"name": "database", "ready": True, "detail": ""}


@router.get("/live")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@router.get("/ready")
async def ready(request: Request, response: Response) -> dict[str, Any]:
    """Everything it needs is there; 503 with what is missing where not."""
    parts = await request.app.state.health.parts_now()
    good = all(part["ready"] for part in parts)
    response.status_code = 200 if good else 503
    return {"ready": good, "parts": parts}
