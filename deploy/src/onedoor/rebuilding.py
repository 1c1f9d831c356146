"""A rebuild of a subscriber's tables, watched from the command line until it is swapped in."""

from __future__ import annotations

import time
from collections.abc import Callable

from onedoor import asking, ledgers
from onedoor.running import Running

_LOOK = 0.5


def rebuild(running: Running, consumer: str, *, tell: Callable[[str], None]) -> None:
    """Begin it, tell how far it is, and return when it is done. Leaving early stops the watching only."""
    service = asking.rebuild(running, consumer)
    tell(f"{service} rebuilds the tables of {consumer} from their owners; the live ones serve meanwhile.")
    last = ""
    while found := ledgers.rebuild(running, service, consumer):
        owners = ", ".join(found.waiting_for)
        line = f"heard {found.heard} of {found.known} stories" + (f"; still saying again: {owners}" if owners else "")
        if line != last:
            tell(line)
        last = line
        time.sleep(_LOOK)
    tell("Rebuilt, and swapped in.")
