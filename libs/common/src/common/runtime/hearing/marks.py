"""How far a subscriber has heard an aggregate: the lock, the inbox and the parking place, as SQL."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from common.runtime.envelope import Place

Key = tuple[str, UUID]

_MEET = """
INSERT INTO onedoor.mark (consumer, aggregate, aggregate_id)
SELECT $1, aggregate, aggregate_id FROM unnest($2::text[], $3::uuid[]) k (aggregate, aggregate_id)
ORDER BY aggregate_id, aggregate ON CONFLICT DO NOTHING RETURNING aggregate, aggregate_id
"""
_LOCK = """
SELECT m.aggregate, m.aggregate_id, m.era, m.version, m.last_id
FROM onedoor.mark m WHERE m.consumer = $1 AND (m.aggregate, m.aggregate_id) IN
     (SELECT * FROM unnest($2::text[], $3::uuid[]))
ORDER BY m.aggregate_id, m.aggregate FOR UPDATE OF m
"""
# Asked after the lock is held: a statement that waits for a lock still sees the rest as it was before it waited.
_HOLDS = """
SELECT DISTINCT aggregate, aggregate_id FROM onedoor.parked WHERE consumer = $1 AND (aggregate, aggregate_id) IN
     (SELECT * FROM unnest($2::text[], $3::uuid[]))
"""
_PARK = """
INSERT INTO onedoor.parked (consumer, aggregate, aggregate_id, era, version, follows, name, reason, headers, data)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (consumer, aggregate_id, aggregate, version) DO UPDATE SET (era, follows, name, reason, headers, data)
    = (excluded.era, excluded.follows, excluded.name, excluded.reason, excluded.headers, excluded.data)
WHERE parked.era <= excluded.era
"""
_UNPARK = """
DELETE FROM onedoor.parked
WHERE consumer = $1 AND aggregate = $2 AND aggregate_id = $3 AND (era, version) <= ($4, $5)
"""
_NEXT = """
SELECT p.aggregate, p.aggregate_id, p.era, p.version, p.follows, m.era AS marked_era, m.version AS marked, p.headers, p.data
FROM onedoor.parked p JOIN onedoor.mark m USING (consumer, aggregate, aggregate_id)
WHERE p.consumer = $1 AND (p.aggregate, p.aggregate_id) IN (SELECT * FROM unnest($2::text[], $3::uuid[]))
      AND (p.era, p.version) > (m.era, m.version)
      AND NOT EXISTS (SELECT FROM onedoor.parked f WHERE (f.consumer, f.aggregate_id, f.aggregate)
          = (p.consumer, p.aggregate_id, p.aggregate) AND (f.era, f.version) > (m.era, m.version)
          AND (f.follows, f.version - 1) <= (m.era, m.version) AND f.reason LIKE 'failed%')
ORDER BY p.aggregate_id, p.aggregate, p.era, p.version LIMIT 500
"""
_HEADS = """
SELECT p.headers, p.data FROM onedoor.parked p JOIN onedoor.mark m USING (consumer, aggregate, aggregate_id)
WHERE p.consumer = $1 AND (p.follows, p.version - 1) <= (m.era, m.version)
      AND (p.era, p.version) > (m.era, m.version) AND ($2 OR p.reason NOT LIKE 'failed%') LIMIT 200
"""


@dataclass(slots=True)
class Mark:
    """The last version heard, its era, and whether later ones are parked."""

    era: int
    version: int
    last_id: UUID | None
    holds: bool
    moved: bool = False
    met: bool = True  # False: taken for new without a look; its row is made with the effects, if nobody made it before

    @property
    def at(self) -> tuple[int, int]:
        return self.era, self.version


async def lock(connection: Any, consumer: str, places: Iterable[Place], *, trust: bool) -> dict[Key, Mark]:
    """Lock the marks of these messages' aggregates, made where they are new, in an order that two replicas share.

    `trust` takes whoever says a first version for new, as nearly all are: no row is made for them before their effects.
    """
    first: dict[Key, int] = {}
    for place in places:
        first[place.key] = min(first.get(place.key, place.version), place.version)
    new = [key for key, version in first.items() if version == 1]
    met = {key: Mark(0, 0, None, False, met=False) for key in new} if trust else await _meet(connection, consumer, new)
    known = [key for key in first if key not in met]
    found = await _held(connection, consumer, known)
    if len(found) < len(known):  # later versions of aggregates that are new to us
        met |= await _meet(connection, consumer, [key for key in known if key not in found])
        found = await _held(connection, consumer, [key for key in known if key not in met])
    return {**met, **found}


async def _meet(connection: Any, consumer: str, keys: Sequence[Key]) -> dict[Key, Mark]:
    """Marks that are new: nothing of their aggregates is heard or parked yet, and their rows are locked by being made."""
    if not keys:
        return {}
    rows = await connection.fetch(_MEET, consumer, *_columns(keys))
    return {(row["aggregate"], row["aggregate_id"]): Mark(0, 0, None, False) for row in rows}


async def _held(connection: Any, consumer: str, keys: Sequence[Key]) -> dict[Key, Mark]:
    if not keys:
        return {}
    columns = _columns(keys)
    found = await connection.fetch(_LOCK, consumer, *columns)
    holding = {tuple(row) for row in await connection.fetch(_HOLDS, consumer, *columns)}
    marked = [(row["aggregate"], row["aggregate_id"]) for row in found]
    return {
        key: Mark(row["era"], row["version"], row["last_id"], key in holding)
        for key, row in zip(marked, found, strict=True)
    }


def _columns(keys: Sequence[Key]) -> tuple[list[str], list[UUID]]:
    ordered = sorted(keys, key=lambda key: (key[1].bytes, key[0]))
    return [aggregate for aggregate, _ in ordered], [key for _, key in ordered]


def moves(consumer: str, marks: Mapping[Key, Mark], *, met: bool) -> list[dict[str, Any]]:
    """The marks that moved, as rows to make (not `met`) or to change: written in the same statement as the effects."""
    return [
        {
            "consumer": consumer,
            "aggregate": key[0],
            "aggregate_id": key[1],
            "era": mark.era,
            "version": mark.version,
            "last_id": mark.last_id,
        }
        for key, mark in sorted(marks.items(), key=lambda item: (item[0][1].bytes, item[0][0]))
        if mark.moved and mark.met == met
    ]


async def park(connection: Any, consumer: str, where: Place, *, reason: str, headers: Any, data: bytes) -> None:
    """Keep a message that cannot be acted on yet, with the reason; acknowledging it is then safe."""
    await connection.execute(
        _PARK,
        consumer,
        where.aggregate,
        where.aggregate_id,
        where.era,
        where.version,
        where.follows,
        headers["ce-type"],
        reason,
        dict(headers),
        orjson.loads(data),
    )


async def unpark(connection: Any, consumer: str, where: Place) -> None:
    """Let go of a parked version that was acted on, and of what an earlier era left."""
    await connection.execute(_UNPARK, consumer, where.aggregate, where.aggregate_id, where.era, where.version)


async def next_parked(connection: Any, consumer: str, keys: Sequence[Key]) -> list[Any]:
    """What is parked right behind these aggregates' marks, without a gap, unless the next of them failed before."""
    rows = await connection.fetch(_NEXT, consumer, [key[0] for key in keys], [key[1] for key in keys])
    reached: dict[Key, tuple[int, int]] = {}
    following = []
    for row in rows:
        key = (row["aggregate"], row["aggregate_id"])
        if (row["follows"], row["version"] - 1) <= reached.get(key, (row["marked_era"], row["marked"])):
            reached[key] = (row["era"], row["version"])
            following.append(row)
    return following


async def heads(connection: Any, consumer: str, *, failed: bool) -> list[Any]:
    """What is parked although it is next: left by a crash, or (`failed`) put aside for its fault."""
    rows: list[Any] = await connection.fetch(_HEADS, consumer, failed)
    return rows


def lock_number(consumer: str) -> int:
    """The advisory lock that a rebuild's swap takes against the subscriber's batches."""
    return zlib.crc32(f"onedoor.{consumer}".encode())
