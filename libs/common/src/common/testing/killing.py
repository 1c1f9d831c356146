"""Killing a replica, as a process of its own, in the middle of a timer, an errand or an erasing. Run, it is that replica."""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from typing import Any

from common.runtime.app import create_app
from common.runtime.hearing.errands import Errands
from common.runtime.hearing.ringing import Ringer
from common.runtime.rights import traces
from common.runtime.rights.retention import Nightly
from common.testing.platform import Platform, Running

RINGING = "ringing"
STOPPED: Mapping[str, tuple[Any, str]] = {
    "timers": (Ringer, "_write"),
    "retention": (Nightly, "_write"),
    "errands": (Errands, "_tell"),
    "erasing": (traces, "remove"),
}
"""In which part a replica is stopped, and at which of its steps."""


async def killed_while_ringing(town: Platform, name: str, *, after: int = 0, **step: float) -> None:
    """Step the clock, let another replica ring `after` timers, and kill it (SIGKILL) in the middle of the next.

    Our own replica's timers sleep until then.
    """
    await _killed(town, name, "timers", after, **step)


async def killed_while_letting_go(town: Platform, name: str, *, after: int = 0, **step: float) -> None:
    """Step the clock, let another replica let `after` batches go, and kill it in the middle of the next.

    Our own replica's retention sleeps until then.
    """
    await _killed(town, name, "retention", after, **step)


async def killed_before_telling(town: Platform, name: str, *, after: int = 0, **step: float) -> None:
    """Step the clock, let another replica run `after` errands, and kill it when the next was answered and is not noted yet.

    Our own replica's errands sleep until then.
    """
    await _killed(town, name, "errands", after, **step)


async def killed_while_erasing(town: Platform, name: str) -> None:
    """Let another replica erase whoever is to be erased, and kill it when all is done but written for good.

    Our own replica's erasing sleeps until then.
    """
    await _killed(town, name, "erasing", 0, seconds=0)


async def _killed(town: Platform, name: str, part: str, after: int, **step: float) -> None:
    running = town[name]
    put_to_sleep(running, part)
    town.step(**step)
    words = ("-m", __name__, running.service.tables.__name__.rpartition(".")[0] + ".app", part, str(after))
    other = await asyncio.create_subprocess_exec(sys.executable, *words, env=_environment(town, name), stdout=PIPE)
    assert other.stdout
    assert (await other.stdout.readline()).decode().strip() == RINGING
    other.send_signal(signal.SIGKILL)
    await other.wait()
    running.inner.parts.restart(part)


def put_to_sleep(running: Running, part: str) -> None:
    """Have a part of a service do nothing until it is restarted."""
    parts = running.inner.parts
    place = next(number for number, each in enumerate(parts.parts) if each.name == part)
    parts._tasks[place].cancel()


def _environment(town: Platform, name: str) -> dict[str, str]:
    """The settings of a service, as its process is told them."""
    told = town.told[name]
    values = {field: getattr(told, field) for field in type(told).model_fields}
    plain = {
        field: value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)
        for field, value in values.items()
        if value is not None
    }
    return {**os.environ, **{f"ONEDOOR_{field.upper()}": value for field, value in plain.items()}}


async def _be_that_replica(module: str, part: str, after: int) -> None:
    replaced, step = STOPPED[part]
    real, left = getattr(replaced, step), after

    async def stop_there() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            sys.stdout.write(f"{RINGING}\n")
            sys.stdout.flush()
            await asyncio.Event().wait()

    async def tell_or_stop(*told: Any) -> None:
        await stop_there()
        await real(*told)

    async def do_and_stop(*told: Any, **more: Any) -> None:
        await real(*told, **more)
        await stop_there()

    setattr(replaced, step, do_and_stop if part == "erasing" else tell_or_stop)
    if part != "erasing":
        replaced.most_at_once = 1
    app = create_app(importlib.import_module(module).service)
    async with app.router.lifespan_context(app):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_be_that_replica(sys.argv[1], sys.argv[2], int(sys.argv[3])))
