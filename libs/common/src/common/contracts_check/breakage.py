"""What a breakage is, who it breaks, and where in two documents a comparison stands. No rules."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Breakage:
    """One change that breaks somebody. `where` is a path through the data, or through a shared definition."""

    where: str
    what: str


class Side(Enum):
    """Who holds on to the old contract.

    READ: others read what we write (responses), so that what we write may not become wider. WRITE: others write what
    we read (requests), so that what we accept may not become narrower. EVENT: both, because yesterday's readers read
    today's events and today's readers read yesterday's.
    """

    READ = "read"
    WRITE = "write"
    EVENT = "event"

    @property
    def refuses_wider(self) -> bool:
        return self is not Side.WRITE

    @property
    def refuses_narrower(self) -> bool:
        return self is not Side.READ


@dataclass(frozen=True)
class Place:
    """Where a comparison stands: the path, the side, both documents (for references), and the pairs met before."""

    where: str
    side: Side
    old: Json
    new: Json
    met: set[tuple[str, str, Side]] = field(default_factory=set)


def into(place: Place, step: str) -> Place:
    """One step further down the same path."""
    return replace(place, where=f"{place.where}/{step}")


def broken(place: Place, what: str) -> Iterator[Breakage]:
    yield Breakage(where=place.where, what=what)


def wider(place: Place, what: str) -> Iterator[Breakage]:
    """Breaks readers only: something they have not seen before may come."""
    if place.side.refuses_wider:
        yield Breakage(where=place.where, what=what)


def narrower(place: Place, what: str) -> Iterator[Breakage]:
    """Breaks writers only (and the past, which is a writer too): something that was accepted is refused."""
    if place.side.refuses_narrower:
        yield Breakage(where=place.where, what=what)
