"""A service that takes every message for the next one: its marks are written, but nobody looks at them. For tests only."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from common.runtime.envelope import Place
from common.runtime.hearing import marks
from onedoor.packages import name_of
from onedoor.serve import load, serve

_lock, _moves = marks.lock, marks.moves


class _Anywhere(tuple[int, int]):
    """A place in an order that no other is after, and none before or at."""

    def __ge__(self, other: object) -> bool:
        return False

    def __lt__(self, other: object) -> bool:
        return False


class _Blind:
    """A mark that remembers the highest version heard, and lets every version pass."""

    holds = False
    moved = False
    last_id: UUID | None = None
    at = _Anywhere((0, 0))

    def __init__(self, heard: int) -> None:
        self._heard = heard
        self.era = 0

    @property
    def version(self) -> int:
        return self._heard

    @version.setter
    def version(self, heard: int) -> None:
        self._heard = max(self._heard, heard)


async def _lock_blindly(
    connection: Any, consumer: str, places: Iterable[Place], *, trust: bool
) -> dict[marks.Key, Any]:
    return {key: _Blind(mark.version) for key, mark in (await _lock(connection, consumer, places, trust=False)).items()}


def _moves_of_the_blind(consumer: str, held: Mapping[marks.Key, Any], *, met: bool) -> list[dict[str, Any]]:
    real = {
        key: marks.Mark(blind.era, blind.version, blind.last_id, holds=False, moved=blind.moved)
        for key, blind in held.items()
    }
    return _moves(consumer, real, met=met)


if __name__ == "__main__":
    marks.lock = _lock_blindly
    marks.moves = _moves_of_the_blind  # type: ignore[assignment]  # its marks are blind ones
    serve(load(sys.argv[1]), name=name_of(sys.argv[1]), port=int(sys.argv[2]))
