"""Keeps one platform running in this process: from `up` to a signal or the death of a part."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from common.embedded import CannotStart

from onedoor.parts import Ended, Parts, Tell
from onedoor.plan import Plan
from onedoor.running import Running

SEEDED = 60.0  # seconds the demo may take
READY, FAILED = "\0", "\1"  # what a last word begins with: how long it took, or why it will not be
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class AskedToStop(BaseException):
    """A signal asked for the end. Not an Exception: nothing on the way may swallow it."""


def supervise(plan: Plan, *, tell: Tell, ready: Callable[[float], None]) -> int:
    """Start, say so, and watch until asked to stop. Gives the exit code. Raises CannotStart; nothing is left either way.

    `ready` is told how many seconds it took.
    """
    with plan.home.held():
        parts = Parts(plan)
        try:
            with _signals():
                began = time.monotonic()
                running = parts.start(tell)
                _seed(parts, tell)
                ready(time.monotonic() - began)
                _watch(parts, running)
        except AskedToStop:
            tell("Stopping")
        finally:
            parts.stop()
    return 0


def _watch(parts: Parts, running: Running) -> None:
    try:
        parts.watch()
    except Ended as end:
        running.ended = {end.name: end.how}
        running.keep(parts.home)
        raise


def _seed(parts: Parts, tell: Tell) -> None:
    """The demo, once a home. Its idempotency keys make a repetition after a half-way stop harmless."""
    if parts.home.seeded.exists():
        return
    tell("Seeding the demo")
    parts.run("seed", seconds=SEEDED)
    parts.home.write(parts.home.seeded, {})


@contextmanager
def _signals() -> Iterator[None]:
    """Signals raise AskedToStop, once: while everything is being stopped, they are heard no more."""

    def ask(number: int, frame: Any) -> None:
        _ignore()
        raise AskedToStop

    for number in _SIGNALS:
        signal.signal(number, ask)
    try:
        yield
    finally:
        _ignore()


def _ignore() -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


class _Report:
    """To whoever started us in the background: what happens until all is ready. After that, and when they left, to our log."""

    def __init__(self, descriptor: int) -> None:
        self.reader: IO[str] | None = os.fdopen(descriptor, "w")

    def tell(self, line: str) -> None:
        try:
            print(line, file=self.reader or sys.stdout, flush=True)
        except BrokenPipeError:
            self.reader = None

    def ready(self, seconds: float) -> None:
        self.tell(READY + str(seconds))
        self.reader = None

    def refuse(self, sentence: str) -> None:
        self.tell(FAILED + sentence if self.reader else sentence)


def main(packages: tuple[str, ...], *, report: int) -> int:
    """A supervisor in the background."""
    to = _Report(report)
    try:
        return supervise(Plan.from_environment(packages), tell=to.tell, ready=to.ready)
    except CannotStart as refusal:
        to.refuse(str(refusal))
        return 1


if __name__ == "__main__":
    sys.exit(main(tuple(sys.argv[2:]), report=int(sys.argv[1])))
