"""One account: signed in by a provider once, somebody uses every service of both councils, and signs out of all at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from case_crm.app import service as case_crm
from common.embedded import Nats
from common.embedded.ports import free_port
from common.embedded.provider.process import Provider
from common.runtime.signing import read_signing_keys, write_signing_keys
from common.testing.browser import Browser, bearer, over_http, provider_at
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from customer_account.app import service as customer_account

HOME = "12 Larch Avenue, Northmere ZZ99 3WX"


@dataclass
class Town:
    """Two services that know each other by nothing but events and the published keys, and a browser."""

    platform: Platform
    browser: Browser

    async def cases(self, token: str, council: str = "northmere") -> int:
        """What case-crm answers somebody who asks for their cases."""
        headers = bearer(token) | {"Onedoor-Council": council}
        return (await self.platform["case-crm"].client.get("/me/cases", headers=headers)).status_code


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with provider_at(tmp_path_factory.mktemp("provider"), audiences=["customer-account", "case-crm"]) as running:
        yield running


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats, provider: Provider) -> AsyncIterator[Town]:
    port = free_port()
    told = {
        "sign_in_file": provider.client.file,
        "resident_issuer_keys": f"http://127.0.0.1:{port}/.well-known/jwks.json",
    }
    services = [customer_account, case_crm]
    async with (
        platform(servers, nats, services, **told) as running,
        over_http(running["customer-account"].app, port=port) as account,
        Browser(account, provider) as browser,
    ):
        yield Town(running, browser)


async def test_what_is_told_after_signing_in_is_used_in_another_service(town: Town) -> None:
    signed_in = await town.browser.sign_in()
    headers = bearer(signed_in.json()["token"]) | {"Onedoor-Council": "northmere"}
    told = {"kind": "home_address", "value": HOME, "channel": "online"}
    kept = await town.browser.post("/me/facts", told, headers=headers)
    assert kept.status_code == 200, kept.text
    mine = (await town.browser.http.get("/me", headers=headers)).json()
    assert mine["person_id"] == signed_in.json()["person_id"]
    assert HOME in str(mine)
    asked: dict[str, Any] = {
        "service": "missed_bin",
        "channel": "online",
        "answers": {"address": HOME, "bin": "Recycling"},
    }
    opened = await town.platform["case-crm"].client.post("/cases", json=asked, headers=headers)
    assert opened.status_code == 201, opened.text
    await town.platform.heard(opened)
    entries = (await town.browser.http.get("/me/timeline", headers=headers)).json()["items"]
    assert "case.opened" in {entry["event"] for entry in entries}


async def test_the_token_serves_both_councils_and_says_how_sure_we_are(town: Town) -> None:
    first = (await town.browser.sign_in()).json()
    assert [await town.cases(first["token"], each) for each in first["councils"]] == [200, 200]
    assert first["level"] == "medium"
    proven = (await town.browser.prove(first["token"])).json()
    assert (proven["level"], proven["person_id"]) == ("high", first["person_id"])
    assert await town.cases(proven["token"]) == 200


async def test_nobody_is_turned_away_while_the_signing_key_is_changed(town: Town) -> None:
    await town.browser.sign_in()
    file = town.platform.told["customer-account"].signing_keys_file
    assert file
    answers, kids, going = [], set(), True

    async def use() -> None:
        while going:
            token = (await town.browser.post("/session/token")).json()["token"]
            kids.add(token.partition(".")[0])
            answers.append(await town.cases(token))

    using = asyncio.create_task(use())
    await asyncio.sleep(0.5)
    write_signing_keys(file, read_signing_keys(file).rotated(datetime.now(UTC)))
    await asyncio.sleep(0.5)
    going = False
    await using
    assert len(answers) > 10
    assert (set(answers), len(kids)) == ({200}, 2)


async def test_whoever_has_died_is_signed_out_of_every_service(town: Town) -> None:
    await town.browser.turn("person", subject="albert")
    try:
        signed_in = (await town.browser.sign_in()).json()
    finally:
        await town.browser.turn("person", subject="urn:fdc:onedoor.example:2026:margaret")
    me = bearer(signed_in["token"]) | {"Onedoor-Council": "northmere"}
    asked = {"service": "missed_bin", "channel": "online", "answers": {"address": HOME, "bin": "Recycling"}}
    await town.platform.post("case-crm", "/cases", asked, me)
    path, seen = f"/persons/{signed_in['person_id']}/death", {"evidence": "certificate_seen"}
    died = await town.platform["customer-account"].client.post(path, json=seen, headers=town.platform.officer())
    assert died.status_code == 200, died.text

    async def refused() -> bool:
        return await town.cases(signed_in["token"]) == 401

    await town.platform.until(refused)


async def test_whoever_signs_out_is_out_of_every_service_within_a_second(town: Town) -> None:
    token = (await town.browser.sign_in()).json()["token"]
    assert await town.cases(token) == 200
    assert (await town.browser.post("/session/end")).json() == {"ended": 1}

    async def refused() -> bool:
        return await town.cases(token) == 401

    await town.platform.until(refused, seconds=1)
