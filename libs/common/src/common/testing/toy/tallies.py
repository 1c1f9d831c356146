"""Tallies with alarms, for tests of timers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from common.testing.platform import Platform

NAME = "toy-speaker"


class Tallies:
    """Asks the toy speaker over HTTP, as one officer."""

    def __init__(self, town: Platform) -> None:
        self.town = town
        self.client = town[NAME].client
        self.officer = town.officer("northmere")

    async def post(self, path: str, body: Any, **headers: str) -> Any:
        answer = await self.client.post(path, json=body, headers=self.officer | headers)
        assert answer.status_code in {200, 201}, answer.text
        return answer

    def later(self, **delta: float) -> str:
        return (self.town.clock.now() + timedelta(**delta)).isoformat()

    async def with_alarm(self, *, amount: int = 0, **delta: float) -> UUID:
        answer = await self.post("/tallies", {"amount": amount, "alarm": self.later(**delta)})
        return UUID(answer.json()["id"])

    async def move(self, tally: UUID, **delta: float) -> None:
        await self.post(f"/tallies/{tally}/alarm", {"at": self.later(**delta) if delta else None})

    async def set(self) -> set[UUID]:
        """Which tallies have an alarm."""
        return {row["aggregate_id"] for row in await self.town.sql(NAME, "SELECT aggregate_id FROM onedoor.timer")}

    async def until_rung(self, *, left: int = 0, seconds: float = 30) -> None:
        async def rung() -> bool:
            return len(await self.set()) == left

        await self.town.until(rung, seconds=seconds)

    async def until(self, tally: UUID, total: int) -> None:
        async def reached() -> bool:
            return (await self.totals())[tally] == total

        await self.town.until(reached)

    async def totals(self) -> dict[UUID, int]:
        return {row["id"]: row["total"] for row in await self.town.sql(NAME, "SELECT id, total FROM tally")}

    async def said(self, tally: UUID) -> list[Any]:
        return await self.town.sql(
            NAME, "SELECT * FROM onedoor.said WHERE aggregate_id = $1 AND aggregate = 'tally' ORDER BY version", tally
        )
