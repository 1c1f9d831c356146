"""Somebody who tells us once, and the desks that hear it: for tests of tellings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx

from common.runtime.ids import new_id
from common.testing.platform import Platform

Headers = dict[str, str]
HIS = {
    "full_name": "Albert Edwin Hartley",
    "date_of_birth": "1941-03-17",
    "date_of_death": "2026-12-04",
    "national_insurance_number": "QQ123456C",
    "home_address": "14 Weavers Row, Northmere ZZ99 1AB",
    "home_council": "northmere",
    "place_of_death": "Northmere General Hospital",
    "partner_name": "Margaret Hartley",
    "executor": "Joanne Hartley-Price, joanne@example.org",
    "tenancy": "Joint council tenant",
    "property_owned": "3 Quay Cottages, Southholt ZZ99 2BD",
    "services_used": [
        "northmere:adult_social_care",
        "northmere:assisted_bins",
        "northmere:home_oxygen",
        "southholt:empty_home",
        "southholt:garden_waste",
        "southholt:allotments",
    ],
}
CARING: dict[str, Any] = {
    "full_name": "Margaret Hartley",
    "date_of_birth": "1947-05-02",
    "home_address": "14 Weavers Row, Northmere ZZ99 1AB",
    "home_council": "northmere",
    "is_a_carer": True,
    "changed_on": "2026-12-05",
}
REGISTERED = {"registrar_reference": "TUO-7K4M-22Q", "registered_on": "2026-12-09"}


class Teller:
    """Officers of both councils, and somebody about whom something is told."""

    def __init__(self, town: Platform) -> None:
        self.town = town
        self.client = town["case-crm"].client
        self.north, self.south = town.officer("northmere"), town.officer("southholt")
        self.person = str(new_id())
        self.resident = {**town.resident(self.person), "Onedoor-Council": "northmere"}

    async def draft(self, event: str, facts: dict[str, Any], who: Headers | None = None, **more: Any) -> httpx.Response:
        if given := more.get("registrar_reference"):
            more["registrar_reference"] = f"{given.strip()}-{self.person}"  # each death has its own
        body = {"life_event": event, "person_id": self.person, "channel": "phone", "facts": facts} | more
        return await self.client.post("/tellings", json=body, headers=who or self.north)

    async def told(self, event: str, facts: dict[str, Any], who: Headers | None = None, **more: Any) -> dict[str, Any]:
        """A telling that was begun, read and confirmed, and of which everybody has heard."""
        drafted = await self.draft(event, facts, who, **more)
        assert drafted.status_code == 201, drafted.text
        return await self.confirmed(drafted.json(), who)

    async def confirmed(self, preview: dict[str, Any], who: Headers | None = None) -> dict[str, Any]:
        answer = await self.confirm(preview, who)
        assert answer.status_code == 200, answer.text
        await self.town.heard(answer)
        shown: dict[str, Any] = answer.json()
        return shown

    async def confirm(self, preview: dict[str, Any], who: Headers | None = None) -> httpx.Response:
        path = f"/tellings/{preview['telling_id']}/confirmation"
        return await self.client.post(path, json={"preview": preview["preview"]}, headers=who or self.north)

    async def post(self, path: str, body: dict[str, Any], who: Headers | None = None) -> dict[str, Any]:
        answer = await self.client.post(path, json=body, headers=who or self.north)
        assert answer.status_code in {200, 201}, answer.text
        if "Onedoor-After" in answer.headers:
            await self.town.heard(answer)
        shown: dict[str, Any] = answer.json()
        return shown

    async def get(self, path: str, who: Headers | None = None) -> dict[str, Any]:
        answer = await self.client.get(path, headers=who or self.north)
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def parts(self, telling: str) -> dict[str, dict[str, Any]]:
        """What the person reads of each part, by council and interest."""
        shown = await self.get(f"/tellings/{telling}", self.resident)
        return {f"{each['council']}:{each['interest']}:{each['sends']}": each for each in shown["parts"]}

    async def move(self, delivery: str, move: str, who: Headers | None = None, **more: Any) -> dict[str, Any]:
        return await self.post(f"/deliveries/{delivery}/moves", {"move": move} | more, who)

    async def done(self, delivery: str, who: Headers | None = None, *, effect: str, on: str) -> dict[str, Any]:
        for name in ("acknowledge", "match", "start"):
            await self.move(delivery, name, who)
        return await self.move(delivery, "action", who, effect=effect, effective_date=on)

    async def said(self, name: str) -> list[dict[str, Any]]:
        """What was said under this name about the person, oldest first."""
        sql = "SELECT data FROM onedoor.said WHERE name = $1 AND person_id = $2 ORDER BY recorded, version"
        rows = await self.town.sql("case-crm", sql, name, UUID(self.person))
        return [row["data"] for row in rows]
