"""The background parts of a service: started together, restarted when they fail, and readiness that says so."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from common.runtime.store.database import AWAY

log = logging.getLogger(__name__)
STEADY = 3.0  # seconds a part must run after a failure before it counts as well again


@dataclass(slots=True)
class Part:
    """One background part: what runs, and how it is."""

    name: str
    run: Callable[[], Awaitable[None]]
    started: float = 0.0
    failed: str = ""

    @property
    def ready(self) -> bool:
        return not self.failed and self.started > 0


class Parts:
    """Runs every part for ever. A part that ends or fails is red at once and started again after a moment."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._tasks: list[asyncio.Task[None]] = []

    def add(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        self.parts.append(Part(name, run))

    def start(self) -> None:
        self._tasks = [asyncio.create_task(_keep(part), name=part.name) for part in self.parts]

    def restart(self, name: str) -> None:
        """Cut a part off where it is and begin it anew."""
        for place, part in enumerate(self.parts):
            if part.name == name:
                self._tasks[place].cancel()
                self._tasks[place] = asyncio.create_task(_keep(part), name=name)

    async def stop(self) -> None:
        """Cut every part off, and again: what waits with a limit may take a cancellation for the end of its waiting."""
        running = set(self._tasks)
        while running:
            for task in running:
                task.cancel()
            _, running = await asyncio.wait(running, timeout=0.5)


async def _keep(part: Part) -> None:
    wait = 0.1
    while True:
        part.started = time.monotonic()
        well = asyncio.get_running_loop().call_later(STEADY if part.failed else 0, _recovered, part)
        try:
            await part.run()
            part.failed = "ended"
        except AWAY as fault:
            part.failed = f"the database is away ({type(fault).__name__})"
        except Exception as fault:
            part.failed = f"failed ({type(fault).__name__})"
            log.exception("the part %s failed and is started again", part.name)
        well.cancel()
        wait = 0.1 if time.monotonic() - part.started > 10 else min(wait * 2, 2.0)
        await asyncio.sleep(wait)


def _recovered(part: Part) -> None:
    part.failed = ""
