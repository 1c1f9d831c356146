"""customer-account on real servers, and the people these tests make up."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from common.contracts.base import Channel
from common.contracts.partners.consents import FieldGroup, Purpose
from common.contracts.people.releases import CapturedWithIt, ReleaseRequested
from common.embedded import Nats
from common.embedded.ports import free_port
from common.embedded.provider.process import Provider
from common.runtime.ids import new_id
from common.testing.browser import Browser, bearer, over_http, provider_at
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.stream import publish, said
from customer_account.app import service

Registers = Callable[..., Awaitable[dict[str, Any]]]
Releases = Callable[..., Awaitable[tuple[str, str | None]]]
_people = itertools.count(100)


@pytest.fixture(scope="module")
def settings() -> dict[str, Any]:
    """What the service is told beside where its servers are; a module that needs more has a fixture of its own."""
    return {}


@pytest.fixture(scope="module")
def signing(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The settings with which it signs tokens for itself, and knows no provider."""
    file: Path = tmp_path_factory.mktemp("signing") / "sign_in.yaml"
    file.write_text("return_to: []\naudiences: [customer-account]\nproviders: {}\n")
    return {"sign_in_file": file}


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats, settings: dict[str, Any]) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [service], **settings) as running:
        yield running


@pytest.fixture
def client(town: Platform) -> httpx.AsyncClient:
    return town["customer-account"].client


def _letters(number: int) -> str:
    """A given name of its own, so that nobody here is taken for somebody else."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number)).capitalize()


@pytest.fixture
def register(town: Platform) -> Registers:
    """Registers somebody with Northmere, or another council; gives the person as they were answered."""

    async def registers(*, council: str = "northmere", **said: Any) -> dict[str, Any]:
        number = next(_people)
        body = {
            "full_name": f"{_letters(number)} Number{number}",
            "channel": "phone",
            "phone": f"07700 {901000 + number}",
            **said,
        }
        told = {name: value for name, value in body.items() if value is not None}
        client, headers = town["customer-account"].client, town.officer(council)
        answer = await client.post("/persons", json=told, headers=headers)
        while answer.status_code == 409:  # people of earlier tests are like them
            told["not_the_same_as"] = [*told.get("not_the_same_as", []), *answer.json()["candidates"]]
            answer = await client.post("/persons", json=told, headers=headers)
        assert answer.status_code == 201, answer.text
        await town.heard(answer)
        person: dict[str, Any] = answer.json()
        return person

    return registers


@pytest.fixture
def release(town: Platform, nats: Nats) -> Releases:
    """The gateway asks whether somebody's data may go to a partner, on a consent given now. Gives the answer, and why not."""

    async def asks(
        person: str, group: FieldGroup = FieldGroup.CONTACT, *, given: bool = True
    ) -> tuple[str, str | None]:
        wanted: dict[str, Any] = {"purpose": Purpose.REFERRAL, "recipient": "warm-homes", "field_groups": [group]}
        consent = CapturedWithIt(
            **wanted,
            consent_id=new_id(),
            wording_version="2026-11",
            given_via=Channel.PHONE,
            given_at=town.clock.now(),
        )
        referral = new_id()
        asked = ReleaseRequested(**wanted, subject="referral", subject_id=referral, consent=consent if given else None)
        await publish(nats, [said(asked, new_id(), 1, person_id=UUID(person))], speaker="partner-gateway")

        async def answered() -> Any:
            of_referral = "SELECT name, data FROM onedoor.said WHERE data->>'subject_id' = $1"
            return await town.sql("customer-account", of_referral, str(referral))

        [answer] = await town.until(answered)
        return answer["name"], answer["data"].get("because")

    return asks


# -- signing in

REFUSED = {
    "type": "/problems/sign-in-refused",
    "title": "We could not sign you in. Please start again.",
    "status": 403,
}


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with provider_at(tmp_path_factory.mktemp("provider"), audiences=["customer-account", "case-crm"]) as running:
        yield running


@pytest.fixture(scope="module")
async def town_with_provider(servers: Servers, nats: Nats, provider: Provider) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [service], sign_in_file=provider.client.file) as running:
        yield running


@pytest.fixture(scope="module")
async def account(town: Platform) -> AsyncIterator[str]:
    async with over_http(town["customer-account"].app, port=free_port()) as address:
        yield address


@pytest.fixture
async def browser(account: str, provider: Provider) -> AsyncIterator[Browser]:
    async with Browser(account, provider) as opened:
        await opened.turn("poison", poison=None)
        await opened.turn("person", subject="urn:fdc:onedoor.example:2026:margaret")
        yield opened


async def me(browser: Browser, token: str) -> httpx.Response:
    return await browser.http.get("/me", headers=bearer(token))


async def rows(town: Platform) -> dict[str, int]:
    """How many rows there are of everything that a sign-in could write."""
    tables = ("person", "session", "used_sign_in", "sign_in_link", "sign_in")
    counts = {}
    for table in tables:
        counts[table] = (await town.sql("customer-account", f"SELECT count(*) FROM {table}"))[0][0]
    return counts
