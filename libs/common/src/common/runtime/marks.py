"""How far a subscriber has heard an aggregate: the lock, the inbox and the parking place, as SQL."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

Key = tuple[str, UUID]

_MEET = """
INSERT INTO onedoor.mark (consumer, aggregate, aggregate_id)
SELECT $1, aggregate, aggregate_id FROM unnest($2::text[], $3::uuid[]) k (aggregate, aggregate_id)
ORDER BY aggregate_id, aggregate ON CONFLICT DO NOTHING
"""
_LOCK = """
SELECT m.aggregate, m.aggregate_id, m.version, m.last_id,
       EXISTS (SELECT FROM onedoor.parked p WHERE (p.consumer, p.aggregate_id, p.aggregate)
               = (m.consumer, m.aggregate_id, m.aggregate)) AS holds
FROM onedoor.mark m WHERE m.consumer = $1 AND (m.aggregate, m.aggregate_id) IN
     (SELECT * FROM unnest($2::text[], $3::uuid[]))
ORDER BY m.aggregate_id, m.aggregate FOR UPDATE OF m
"""
_MOVE = """
UPDATE onedoor.mark m SET version = k.version, last_id = k.last_id
FROM unnest($2::text[], $3::uuid[], $4::int[], $5::uuid[]) k (aggregate, aggregate_id, version, last_id)
WHERE m.consumer = $1 AND m.aggregate = k.aggregate AND m.aggregate_id = k.aggregate_id
"""
_PARK = """
INSERT INTO onedoor.parked (consumer, aggregate, aggregate_id, era, version, name, reason, headers, data)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (consumer, aggregate_id, aggregate, version) DO UPDATE SET reason = excluded.reason
"""
_UNPARK = """
DELETE FROM onedoor.parked WHERE consumer = $1 AND aggregate = $2 AND aggregate_id = $3 AND version = $4
RETURNING headers, data
"""


@dataclass(slots=True)
class Mark:
    """The last version heard, and whether later ones are parked."""

    version: int
    last_id: UUID | None
    holds: bool
    moved: bool = False


async def lock(connection: Any, consumer: str, keys: Iterable[Key]) -> dict[Key, Mark]:
    """Lock the marks of these aggregates, made where they are new, in an order that two replicas share."""
    wanted = sorted(set(keys), key=lambda key: (key[1].bytes, key[0]))
    arguments = (consumer, [aggregate for aggregate, _ in wanted], [key for _, key in wanted])
    found = await connection.fetch(_LOCK, *arguments)
    if len(found) < len(wanted):
        await connection.execute(_MEET, *arguments)
        found = await connection.fetch(_LOCK, *arguments)
    return {
        (row["aggregate"], row["aggregate_id"]): Mark(row["version"], row["last_id"], row["holds"]) for row in found
    }


async def move(connection: Any, consumer: str, marks: Mapping[Key, Mark]) -> None:
    """Write the marks that moved."""
    moved = [(key, mark) for key, mark in marks.items() if mark.moved]
    if moved:
        await connection.execute(
            _MOVE,
            consumer,
            [key[0] for key, _ in moved],
            [key[1] for key, _ in moved],
            [mark.version for _, mark in moved],
            [mark.last_id for _, mark in moved],
        )


async def park(
    connection: Any, consumer: str, where: Mapping[str, Any], *, reason: str, headers: Any, data: bytes
) -> None:
    """Keep a message that cannot be acted on yet, with the reason; acknowledging it is then safe."""
    await connection.execute(
        _PARK,
        consumer,
        where["aggregate"],
        where["aggregate_id"],
        where["era"],
        where["version"],
        headers["ce-type"],
        reason,
        dict(headers),
        orjson.loads(data),
    )


async def unpark(
    connection: Any, consumer: str, key: Key, version: int
) -> tuple[dict[str, str], dict[str, Any]] | None:
    """Take the parked message of one version: its headers and data; None where there is none."""
    row = await connection.fetchrow(_UNPARK, consumer, key[0], key[1], version)
    return (row["headers"], row["data"]) if row else None


def lock_number(consumer: str) -> int:
    """The advisory lock that a rebuild's swap takes against the subscriber's batches."""
    return zlib.crc32(f"onedoor.{consumer}".encode())
