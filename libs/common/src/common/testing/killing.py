"""Killing a replica, as a process of its own, in the middle of a timer. Run as a module, it is that replica."""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
import sys
from asyncio.subprocess import PIPE
from typing import Any

from common.runtime.app import create_app
from common.runtime.hearing.ringing import Ringer
from common.runtime.reminders import Due
from common.runtime.transaction import Transaction
from common.testing.platform import Platform, Running

RINGING = "ringing"


async def killed_while_ringing(town: Platform, name: str, *, after: int = 0, **step: float) -> None:
    """Step the clock, let another replica ring `after` timers, and kill it (SIGKILL) in the middle of the next.

    Our own replica's timers sleep until then.
    """
    running = town[name]
    _sleep(running)
    town.step(**step)
    words = ("-m", __name__, running.service.tables.__name__.rpartition(".")[0] + ".app", str(after))
    other = await asyncio.create_subprocess_exec(sys.executable, *words, env=_environment(town, name), stdout=PIPE)
    assert other.stdout
    assert (await other.stdout.readline()).decode().strip() == RINGING
    other.send_signal(signal.SIGKILL)
    await other.wait()
    running.inner.parts.restart("timers")


def _sleep(running: Running) -> None:
    parts = running.inner.parts
    place = next(number for number, part in enumerate(parts.parts) if part.name == "timers")
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


async def _be_that_replica(module: str, after: int) -> None:
    hand_over, left = Ringer._hand_over, after

    async def hand_over_and_stop(ringer: Ringer, tx: Transaction, due: Due) -> None:
        nonlocal left
        await hand_over(ringer, tx, due)
        left -= 1
        if left < 0:
            sys.stdout.write(f"{RINGING}\n")
            sys.stdout.flush()
            await asyncio.Event().wait()

    replaced: Any = Ringer
    replaced._hand_over = hand_over_and_stop
    app = create_app(importlib.import_module(module).service)
    async with app.router.lifespan_context(app):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_be_that_replica(sys.argv[1], int(sys.argv[2])))
