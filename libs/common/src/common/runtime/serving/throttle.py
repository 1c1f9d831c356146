"""How often one address may try what opens doors. Counted by each process for itself, and forgotten with the minute."""

from __future__ import annotations

import time

from common.runtime.problems import TooOften


class Throttle:
    """Counts tries by route and caller's address within the running minute."""

    def __init__(self) -> None:
        self._minute = 0
        self._tries: dict[tuple[str, str], int] = {}

    def admit(self, route: str, address: str, *, most: int) -> None:
        """Count a try. Raises TooOften once there were `most` in this minute."""
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute = minute
            self._tries.clear()
        tried = self._tries.get((route, address), 0)
        if tried >= most:
            raise TooOften
        self._tries[route, address] = tried + 1
