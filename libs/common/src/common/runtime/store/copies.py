"""How far this service's copies of what others own are behind them, by what the stream still has for it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

NOUGHT = timedelta()


class Copies:
    """By subscriber: when its owner had recorded what it acted on last, as long as the stream has more for it."""

    def __init__(self) -> None:
        self._stands: dict[str, tuple[Collection[str], datetime]] = {}

    def stands(self, subscriber: str, aggregates: Collection[str], recorded: datetime) -> None:
        """There is more to hear of these aggregates than what was recorded at this moment."""
        self._stands[subscriber] = aggregates, recorded

    def caught_up(self, subscriber: str) -> None:
        """There is nothing more to hear."""
        self._stands.pop(subscriber, None)

    def lag(self, aggregate: str, *, now: datetime) -> timedelta:
        """How long ago the owner of an aggregate recorded what was acted on last; nought where nothing more waits."""
        found = [recorded for aggregates, recorded in self._stands.values() if aggregate in aggregates]
        return max((now - recorded for recorded in found), default=NOUGHT)
