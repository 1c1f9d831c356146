"""The processes of one platform: started in order, watched, stopped in the reverse order. Who asks for it is elsewhere."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from signal import Signals
from typing import Any

from common.embedded import CannotStart, Child, Nats, NatsUser, Postgres
from common.embedded.cannot_start import refuse_if_full, telling_why

from onedoor import readiness
from onedoor.packages import name_of
from onedoor.plan import COUNCILS, Plan, as_role, database_of, server_of
from onedoor.release import fingerprint, stamped
from onedoor.running import Running

PREPARED = 120.0  # seconds the databases may take
READY = 60.0  # seconds from the start of the services to all of them being ready
_LOOK = 0.05
Tell = Callable[[str], None]


class Ended(CannotStart):
    """A part ended that should have run on. `name` is the part, `how` its end."""

    def __init__(self, name: str, how: str, *, why: str) -> None:
        super().__init__(f"{name} {how}, so everything was stopped: {why}")
        self.name = name
        self.how = how


class Parts:
    """PostgreSQL and NATS, unless they are somebody else's, and the services."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.home = plan.home
        self.postgres: Postgres | None = None
        self.nats: Nats | None = None
        self.services: list[Child] = []
        self.errand: Child | None = None
        self.administrator = plan.database or ""
        self.prepared: dict[str, Any] = {}

    def start(self, tell: Tell) -> Running:
        """Everything, until all of it is ready. Raises CannotStart; whoever calls must then call `stop`."""
        self.plan.refuse_busy_ports()
        if self.plan.nats and (wrong := readiness.broker_greets(self.plan.nats)):
            raise CannotStart(f"the broker of ONEDOOR_NATS_URL {wrong}")
        self._copy_councils()
        self._start_database(tell)
        self._prepare(tell)
        running = self._start_broker(tell)
        tell(f"Starting {len(self.plan.packages)} services")
        self._start_services(running)
        self._until_ready(running)
        return running

    def run(self, name: str, *, seconds: float, variables: Mapping[str, str], arguments: tuple[str, ...] = ()) -> None:
        """Run `python -m onedoor.<name>` to its end. Raises CannotStart with the last thing it said."""
        self.errand = Child(
            name=name,
            argv=[sys.executable, "-m", f"onedoor.{name}", *arguments],
            home=self.home.root,
            env={**os.environ, "ONEDOOR_HOME": str(self.home.root), **variables},
        )
        self.errand.start()
        give_up = time.monotonic() + seconds
        while self.errand.alive():
            if time.monotonic() > give_up:
                raise CannotStart(f"{name} took more than {seconds:g} s; see {self.errand.log}")
            time.sleep(_LOOK)
        if self.errand.exit_code:
            refuse_if_full(self.home.root, output=self.errand.said())
            raise CannotStart(_why(self.errand))

    def watch(self) -> None:
        """Return never. Raises Ended when any part does."""
        while True:
            self._refuse_dead()
            time.sleep(4 * _LOOK)

    def stop(self) -> None:
        """Stop everything, services first, and wait for it."""
        if self.errand:
            self.errand.stop()
        if self.services:
            with ThreadPoolExecutor(len(self.services)) as each:
                list(each.map(lambda child: child.stop(), self.services))
        for server in (self.nats, self.postgres):
            if server:
                server.stop()

    def _copy_councils(self) -> None:
        with telling_why(self.home.root):
            if not self.home.councils.exists():
                shutil.copyfile(COUNCILS, self.home.councils)

    def _start_database(self, tell: Tell) -> None:
        if self.plan.database is not None:
            return
        tell("Starting PostgreSQL")
        self.postgres = Postgres(self.home.root, port=self.plan.postgres_port)
        self.postgres.start()
        self.administrator = self.postgres.url().rpartition("/")[0] + "/{service}"

    def _prepare(self, tell: Tell) -> None:
        """Make and migrate the databases, unless they are as this release wants them already."""
        password = self.home.secret("roles")
        release = fingerprint(self.plan.packages, administrator=self.administrator, password=password)
        if not self._is_prepared(release):
            tell(f"Preparing {len(self.plan.packages)} databases")
            told = {"ONEDOOR_DATABASE_URL": self.administrator, "ONEDOOR_RELEASE": release}
            self.run("prepare", seconds=PREPARED, variables=told, arguments=self.plan.packages)
        self.prepared = json.loads(self.home.prepared.read_text())

    def _is_prepared(self, release: str) -> bool:
        if not self.home.prepared.exists() or json.loads(self.home.prepared.read_text()).get("release") != release:
            return False
        databases = [database_of(self.administrator, package) for package in self.plan.packages]
        return stamped(server_of(self.administrator), databases, told=release)

    def _start_broker(self, tell: Tell) -> Running:
        if self.plan.nats is None:
            tell("Starting NATS")
            users = {name: self._user(name, allowed) for name, allowed in self.prepared["users"].items()}
            self.nats = Nats(self.home.root, port=self.plan.nats_port, users=users)
            self.nats.start()
        database = as_role(self.administrator, self.home.secret("roles"))
        running = Running(dict(self.plan.urls), database, self._broker("operator"))
        running.keep(self.home)
        return running

    def _user(self, name: str, allowed: Mapping[str, list[str]]) -> NatsUser:
        return NatsUser(
            self.home.secret(f"nats {name}"),
            publish=tuple(allowed["publish"]),
            subscribe=tuple(allowed["subscribe"]),
        )

    def _broker(self, user: str) -> str:
        return self.nats.url(user) if self.nats else self.plan.nats or ""

    def _start_services(self, running: Running) -> None:
        shared = {
            "ONEDOOR_PROFILE": "embedded",
            "ONEDOOR_DATABASE_URL": running.database,
            "ONEDOOR_COUNCILS_FILE": str(self.home.councils),
            "ONEDOOR_ISSUER": self.prepared["issuer"],
            "ONEDOOR_ISSUER_KEYS": self.prepared["keys"],
            "ONEDOOR_CLOCK_FILE": str(self.home.clock),
            "ONEDOOR_TRACE_STORE": str(self.home.traces),
        }
        for package in self.plan.packages:
            self.services.append(self._service(package, shared))
            self.services[-1].start()

    def _service(self, package: str, shared: Mapping[str, str]) -> Child:
        name = name_of(package)
        return Child(
            name=name,
            argv=[sys.executable, "-m", "onedoor.serve", package, str(self.plan.port(package))],
            home=self.home.root,
            env={**os.environ, **shared, "ONEDOOR_NATS_URL": self._broker(name)},
        )

    def _until_ready(self, running: Running) -> None:
        give_up = time.monotonic() + READY
        waiting = dict(running.services)
        while waiting:
            self._refuse_dead()
            missing = {name: readiness.service(url) for name, url in waiting.items()}
            waiting = {name: url for name, url in waiting.items() if missing[name]}
            if waiting and time.monotonic() > give_up:
                reasons = "; ".join(f"{name} {missing[name]}" for name in waiting)
                raise CannotStart(f"not ready after {READY:g} s: {reasons}")
            time.sleep(_LOOK if waiting else 0)

    def _refuse_dead(self) -> None:
        for server, name in ((self.postgres, "postgres"), (self.nats, "nats")):
            if server and not server.alive():
                refuse_if_full(self.home.root, output="")
                raise Ended(name, "ended", why=f"see {self.home.log(name)}")
        for child in self.services:
            if not child.alive():
                refuse_if_full(self.home.root, output=child.said())
                raise Ended(child.name, _how(child), why=_why(child))


def _how(child: Child) -> str:
    code = child.exit_code or 0
    return f"was killed ({Signals(-code).name})" if code < 0 else f"ended (exit code {code})"


def _why(child: Child) -> str:
    """The last thing it said that is not a trace of calls, and where to read more."""
    for line in reversed(child.said().splitlines()):
        said, level = line, "error"
        with suppress(ValueError, KeyError, TypeError):
            entry = json.loads(line)
            said, level = entry["message"], entry["level"]
        if level in {"error", "critical"} and said.strip():
            return f"{said.strip().splitlines()[-1]} (see {child.log})"
    return f"see {child.log}"
