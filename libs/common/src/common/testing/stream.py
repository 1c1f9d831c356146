"""Putting events into the stream by hand: late, twice, in the wrong order, as a test wants them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import nats as driver
import orjson

from common.contracts.base import Event
from common.embedded import Nats
from common.runtime.envelope import EVENTS_STREAM, subject, to_headers
from common.runtime.ids import new_id

Row = dict[str, Any]


def said(
    event: Event,
    aggregate_id: UUID,
    version: int,
    *,
    council: str = "northmere",
    person_id: UUID | None = None,
    occurred: datetime | None = None,
    correlation_id: UUID | None = None,
    name: str | None = None,
) -> Row:
    """A row of a said log, as the event's speaker would have written it."""
    now = occurred or datetime.now(UTC)
    return {
        "id": new_id(),
        "aggregate": event.aggregate,
        "aggregate_id": aggregate_id,
        "version": version,
        "era": 0,
        "follows": 0,
        "name": name or event.name,
        "council": council,
        "person_id": person_id,
        "actor_kind": "officer",
        "actor_id": "officer-1",
        "correlation_id": correlation_id or aggregate_id,
        "causation_id": None,
        "trace": None,
        "occurred": now,
        "recorded": now,
        "data": event.model_dump(mode="json"),
    }


async def publish(nats: Nats, rows: Iterable[Row], *, speaker: str, batch: int = 200) -> None:
    """Put rows into the stream in this order; each under a message id of its own, so that a repetition arrives too."""
    client = await driver.connect(nats.url(), allow_reconnect=False)
    jetstream = client.jetstream()
    waiting: list[Any] = []
    for row in rows:
        headers = to_headers(row, speaker=speaker) | {"Nats-Msg-Id": str(new_id())}
        data = orjson.dumps(row["data"])
        waiting.append(await jetstream.publish_async(subject(row["aggregate"], row["name"]), data, headers=headers))
        if len(waiting) >= batch:
            await _all(waiting)
    await _all(waiting)
    await client.close()


async def publish_raw(nats: Nats, to: str, data: bytes, headers: dict[str, str]) -> None:
    """Put something into the stream that no speaker would say."""
    client = await driver.connect(nats.url(), allow_reconnect=False)
    await client.jetstream().publish(to, data, headers=headers)
    await client.close()


async def forget_all(nats: Nats) -> None:
    """Empty the stream, so that a platform with a database of its own hears nothing of the one before it."""
    client = await driver.connect(nats.url(), allow_reconnect=False)
    await client.jsm().purge_stream(EVENTS_STREAM)
    await client.close()


async def _all(waiting: list[Any]) -> None:
    for answer in waiting:
        await answer
    waiting.clear()


def shuffled_within(rows: Sequence[Row], distance: int, random: Any) -> list[Row]:
    """The rows a little out of order: each at most about `distance` places from where it belongs."""
    return [row for _, row in sorted(enumerate(rows), key=lambda pair: pair[0] + random.uniform(0, distance))]
