"""The processes of one platform: started in order, watched, stopped in the reverse order. Who asks for it is elsewhere."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
import time
from collections.abc import Callable
from typing import Any

from common.embedded import CannotStart, Child, Nats, NatsUser, Postgres
from common.embedded.cannot_start import refuse_if_full, telling_why

from onedoor import ends, readiness
from onedoor.packages import name_of
from onedoor.plan import COUNCILS, Plan
from onedoor.running import Running

PREPARED = 120.0  # seconds that loading the services and their databases may take
READY = 60.0  # seconds from then to all services being ready
_GRACE = 12.0  # seconds: longer than the nursery gives its services
_LOOK = 0.02
Tell = Callable[[str], None]


class Ended(CannotStart):
    """A part ended that should have run on. `name` is the part, `how` its end."""

    def __init__(self, name: str, how: str, *, why: str) -> None:
        super().__init__(f"{name} {how}, so everything was stopped: {why}")
        self.name = name
        self.how = how


class Parts:
    """PostgreSQL and NATS, unless they are somebody else's, and the nursery with the services."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.home = plan.home
        self.postgres: Postgres | None = None
        self.nats: Nats | None = None
        self.services: Child | None = None
        self.errand: Child | None = None

    def start(self, tell: Tell) -> Running:
        """Everything, until all of it is ready. Raises CannotStart; whoever calls must then call `stop`."""
        self._refuse_early()
        self.plan.make_secrets()
        self._copy_councils()
        self._start_database(tell)
        tell(f"Preparing and starting {len(self.plan.packages)} services")
        users = self._start_services()
        self._start_broker(users)
        running = self._running()
        running.keep(self.home)
        self._until_ready(running)
        return running

    def _running(self) -> Running:
        owners = {name_of(package): self.plan.owner(package) for package in self.plan.packages}
        return Running(dict(self.plan.urls), self.plan.roles, self.plan.broker("operator"), owners=owners)

    def run(self, name: str, *, seconds: float) -> None:
        """Run `python -m onedoor.<name>` to its end. Raises CannotStart with the last thing it said."""
        self.errand = self._program(name, name)
        self.errand.start()
        give_up = time.monotonic() + seconds
        while self.errand.alive():
            if time.monotonic() > give_up:
                raise CannotStart(f"{name} took more than {seconds:g} s (see {self.errand.log})")
            time.sleep(_LOOK)
        if self.errand.exit_code:
            raise CannotStart(ends.last_words(self.errand.log))

    def watch(self) -> None:
        """Never returns. Raises Ended when a part does."""
        while True:
            self._refuse_dead()
            time.sleep(10 * _LOOK)

    def stop(self) -> None:
        """Stop everything, services first, and wait for it."""
        for child in (self.errand, self.services):
            if child:
                child.stop(grace=_GRACE)
        for server in (self.nats, self.postgres):
            if server:
                server.stop()

    def _refuse_early(self) -> None:
        """What can be told before anything is started."""
        self.plan.refuse_busy_ports()
        if self.plan.database and (wrong := readiness.database_answers(self.plan.server)):
            raise CannotStart(f"the server of ONEDOOR_DATABASE_URL does not let us in: {wrong}")
        if self.plan.nats and (wrong := readiness.broker_greets(self.plan.nats)):
            raise CannotStart(f"the broker of ONEDOOR_NATS_URL {wrong}")

    def _copy_councils(self) -> None:
        with telling_why(self.home.root):
            if not self.home.councils.exists():
                shutil.copyfile(COUNCILS, self.home.councils)

    def _start_database(self, tell: Tell) -> None:
        if self.plan.database is None:
            tell("Starting PostgreSQL")
            self.postgres = Postgres(self.home.root, port=self.plan.postgres_port)
            self.postgres.start()

    def _start_services(self) -> dict[str, Any]:
        """Start the nursery, and wait until it has prepared. Gives what the broker must allow whom."""
        start = secrets.token_hex(8)
        self.services = self._program("services", "nursery", start, *self.plan.packages)
        self.services.start()
        give_up = time.monotonic() + PREPARED
        while (prepared := self._prepared()).get("start") != start:
            self._refuse_dead()
            if time.monotonic() > give_up:
                raise CannotStart(f"not prepared after {PREPARED:g} s (see {self.services.log})")
            time.sleep(_LOOK)
        users: dict[str, Any] = prepared["users"]
        return users

    def _prepared(self) -> dict[str, Any]:
        if not self.home.prepared.exists():
            return {}
        found: dict[str, Any] = json.loads(self.home.prepared.read_text())
        return found

    def _start_broker(self, users: dict[str, Any]) -> None:
        if self.plan.nats is None:
            known = {name: self._user(name, **allowed) for name, allowed in users.items()}
            self.nats = Nats(self.home.root, port=self.plan.nats_port, users=known)
            self.nats.start()

    def _user(self, name: str, *, publish: list[str], subscribe: list[str]) -> NatsUser:
        return NatsUser(self.home.secret(f"nats {name}"), publish=tuple(publish), subscribe=tuple(subscribe))

    def _program(self, name: str, module: str, *arguments: str) -> Child:
        return Child(
            name=name,
            argv=[sys.executable, "-m", f"onedoor.{module}", *arguments],
            home=self.home.root,
            env={**os.environ, "ONEDOOR_HOME": str(self.home.root), "ONEDOOR_PORT_BASE": str(self.plan.base)},
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
        if self.services and not self.services.alive():
            refuse_if_full(self.home.root, output=self.services.said())
            raise self._end_of(self.services)

    def _end_of(self, services: Child) -> CannotStart:
        """The nursery's last line: which service ended and why, or why there are none."""
        code = services.exit_code or 0
        if code <= 0:
            return Ended("the nursery of the services", ends.how(code), why=f"see {services.log}")
        last = (services.said().splitlines() or [f"the services ended (see {services.log})"])[-1]
        sentence, _, why = last.partition(": ")
        name, _, how = sentence.partition(" ")
        return Ended(name, how, why=why) if name in self.plan.urls else CannotStart(last)
