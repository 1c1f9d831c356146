"""A resident with a case, and the officers who deal with it: what tests of handling say in few words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from case_crm.app import service
from common.contracts.staff import PERMISSIONS, StaffRole
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.archive import Archive
from common.testing.partnering import say_agreed
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.telling import Teller

DEFINITIONS = Path(__file__).with_name("definitions")
ALL = PERMISSIONS[StaffRole.OFFICER] - {"protection:read"}
Headers = dict[str, str]
PARTNERS = ("frs-nsfr", "northmere-homes", "northmere-companions", "southholt-homes", "safe-harbour")
MONDAY = "2026-12-14T09:30:00+00:00"


class Desk:
    """One case of Northmere, its resident and officers by name."""

    def __init__(self, town: Platform) -> None:
        self.town, self.person = town, new_id()
        self.client = town["case-crm"].client
        self.resident: Headers = {**town.resident(self.person), "Onedoor-Council": "northmere"}
        self.ada = self.officer("ada", permissions=ALL)
        self.ben = self.officer("ben", permissions=["cases:read", "cases:write"])
        self.stranger: Headers = {**town.resident(new_id()), "Onedoor-Council": "northmere"}
        self.elsewhere = town.officer("southholt")
        self.case = ""

    async def opened(self, **body: Any) -> Desk:
        said = {"service": "hardship_fund", "channel": "online", "answers": {"what": "A cooker"}} | body
        self.case = (await self.send("/cases", said, self.resident)).json()["case_id"]
        return self

    async def assessed(self) -> Desk:
        """A case that can be decided."""
        await self.opened()
        for name in ("acknowledge", "triage", "start_work"):
            assert (await self.move(name)).is_success
        for item in ("income", "savings"):
            assert (await self.send(f"{self.path}/checklist/{item}", None, self.ada)).is_success
        return self

    async def decided(self, result: str = "decided_refused", **more: Any) -> Desk:
        await self.assessed()
        assert (await self.move("decide", result=result, reason="Too much in savings.", **more)).is_success
        return self

    def officer(self, name: str, **more: Any) -> Headers:
        """An officer of Northmere by this name."""
        return self.town.officer("northmere", id=name, **more)

    @property
    def path(self) -> str:
        return f"/cases/{self.case}"

    async def send(self, path: str, body: Any, who: Headers) -> httpx.Response:
        return await self.client.post(path, json=body, headers=who)

    async def move(self, transition: str, who: Headers | None = None, **more: Any) -> httpx.Response:
        return await self.send(f"{self.path}/transitions", {"transition": transition} | more, who or self.ada)

    async def view(self, who: Headers) -> dict[str, Any]:
        shown: dict[str, Any] = (await self.client.get(self.path, headers=who)).json()
        return shown

    async def said(self) -> list[str]:
        return [row["name"] for row in await self.rows()]

    async def rows(self) -> list[Any]:
        sql = "SELECT name, data FROM onedoor.said WHERE aggregate_id = $1 ORDER BY version"
        return await self.town.sql("case-crm", sql, UUID(self.case))

    @staticmethod
    def kind(answer: httpx.Response) -> tuple[int, str]:
        """What an answer was refused with."""
        return answer.status_code, answer.json()["type"].removeprefix("/problems/")


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [service]) as running:
        await say_agreed(running, nats, *PARTNERS)
        yield running


@pytest.fixture(scope="module")
async def office(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    """case-crm with services that only tests have."""
    async with platform(servers, nats, [service], definitions=DEFINITIONS) as running:
        yield running


@pytest.fixture
def teller(town: Platform) -> Teller:
    """Somebody who tells us once, on the Monday of the stories."""
    town.at(MONDAY)
    return Teller(town)


@pytest.fixture
def desk(office: Platform) -> Desk:
    return Desk(office)


@pytest.fixture
async def archive(office: Platform) -> AsyncIterator[Archive]:
    """An archive in which nothing is left for the next test."""
    yield Archive(office)
    await office.sql("case-crm", "UPDATE case_file SET disposal = 'keep', goes_on = NULL WHERE disposal = 'review'")
