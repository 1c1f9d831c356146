"""Everything that leaves a service beside its answers and its events: spans, lines of log, subjects; and looking through it."""

from __future__ import annotations

import io
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import nats as driver
from common.embedded import Nats
from common.runtime.watching.telemetry import JsonLines
from common.testing.platform import Platform

from tests.architecture.plants import Plant

NOT_OURS = ("uvicorn.access", "nats", "httpx", "httpcore")  # as log_to_stderr has them; two are this test's own client


@dataclass
class Watch:
    """Everything that leaves a service beside its answers and its events: spans, log lines, subjects."""

    town: Platform | None = None
    written: io.StringIO = field(default_factory=io.StringIO)
    subjects: list[str] = field(default_factory=list)

    def spans(self) -> list[str]:
        """Every exported span of every service, whole, as its local store has it."""
        assert self.town
        found = []
        for name, running in self.town.services.items():
            running.inner.traces.force_flush()
            with sqlite3.connect(self.town.home / "traces" / f"{name}.db") as store:
                found += [f"{name}: {row}" for row in store.execute("SELECT * FROM span")]
            store.close()
        return found

    def lines(self) -> list[str]:
        """Every line of log of every service, whatever its level."""
        return self.written.getvalue().splitlines()

    def places(self) -> dict[str, list[str]]:
        return {"span": self.spans(), "log": self.lines(), "subject": self.subjects}

    def found(self, *plants: Plant) -> list[str]:
        """Where any of these is to be found."""
        return [
            f"{plant.kind} in a {place}: {line[:600]}"
            for place, lines in self.places().items()
            for line in lines
            for plant in plants
            if plant.is_in(line)
        ]


@asynccontextmanager
async def watching(broker: Nats) -> AsyncIterator[Watch]:
    """Watch what is written to logs, by whatever service, and under which subjects anything travels, from here on."""
    watch = Watch()

    async def note(message: Any) -> None:
        watch.subjects += [message.subject, message.reply]

    client = await driver.connect(broker.url(), allow_reconnect=False)
    await client.subscribe(">", cb=note)
    with _logging_to(watch.written):
        yield watch
    await client.close()


@contextmanager
def _logging_to(written: io.StringIO) -> Iterator[None]:
    """As `log_to_stderr` does it, with everything down to the least important."""
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines("all"))
    root = logging.getLogger()
    before = {name: logging.getLogger(name).level for name in NOT_OURS}
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in NOT_OURS:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        for name, was in before.items():
            logging.getLogger(name).setLevel(was)
