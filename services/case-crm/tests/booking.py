"""A location of Northmere with a session, and people whose cases take an appointment there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
from common.contracts.staff import PERMISSIONS, StaffRole
from common.runtime.ids import new_id
from common.testing.platform import Platform

SERVICE = "registrar_appointment"
WEDDING = {"full_name": "Priya Nair", "phone": "07700 900031", "occasion": "A marriage"}
ALL = PERMISSIONS[StaffRole.OFFICER] - {"protection:read", "cases:restrict"}
PLACE = {
    "title": "Northmere Town Hall",
    "address": "1 Market Square, Northmere ZZ99 1AA",
    "accessibility": ["A lift to every floor"],
    "how_to_get_there": "Bus 4 stops outside.",
    "open": ["Monday to Friday, 9 to 5"],
}
TUESDAYS = {
    "services": [SERVICE],
    "day": "tue",
    "begins": "09:00",
    "ends": "11:00",
    "minutes": 30,
    "first_day": "2026-12-01",
}
Headers = dict[str, str]


class Hall:
    """A town hall of its own for each test."""

    def __init__(self, town: Platform) -> None:
        self.town, self.client = town, town["case-crm"].client
        self.lead = town.officer("northmere", id="lead", permissions=ALL)
        self.ben = town.officer("northmere", id="ben", permissions=["cases:read", "cases:write"])
        self.place = self.session = ""

    async def opened(self, *, shared_with: list[str] | None = None, **session: Any) -> Hall:
        """With people seen on Tuesdays, from nine to eleven, half an hour each, one at a time."""
        self.place = (await self.made("/locations", PLACE | {"shared_with": shared_with or []}))["location_id"]
        self.session = (await self.also(**session))["session_id"]
        return self

    async def also(self, **session: Any) -> dict[str, Any]:
        return await self.made(f"/locations/{self.place}/sessions", TUESDAYS | session)

    async def made(self, path: str, body: Any) -> dict[str, Any]:
        answer = await self.send(path, body, self.lead)
        assert answer.status_code == 201, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def send(self, path: str, body: Any, who: Headers, **more: Any) -> httpx.Response:
        return await self.client.post(path, json=body, headers=who | more)

    async def times(self, day: str | None = None, service: str = SERVICE) -> dict[str, Any]:
        asked = {"service": service} | ({"from_day": day} if day else {})
        answer = await self.client.get(f"/locations/{self.place}/times", params=asked)
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def starts(self, day: str | None = None) -> list[str]:
        return [each["starts_at"] for each in (await self.times(day))["items"]]

    async def couple(self, council: str = "northmere", person: UUID | None = None, **body: Any) -> Couple:
        """Somebody with a case that takes an appointment."""
        couple = Couple(self, council, person or new_id())
        said = {"service": SERVICE, "channel": "online", "answers": WEDDING} | body
        answer = await self.send("/cases", said, couple.me)
        assert answer.status_code == 201, answer.text
        couple.case = answer.json()["case_id"]
        return couple


class Couple:
    """A resident with a case, and what they do about its appointment."""

    def __init__(self, hall: Hall, council: str, person: UUID) -> None:
        self.hall, self.person, self.case = hall, person, ""
        self.me: Headers = {**hall.town.resident(person), "Onedoor-Council": council}

    @property
    def path(self) -> str:
        return f"/cases/{self.case}/appointment"

    async def book(self, starts_at: str, who: Headers | None = None, **more: Any) -> httpx.Response:
        body = {"location_id": self.hall.place, "starts_at": starts_at} | more
        return await self.hall.send(self.path, body, who or self.me)

    async def booked(self, starts_at: str) -> Couple:
        answer = await self.book(starts_at)
        assert answer.status_code == 200, answer.text
        return self

    async def move(self, starts_at: str, who: Headers | None = None, **more: Any) -> httpx.Response:
        body = {"location_id": self.hall.place, "starts_at": starts_at} | more
        return await self.hall.send(f"{self.path}/move", body, who or self.me)

    async def cancel(self, who: Headers | None = None, **body: Any) -> httpx.Response:
        return await self.hall.send(f"{self.path}/cancel", body, who or self.me)

    async def record(self, outcome: str, who: Headers | None = None) -> httpx.Response:
        return await self.hall.send(f"{self.path}/attendance", {"outcome": outcome}, who or self.hall.ben)

    async def view(self, who: Headers | None = None) -> dict[str, Any]:
        answer = await self.hall.client.get(f"/cases/{self.case}", headers=who or self.me)
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def said(self) -> list[str]:
        sql = "SELECT name FROM onedoor.said WHERE aggregate_id = $1 ORDER BY version"
        return [row["name"] for row in await self.hall.town.sql("case-crm", sql, UUID(self.case))]

    async def written(self) -> list[dict[str, Any]]:
        """What they were written about their appointment, in its order."""
        sql = (
            "SELECT data FROM onedoor.said WHERE name = 'message.requested' AND person_id = $1"
            " AND data ->> 'template' LIKE 'appointment%' ORDER BY id"
        )
        return [row["data"] for row in await self.hall.town.sql("case-crm", sql, self.person)]


def kind(answer: httpx.Response) -> tuple[int, str]:
    """What an answer was refused with."""
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")
