"""Comparing what is there with what should be, as often as it should. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any


def differ(what: str, there: Iterable[Any], wanted: Iterable[Any]) -> Iterator[str]:
    """A sentence on each that is missing, and each that is there too often."""
    have, want = Counter(list(there)), Counter(list(wanted))
    yield from (f"{what} {each} is missing" for each in want - have)
    yield from (f"{what} {each} is there {number} times too often" for each, number in (have - want).items())
