"""A resident to whom something was promised, by when, and their council's officer: for tests of clocks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx

from common.runtime.ids import new_id
from common.testing.platform import Platform

LONDON = ZoneInfo("Europe/London")
HOME = {"address": "41 Tower Court", "phone": "07700 900021"}
DAMP = HOME | {"what": "Damp or mould", "dangerous": False}
TAP = HOME | {"what": "Water", "dangerous": False}
INCOME = {
    "full_name": "Priya Nair",
    "date_of_birth": "1995-08-02",
    "address": "27 Mill Lane",
    "household_size": 3,
    "number_of_children": 2,
    "weekly_income": 180,
    "savings": 20,
    "disability": True,
}


def at(day: str, clock: str = "23:59") -> datetime:
    """A moment to the minute; without a time, the end of the day."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=LONDON)


def minute(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(second=0, microsecond=0)


class Promised:
    """A resident and their council's officer."""

    def __init__(self, town: Platform, council: str = "northmere", person: UUID | None = None) -> None:
        self.town = town
        self.client = town["case-crm"].client
        self.person = person or new_id()
        self.resident = {**town.resident(self.person), "Onedoor-Council": council}
        self.officer = town.officer(council)
        self.case = ""

    async def opened(self, service: str, answers: dict[str, Any]) -> Promised:
        body = {"service": service, "channel": "phone", "answers": answers}
        answer = await self.client.post("/cases", json=body, headers=self.resident)
        assert answer.status_code == 201, answer.text
        self.case = answer.json()["case_id"]
        return self

    async def move(self, transition: str, *, who: str = "officer", **more: Any) -> None:
        body = {"transition": transition} | more
        path = f"/cases/{self.case}/transitions"
        answer = await self.client.post(path, json=body, headers=getattr(self, who))
        assert answer.status_code == 200, answer.text

    async def extend(self, term: str, reason: str = "The report of the surveyor is missing.") -> httpx.Response:
        clock = (await self.clocks())[term]["clock_id"]
        path = f"/cases/{self.case}/clocks/{clock}/extensions"
        return await self.client.post(path, json={"reason": reason}, headers=self.officer)

    async def clocks(self, who: str = "officer") -> dict[str, Any]:
        answer = await self.client.get(f"/cases/{self.case}", headers=getattr(self, who))
        return {clock["term"]: clock for clock in answer.json()["clocks"]}

    async def due(self, term: str) -> datetime | None:
        moment = (await self.clocks())[term]["due_at"]
        return minute(moment) if moment else None

    async def states(self) -> dict[str, str]:
        return {term: clock["state"] for term, clock in (await self.clocks()).items()}

    async def said(self) -> list[Any]:
        sql = "SELECT * FROM onedoor.said WHERE aggregate_id = $1 AND name LIKE 'clock.%' ORDER BY version"
        return await self.town.sql("case-crm", sql, UUID(self.case))

    async def names(self, term: str) -> list[str]:
        return [row["name"] for row in await self.said() if row["data"]["term"] == term]

    async def until(self, name: str, *, times: int = 1) -> Any:
        async def there() -> bool:
            return len([row for row in await self.said() if row["name"] == name]) == times

        await self.town.until(there)
        return [row for row in await self.said() if row["name"] == name][-1]


async def witnessed(town: Platform, moment: str) -> None:
    """It is that moment, and whoever rings has looked since: an emergency of the day before is late."""
    town.at((datetime.fromisoformat(moment) - timedelta(hours=24, minutes=5)).isoformat())
    emergency = await Promised(town).opened("housing_repair", TAP | {"dangerous": True})
    town.at(moment)
    await emergency.until("clock.breached")
