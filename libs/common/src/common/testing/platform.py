"""Services under test: their own databases and broker, their real applications, reached over ASGI."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI

from common.embedded import Nats
from common.embedded.audit_key import AuditKey
from common.embedded.issuer import ISSUER, PARTNERS, RESIDENTS, Issuer
from common.embedded.service_keys import ServiceKeys
from common.runtime.app import create_app
from common.runtime.ids import new_id
from common.runtime.service import Service
from common.runtime.settings import Settings
from common.runtime.signing import begun, write_signing_keys
from common.runtime.store.clock import Clock
from common.testing.databases import dropped, prepared
from common.testing.looking import Looking, mark_of
from common.testing.servers import Servers

COUNCILS = """
councils:
  - {id: northmere, name: Northmere Council, code: NBC, calendar: northmere}
  - {id: southholt, name: Southholt Council, code: SDC, calendar: southholt}
"""
BOTH = ("northmere", "southholt")
PATIENCE = 30.0  # seconds that a busy machine is given


@dataclass
class Running:
    """One service of the platform under test."""

    service: Service
    app: FastAPI
    client: httpx.AsyncClient

    @property
    def inner(self) -> Any:
        """The runtime's workings: database, publisher, saying again."""
        return self.app.state.running


@dataclass
class Platform:
    """Some services on real servers. Tokens, the clock, and waiting for what was said to be heard."""

    home: Path
    issuer: Issuer
    clock: Clock
    nats: Nats
    databases: dict[str, str]
    told: dict[str, Settings] = field(default_factory=dict)
    services: dict[str, Running] = field(default_factory=dict)
    looking: Looking = field(init=False)

    def __post_init__(self) -> None:
        self.looking = Looking(self.databases)

    def __getitem__(self, name: str) -> Running:
        return self.services[name]

    def officer(
        self, *councils: str, id: str | None = None, permissions: Iterable[str] | None = None
    ) -> dict[str, str]:
        """Headers of an officer of these councils (Northmere where none is named)."""
        return self.bearer("officer", id or f"officer-{uuid4().hex[:8]}", councils or ("northmere",), permissions)

    def resident(self, person_id: UUID | str | None = None, *, councils: Iterable[str] = BOTH) -> dict[str, str]:
        """Headers of a resident, somebody new where no one is named."""
        return self.bearer("resident", str(person_id or new_id()), councils)

    def representative(
        self,
        person_id: UUID | str,
        by: UUID | str,
        *,
        may: Iterable[str],
        services: Iterable[str] | None = None,
        representation: UUID | str | None = None,
    ) -> dict[str, str]:
        """Headers of somebody who acts for a person, as attorney; by a representation that nobody gave where none is named."""
        scope = {"representation": str(representation or new_id()), "kind": "attorney", "may": list(may)}
        services_ = "all" if services is None else list(services)
        acting = {"act": {"sub": str(by)}, "acts": {**scope, "services": services_}}
        return self.bearer("resident", str(person_id), BOTH, acting=acting)

    def bearer(
        self,
        role: str,
        subject: str,
        councils: Iterable[str],
        permissions: Iterable[str] | None = None,
        acting: Mapping[str, Any] | None = None,
    ) -> dict[str, str]:
        token = self.issuer.token(
            role, subject=subject, councils=councils, permissions=permissions, audience=self.services, acting=acting
        )
        return {"Authorization": f"Bearer {token}"}

    async def post(self, service: str, path: str, body: Any, who: Mapping[str, str] | None = None) -> Any:
        """What a service answers to somebody (an officer, where nobody is named), once everybody has heard of it."""
        answer = await self[service].client.post(path, json=body, headers=who or self.officer())
        assert answer.is_success, answer.text
        if "Onedoor-After" in answer.headers:
            await self.heard(answer)
        return answer.json()

    async def get(self, service: str, path: str, who: Mapping[str, str]) -> Any:
        answer = await self[service].client.get(path, headers=who)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def heard(self, *after: str | httpx.Response, seconds: float = PATIENCE) -> None:
        """Wait until every subscriber of every service has heard what answers' `Onedoor-After` name."""
        headers = [each if isinstance(each, str) else each.headers["Onedoor-After"] for each in after]
        marks = [mark_of(told) for header in headers for told in header.split(",")]
        give_up = time.monotonic() + seconds
        for name, running in self.services.items():
            hearers = {each.consumer: each.subscriber.aggregates for each in running.inner.again.hearings.values()}
            await self.looking.heard(name, hearers, marks, give_up)

    async def all_heard(self) -> None:
        """Wait until every subscriber has heard whatever was said, and what was said because of that."""
        heard: set[str] = set()
        while fresh := {mark for name in self.services for mark in await self.looking.latest_said(name)} - heard:
            await self.heard(*fresh)
            heard |= fresh

    async def until(self, check: Any, *, seconds: float = PATIENCE) -> Any:
        """Wait for an awaitable check to give something true, and give that."""
        give_up = time.monotonic() + seconds
        while not (found := await check()):
            if time.monotonic() > give_up:
                raise AssertionError("it never came to be")
            await asyncio.sleep(0.02)
        return found

    async def make_anew(self, service: str, *consumers: str, seconds: float = 60) -> None:
        """Rebuild these subscribers' tables, and wait until the new ones are in place.

        Of the speakers whom other tests of this process brought into the catalogue, and who do not run here, nothing is awaited.
        """
        again = self[service].inner.again
        for consumer in consumers:
            await again.rebuilds.start(consumer)
            for absent in sorted(again.hearings[consumer].subscriber.speakers - self.services.keys()):
                await again.rebuilds.finished(consumer, absent, 0)

        async def swapped() -> bool:
            return not await self.sql(service, "SELECT FROM onedoor.rebuild")

        await self.until(swapped, seconds=seconds)

    async def sql(self, service: str, statement: str, *arguments: Any) -> list[Any]:
        """Look into a service's database as its administrator: for assertions, never for set-up that HTTP can do."""
        return await self.looking.sql(service, statement, *arguments)

    def at(self, moment: str) -> None:
        """Set the platform's clock, for all services: `2026-12-14T09:30:00+00:00`."""
        self.clock.set(datetime.fromisoformat(moment).astimezone(UTC))

    def step(self, **delta: float) -> None:
        self.clock.step(timedelta(**delta))


@asynccontextmanager
async def platform(
    servers: Servers, nats: Nats, services: Iterable[Service], *, councils: str = COUNCILS, **changes: Any
) -> AsyncIterator[Platform]:
    """Run `services` in this process on fresh databases, for these councils; `changes` are what they are told otherwise.

    What it kept is gone afterwards: a session has hundreds of platforms, some with a million rows.
    """
    home = servers.home / uuid4().hex
    home.mkdir(mode=0o755)
    (home / "councils.yaml").write_text(councils)
    issuer = Issuer(home)
    suffix = uuid4().hex[:12]
    made = Platform(home, issuer, Clock(home / "clock.json"), nats, {})
    async with AsyncExitStack() as stack:
        for service in services:
            made.databases[service.name] = prepared(servers, service, suffix=suffix)
            told = settings(servers, nats, home, issuer, suffix=suffix, service=service.name)
            made.told[service.name] = told.model_copy(update=changes)
            made.services[service.name] = await stack.enter_async_context(serving(service, made.told[service.name]))
        await made.until(lambda: _ready(made))
        try:
            yield made
        finally:
            made.looking.close()
    dropped(servers, made.databases.values())
    shutil.rmtree(home)


def settings(
    servers: Servers, nats: Nats, home: Path, issuer: Issuer, *, suffix: str, service: str = "any"
) -> Settings:
    """What a service under test is told."""
    return Settings(
        profile="test",
        database_url=servers.address() + f"_{suffix}",
        nats_url=nats.url(),
        councils_file=home / "councils.yaml",
        issuer=ISSUER,
        issuer_keys=issuer.ensure(),
        resident_issuer=RESIDENTS,
        resident_issuer_keys=_published_keys(home),
        partner_issuer=PARTNERS if service == "partner-gateway" else None,
        signing_keys_file=_partner_keys(home) if service == "partner-gateway" else home / "signing-keys.json",
        audit_key_file=AuditKey(home).ensure(),
        key_file=ServiceKeys(home).ensure(service),
        public_keys=ServiceKeys(home).public,
        clock_file=home / "clock.json",
        trace_store=home / "traces",
        outbox=home / "outbox",
    )


def _partner_keys(home: Path) -> Path:
    """The keys that partner-gateway signs partners' tokens with."""
    file = home / "partner-signing-keys.json"
    if not file.exists():
        write_signing_keys(file, begun())
    return file


def _published_keys(home: Path) -> Path:
    """The public keys of who signs residents' tokens here, as customer-account publishes them at an address."""
    private, public = home / "signing-keys.json", home / "resident-keys.json"
    if not private.exists():
        keys = begun()
        write_signing_keys(private, keys)
        public.write_text(json.dumps({"keys": keys.published()}))
    return public


@asynccontextmanager
async def serving(service: Service, told: Settings) -> AsyncIterator[Running]:
    """One service's application with its lifespan, and a client for it."""
    app = create_app(service, told)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{service.name}") as client:
            yield Running(service, app, client)


async def _ready(made: Platform) -> bool:
    answers = [await running.client.get("/ready") for running in made.services.values()]
    return all(answer.status_code == 200 for answer in answers)
