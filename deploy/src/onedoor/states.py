"""How the platform of one home is now, for people and for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from onedoor import readiness
from onedoor.home import Home
from onedoor.plan import Plan
from onedoor.readiness import Part
from onedoor.refusals import NeverStarted
from onedoor.running import Running


def parts_of(home: Home) -> list[Part]:
    """Every part, also where nothing runs or was ever started."""
    try:
        running = Running.of(home)
    except NeverStarted:
        return _never_started()
    if home.holder():
        return readiness.parts(running)
    return _stopped(running)


def as_json(parts: Sequence[Part]) -> dict[str, Any]:
    return {"ready": all(part.ready for part in parts), "parts": [asdict(part) for part in parts]}


def as_lines(parts: Sequence[Part]) -> list[str]:
    names, urls = (max(len(getattr(part, column)) for part in parts) for column in ("name", "url"))
    states = ["ready" if part.ready else part.detail for part in parts]
    return [
        f"{'✓' if part.ready else '✗'} {part.name:{names}}  {part.url:{urls}}  {state}"
        for part, state in zip(parts, states, strict=True)
    ]


def _never_started() -> list[Part]:
    plan = Plan.from_environment()
    servers = {"postgres": f"postgresql://127.0.0.1:{plan.postgres_port}", "nats": f"nats://127.0.0.1:{plan.nats_port}"}
    return [readiness.part(name, url, "never started") for name, url in {**servers, **plan.urls}.items()]


def _stopped(running: Running) -> list[Part]:
    addresses = {"postgres": running.database, "nats": running.nats, **running.services}
    return [readiness.part(name, url, running.ended.get(name) or "not running") for name, url in addresses.items()]
