"""Waiting for a started server to answer, bounded and with a clear end; what answering means is told by the caller."""

import time
from collections.abc import Callable
from typing import NoReturn

from common.embedded.cannot_start import CannotStart, refuse_if_full
from common.embedded.children import Child
from common.embedded.ports import in_use

_PORT_TAKEN = "address already in use"


def until_ready(child: Child, answers: Callable[[], bool], *, port: int, seconds: float) -> None:
    """Poll `answers` until it is true. When the child ends or `seconds` pass first, stop it and raise CannotStart."""
    until = time.monotonic() + seconds
    pause = 0.01
    try:
        while child.alive() and time.monotonic() < until:
            if answers():
                return
            time.sleep(pause)
            pause = min(pause * 1.5, 0.25)
    except BaseException:  # also Ctrl-C: a server nobody waits for must not stay
        child.stop(grace=5.0)
        raise
    ended = not child.alive()
    child.stop(grace=5.0)
    _raise_why(child, f"{child.name} ended at its start" if ended else f"{child.name} not ready in {seconds:g} s", port)


def _raise_why(child: Child, sentence: str, port: int) -> NoReturn:
    # The most telling reason: a full disk, a taken port, else the last lines of the log.
    said = child.said()
    refuse_if_full(child.cwd or child.home, output=said)
    refuse_if_full(child.home, output=said)
    if _PORT_TAKEN in said.casefold():
        raise CannotStart(f"{child.name}: {in_use(port)}")
    raise CannotStart(f"{sentence}; the last it said ({child.log}):\n{said}")
