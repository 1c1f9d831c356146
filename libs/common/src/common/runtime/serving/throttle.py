"""How often an address may try what opens doors, and a system may ask. Each process counts for itself, a minute long."""

from __future__ import annotations

import time

from common.runtime.problems import TooOften

POLICY, LEFT = "RateLimit-Policy", "RateLimit"  # as the IETF's draft has them


class Throttle:
    """Counts by route and caller within the running minute."""

    def __init__(self) -> None:
        self._minute = 0
        self._tries: dict[tuple[str, str], int] = {}

    def admit(self, route: str, address: str, *, most: int) -> None:
        """Count a try. Raises TooOften once there were `most` in this minute."""
        if self._count(route, address) > most:
            raise TooOften

    def allow(self, client: str, *, most: int) -> dict[str, str]:
        """Count a request of a system. Gives the headers that say how many are left; raises TooOften with how long it lasts."""
        left = most - self._count("", client)
        seconds = 60 - int(time.monotonic()) % 60
        if left < 0:
            raise TooOften(requests_a_minute=most, seconds_to_wait=seconds)
        return {POLICY: f'"minute";q={most};w=60', LEFT: f'"minute";r={left};t={seconds}'}

    def _count(self, route: str, caller: str) -> int:
        """How often in this minute, with this time."""
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute = minute
            self._tries.clear()
        tried = self._tries.get((route, caller), 0) + 1
        self._tries[route, caller] = tried
        return tried
