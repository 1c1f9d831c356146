"""The platform as processes that can be killed: its own PostgreSQL and NATS, and every service a child of this one."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import nats
from common.contracts.base import Event
from common.embedded import Child, Nats, Postgres, free_port
from common.embedded.issuer import Issuer
from common.embedded.service_keys import ServiceKeys
from common.runtime.saying.repeating import ANY
from common.runtime.service import Service
from common.runtime.settings import Settings
from common.testing.databases import prepared
from common.testing.platform import COUNCILS, settings
from common.testing.servers import Servers

HERE = Path(__file__).parent
SERVE = ("-m", "onedoor.serve")  # how one service is run alone; a saboteur's own program may stand in its place
WITHOUT_MARKS = (str(HERE / "without_marks.py"),)
ANSWERS_TOO_EARLY = (str(HERE / "answers_too_early.py"),)
STARTED = 60.0  # seconds a service may take until it is ready, on a machine that has much else to do


class NotInTime(AssertionError):
    """What a test waited for did not come to be within its bound."""


def until(check: Callable[[], object], *, seconds: float, what: str, pause: float = 0.02) -> None:
    """Wait until `check` gives something true. Raises NotInTime."""
    give_up = time.monotonic() + seconds
    while not check():
        if time.monotonic() > give_up:
            raise NotInTime(f"{what}: not within {seconds:g} s")
        time.sleep(pause)


class Town:
    """Some services on fresh databases of `postgres`, with a broker of their own. Whatever is killed keeps its place.

    `programs` names, for a service, what is run in the place of the ordinary program.
    """

    def __init__(
        self,
        home: Path,
        postgres: Postgres,
        services: Iterable[Service],
        *,
        run: Iterable[str] | None = None,
        programs: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self.home = home
        self.postgres = postgres
        self.services = {service.name: service for service in services}
        self.nats = Nats(home, port=free_port(), monitor_port=free_port())
        self.issuer = Issuer(home)
        servers = Servers(home, postgres.url("postgres"), "secret-of-roles")
        suffix = uuid4().hex[:12]
        self.databases = {service.name: prepared(servers, service, suffix=suffix) for service in self.services.values()}
        (home / "councils.yaml").write_text(COUNCILS)
        told = settings(servers, self.nats, home, self.issuer, suffix=suffix)
        self.ports = {name: free_port() for name in run or self.services}
        self.children = {name: self._child(name, told, (programs or {}).get(name, SERVE)) for name in self.ports}

    @property
    def doors(self) -> dict[str, str]:
        """The services' addresses by name."""
        return {name: f"http://127.0.0.1:{port}" for name, port in self.ports.items()}

    @property
    def parts(self) -> list[str]:
        """Everything that can be killed: the services, then the broker, then the database server."""
        return [*self.children, "nats", "postgres"]

    @contextmanager
    def running(self) -> Iterator[Town]:
        """Everything, from when all of it is ready."""
        try:
            for part in ("nats", *self.children):
                self.start(part)
            for name in self.children:
                self._until_ready(name)
            yield self
        finally:
            for child in self.children.values():
                child.stop()
            self.nats.stop()

    def kill(self, part: str) -> None:
        """SIGKILL, and wait until it is dead."""
        process = self._part(part)
        assert process.pid is not None, f"{part} was never started"
        assert process.alive(), f"{part} died by itself: see {self.home}/logs"
        os.kill(process.pid, signal.SIGKILL)
        until(lambda: not process.alive(), seconds=10, what=f"{part} is dead")

    def start(self, part: str) -> None:
        """Start it, and wait for servers only: a service begins to work as soon as it can."""
        self._part(part).start()

    def restart(self, part: str) -> None:
        """Start what was killed, at the same address, and wait until it is ready to work."""
        self.start(part)
        if part in self.children:
            self._until_ready(part)

    def _until_ready(self, name: str) -> None:
        until(lambda: self.ready(name), seconds=STARTED, what=f"{name} is ready")

    def ready(self, name: str) -> bool:
        """Whether a service says that everything it needs is there."""
        assert self.children[name].alive(), f"{name} ended: {self.children[name].said()}"
        try:
            return httpx.get(f"{self.doors[name]}/ready", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def ask_to_say_again(self, *, after: UUID | None = None) -> None:
        """Have every running owner say again, to all hearers, everything it said (or what it said after this event)."""
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            runner.run(self._ask(str(after) if after else None))

    async def _ask(self, after: str | None) -> None:
        client = await nats.connect(self.nats.url(), allow_reconnect=False)
        for name in self.children:
            spoken = {event.aggregate for event in Event.catalogue.values() if event.speaker in {name, ANY}}
            ask = {"aggregates": sorted(spoken), "after": after}
            await client.publish(f"ask.again.{name}", json.dumps(ask).encode())
        await client.close()

    def taken(self) -> int:
        """How many messages the broker ever took."""
        return sum(stream["state"]["last_seq"] for stream in self._streams())

    def waiting(self) -> dict[str, int]:
        """How many messages the broker has for each consumer, sent or not, without an acknowledgement."""
        return {each["name"]: each["num_pending"] + each["num_ack_pending"] for each in self._consumers()}

    def in_hand(self, consumer: str) -> int:
        """How many messages a consumer was sent and has not acknowledged."""
        return sum(each["num_ack_pending"] for each in self._consumers() if each["name"] == consumer)

    def _consumers(self) -> Iterator[dict[str, Any]]:
        for stream in self._streams():
            yield from stream.get("consumer_detail", ())

    def _streams(self) -> Iterator[dict[str, Any]]:
        place = f"http://127.0.0.1:{self.nats.monitor_port}/jsz?consumers=true"
        for account in httpx.get(place, timeout=5).json()["account_details"]:
            yield from account.get("stream_detail", ())

    def _part(self, part: str) -> Child | Nats | Postgres:
        parts: dict[str, Child | Nats | Postgres] = {"nats": self.nats, "postgres": self.postgres, **self.children}
        return parts[part]

    def _child(self, name: str, told: Settings, program: tuple[str, ...]) -> Child:
        return Child(
            name=name,
            argv=[sys.executable, *program, self.services[name].package, str(self.ports[name])],
            home=self.home,
            env={**os.environ, **_environment(told), "ONEDOOR_KEY_FILE": str(ServiceKeys(self.home).ensure(name))},
            stop_signals=(signal.SIGKILL,),
        )


def _environment(told: Settings) -> dict[str, str]:
    """What a service is told, as the variables it reads."""
    return {
        "ONEDOOR_PROFILE": told.profile,
        "ONEDOOR_DATABASE_URL": told.database_url.get_secret_value(),
        "ONEDOOR_NATS_URL": told.nats_url.get_secret_value(),
        "ONEDOOR_COUNCILS_FILE": str(told.councils_file),
        "ONEDOOR_ISSUER": told.issuer,
        "ONEDOOR_ISSUER_KEYS": str(told.issuer_keys),
        "ONEDOOR_AUDIT_KEY_FILE": str(told.audit_key_file),
        "ONEDOOR_PUBLIC_KEYS": str(told.public_keys),
        "ONEDOOR_TRACE_STORE": str(told.trace_store),
    }
