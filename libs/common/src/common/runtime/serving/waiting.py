"""Read your writes: a reader who brings `Onedoor-After` waits until this service has heard that much."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from common.runtime.hearing.hearing import Hearing
from common.runtime.store.database import Database, on_behalf_of

HEADER = "Onedoor-After"
BEHIND = "Onedoor-Behind"
COOKIE_SECONDS = 30
PATIENCE = 1.0
LOOK_AGAIN = 0.015
MOMENT = 0.02  # seconds in which what was just said elsewhere arrives
ARRIVING = 0.2  # seconds since the last event for which more may be behind it
MOST = 8
_MARK = re.compile(r"^([a-z_]{1,40})/([0-9a-f-]{36})@([0-9]{1,9})$")

_REACHED = """
SELECT bool_and(EXISTS (SELECT FROM onedoor.mark m WHERE m.consumer = w.consumer AND m.aggregate = w.aggregate
                        AND m.aggregate_id = w.aggregate_id AND m.version >= w.version)) AS reached
FROM unnest($1::text[], $2::text[], $3::uuid[], $4::int[]) w (consumer, aggregate, aggregate_id, version)
"""


class Waiting:
    """Knows which of a service's subscribers hear which aggregate, and whether they are hearing now."""

    def __init__(self, database: Database, hearings: Mapping[str, Hearing]) -> None:
        self.database = database
        self.hearings = hearings
        self._hear: dict[str, list[str]] = {}
        for consumer, hearing in hearings.items():
            for aggregate in hearing.subscriber.aggregates:
                self._hear.setdefault(aggregate, []).append(consumer)

    def pauses(self, *, writes: bool) -> Iterator[float]:
        """How long to wait before each further look for what was not found: once, then ever longer while events arrive."""
        pause = MOMENT if self.hearings and not writes else PATIENCE
        while pause < PATIENCE:
            yield pause
            pause = pause * 2 if self._arriving() else PATIENCE

    def _arriving(self) -> bool:
        return any(hearing.heard_at > time.monotonic() - ARRIVING for hearing in self.hearings.values())

    async def until(self, header: str, *, role: str) -> bool:
        """Wait (at most a second) for every `aggregate/id@version` in `header`. False where we are still behind.

        `role` is the caller's own: whoever waits keeps nobody else's connections.
        """
        wanted = [mark for mark in map(_parse, header.split(",")[:MOST]) if mark]
        rows = [(consumer, *mark) for mark in wanted for consumer in self._hear.get(mark[0], ())]
        if not rows:
            return True
        arguments = [list(column) for column in zip(*rows, strict=True)]
        give_up = asyncio.get_running_loop().time() + PATIENCE
        while True:
            [(reached,)] = await self.database.read(role, on_behalf_of(council=None), _REACHED, arguments)
            if reached:
                return True
            if asyncio.get_running_loop().time() > give_up:
                return False
            await asyncio.sleep(LOOK_AGAIN)


def cookie(after: Iterable[str]) -> str:
    """What a browser keeps for a moment, so that its next request brings the header by itself."""
    marks = r"\054".join(after)  # a comma, as cookies have it
    return f'{HEADER}="{marks}"; HttpOnly; Max-Age={COOKIE_SECONDS}; Path=/; SameSite=lax'


def _parse(text: str) -> tuple[str, UUID, int] | None:
    found = _MARK.match(text.strip())
    try:
        return (found[1], UUID(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
