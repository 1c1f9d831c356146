"""An officer signs in by their council's provider, works in two services, and is out of all five the moment they sign out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from common.embedded import Nats
from common.embedded.issuer import SERVICES
from common.embedded.ports import free_port
from common.embedded.provider.process import Provider
from common.testing.browser import Browser, bearer, over_http, provider_at
from common.testing.platform import BOTH, Platform, platform
from common.testing.servers import Servers
from onedoor.contracts import services

# A route of each service, and what an officer is answered there.
DOORS = {
    "customer-account": ("/duplicates", 200),
    "case-crm": ("/cases", 200),
    "feedback": ("/feedback", 200),
    "partner-gateway": ("/partners", 200),
    "review-engine": ("/measures/counts", 403),
}
ADDRESS = "12 Larch Avenue, Northmere ZZ99 3WX"


@dataclass
class Town:
    """The five services, which know of each other by events and the published keys alone, and a browser."""

    platform: Platform
    browser: Browser

    async def answers(self, token: str) -> dict[str, int]:
        """What every service answers whoever has this token."""
        found = {}
        for name, (path, _) in DOORS.items():
            found[name] = (await self.platform[name].client.get(path, headers=bearer(token))).status_code
        return found

    async def post(self, service: str, path: str, body: dict[str, Any], token: str) -> dict[str, Any]:
        answer = await self.platform[service].client.post(path, json=body, headers=bearer(token))
        assert answer.status_code == 201, answer.text
        await self.platform.heard(answer)
        made: dict[str, Any] = answer.json()
        return made


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with provider_at(tmp_path_factory.mktemp("provider"), audiences=[*SERVICES], councils=BOTH) as running:
        yield running


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats, provider: Provider) -> AsyncIterator[Town]:
    port = free_port()
    told = {
        "sign_in_file": provider.client.file,
        "staff_sign_in": True,
        "resident_issuer_keys": f"http://127.0.0.1:{port}/.well-known/jwks.json",
    }
    async with (
        platform(servers, nats, services(), **told) as running,
        over_http(running["customer-account"].app, port=port) as account,
        Browser(account, provider) as browser,
    ):
        yield Town(running, browser)


async def test_an_officer_who_signed_in_opens_a_case_and_is_who_looked(town: Town) -> None:
    told = (await town.browser.sign_in_staff()).json()
    said = {"full_name": "Margaret Hartley", "phone": "07700 900014", "channel": "phone"}
    person = (await town.post("customer-account", "/persons", said, told["token"]))["person_id"]
    asked = {
        "service": "missed_bin",
        "person_id": person,
        "channel": "phone",
        "answers": {"address": ADDRESS, "bin": "Recycling"},
    }
    case = await town.post("case-crm", "/cases", asked, told["token"])
    assert case["case_id"]
    shown = await town.browser.http.get(f"/persons/{person}", headers=bearer(told["token"]))
    assert shown.status_code == 200
    looks = await town.platform.sql("customer-account", "SELECT DISTINCT actor_id FROM onedoor.said")
    assert told["staff_id"] in {row["actor_id"] for row in looks}


async def test_nobody_of_another_council_sees_the_case(town: Town) -> None:
    south = (await town.browser.sign_in_staff("southholt-staff")).json()["token"]
    listed = await town.platform["case-crm"].client.get("/cases", headers=bearer(south))
    assert (listed.status_code, listed.json()["items"]) == (200, [])


async def test_whoever_signs_out_is_out_of_every_service_within_a_second(town: Town) -> None:
    token = (await town.browser.sign_in_staff()).json()["token"]
    assert await town.answers(token) == {name: status for name, (_, status) in DOORS.items()}
    assert (await town.browser.post("/session/end")).json() == {"ended": 1}

    async def refused() -> bool:
        return set((await town.answers(token)).values()) == {401}

    await town.platform.until(refused, seconds=1)
