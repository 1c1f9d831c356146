"""Making a subscriber's tables anew beside the living ones: from nothing, out of what their owners say again."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

import orjson

from common.contracts.base import ANY, Event
from common.runtime.hearing.hearing import Hearing
from common.runtime.hearing.marks import lock_number
from common.runtime.saying.stream import Stream
from common.runtime.store.database import Database, on_behalf_of

log = logging.getLogger(__name__)

REFRESH = 1.0  # seconds between looks at which rebuilds are under way
ASK_AFTER = 3  # seconds after a rebuild began, when every replica has seen it
ASK_AGAIN = 30.0
MOST_TIMES = 6  # that the pause doubles: to half an hour

_UNDER_WAY = """
SELECT consumer, waiting_for, asked_at < now() - $1 * interval '1 second' AS ripe FROM onedoor.rebuild
"""
_BEGIN = """
INSERT INTO onedoor.rebuild (consumer, waiting_for) VALUES ($1, $2) ON CONFLICT (consumer)
DO UPDATE SET waiting_for = excluded.waiting_for, eras = excluded.eras, asked_at = now()
"""
_FINISHED = """
UPDATE onedoor.rebuild SET waiting_for = array_remove(waiting_for, $2), eras = eras || (
    SELECT coalesce(jsonb_object_agg(key, greatest(value::int, (eras ->> key)::int)), '{}') FROM jsonb_each($3))
WHERE consumer = $1
"""
# What was heard in an era that its owner has left behind need not be reached: a restore may have lost it. Nor need that of
# aggregates which an earlier release heard.
_BEHIND = """
SELECT EXISTS (SELECT FROM onedoor.mark live CROSS JOIN onedoor.rebuild LEFT JOIN onedoor.mark shadow
    ON (shadow.consumer, shadow.aggregate_id, shadow.aggregate) = ($2, live.aggregate_id, live.aggregate)
    WHERE live.consumer = $1 AND rebuild.consumer = $1 AND live.aggregate = ANY($3::text[])
    AND live.era >= coalesce((eras ->> live.aggregate)::int, 0)
    AND (live.era, live.version) > (coalesce(shadow.era, 0), coalesce(shadow.version, 0)))
"""
_HEARD_BY_NOW = """
DELETE FROM onedoor.parked p USING onedoor.mark m
WHERE p.consumer = $1 AND (m.consumer, m.aggregate_id, m.aggregate) = (p.consumer, p.aggregate_id, p.aggregate)
      AND (p.era, p.version) <= (m.era, m.version)
"""
_NEW_ERA = """
INSERT INTO onedoor.known_era (consumer, speaker, era) VALUES ($1, $2, $3) ON CONFLICT (consumer, speaker)
DO UPDATE SET era = excluded.era WHERE known_era.era < excluded.era RETURNING era
"""


class Rebuilding:
    """The rebuilds of one service's subscribers: `hearings` are theirs, by consumer, `shadows` those of the tables being made."""

    def __init__(
        self, hearings: Mapping[str, Hearing], shadows: Mapping[str, Hearing], *, stream: Stream, database: Database
    ) -> None:
        self.hearings = hearings
        self.shadows = shadows
        self.stream = stream
        self.database = database
        self._under_way: dict[str, tuple[list[str], bool]] = {}
        self._refreshed = 0.0
        self._asked: dict[tuple[str, str], float] = {}
        self._said: dict[str, tuple[float, int]] = {}  # when all was, and how often it was asked for once more

    def of(self, consumer: str) -> bool:
        """Whether messages are to be played into the rebuild's tables too."""
        return consumer in self._under_way

    @property
    def fresh(self) -> bool:
        """Whether this process knows which rebuilds are under way. Nobody acts on a batch while it does not."""
        return time.monotonic() - self._refreshed < ASK_AFTER - REFRESH

    async def start(self, consumer: str) -> None:
        """Begin to rebuild a subscriber's tables."""
        async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
            await self._begin(connection, self.hearings[consumer])

    async def start_in_new_era(self, consumer: str, speaker: str, era: int) -> bool:
        """Begin where an owner's era is newer than that in which the tables were made. Of several replicas, one does."""
        async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
            newer = bool(await connection.fetchval(_NEW_ERA, consumer, speaker, era))
            if newer:
                await self._begin(connection, self.hearings[consumer])
        return newer

    async def _begin(self, connection: Any, hearing: Hearing) -> None:
        await connection.execute("SELECT pg_advisory_xact_lock($1)", lock_number(hearing.consumer))
        await self._empty_shadow(connection, hearing)
        await connection.execute(_BEGIN, hearing.consumer, sorted(hearing.subscriber.speakers))
        self._asked.clear()
        self._said.clear()

    async def finished(self, consumer: str, speaker: str, era: int) -> None:
        """An owner has said everything again, in this era."""
        eras = {event.aggregate: era for event in Event.catalogue.values() if event.speaker in {speaker, ANY}}
        async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
            await connection.execute(_FINISHED, consumer, speaker, eras)

    async def carry_on(self) -> None:
        """See which rebuilds are under way, ask whom they wait for, and swap in those that are complete."""
        async with self.database.begin("hearer", on_behalf_of(council=None), reading=True) as connection:
            rows = await connection.fetch(_UNDER_WAY, ASK_AFTER)
        self._under_way = {row["consumer"]: (row["waiting_for"], row["ripe"]) for row in rows}
        self._refreshed = time.monotonic()
        for consumer, (waiting_for, ripe) in list(self._under_way.items()):
            hearing = self.hearings.get(consumer)
            if hearing is None or not ripe:
                continue
            for speaker in waiting_for:
                await self._ask_now_and_then(hearing, speaker)
            if not waiting_for and not await self.swap(hearing):
                await self._ask_for_what_was_missed(hearing)

    async def _ask_now_and_then(self, hearing: Hearing, speaker: str) -> None:
        now = time.monotonic()
        if now - self._asked.get((hearing.consumer, speaker), -ASK_AGAIN) >= ASK_AGAIN:
            self._asked[hearing.consumer, speaker] = now
            await self._ask_whole(hearing, speaker)

    async def _ask_for_what_was_missed(self, hearing: Hearing) -> None:
        """All was said. Who has not heard it all by and by missed something, which was lost or failed: all is asked for again."""
        now = time.monotonic()
        since, times = self._said.setdefault(hearing.consumer, (now, 0))
        if now - since >= ASK_AGAIN * 2**times:
            self._said[hearing.consumer] = now, min(times + 1, MOST_TIMES)
            log.warning("the rebuild of %s missed something: it is asked for again", hearing.consumer)
            for speaker in sorted(hearing.subscriber.speakers):
                await self._ask_whole(hearing, speaker)

    async def _ask_whole(self, hearing: Hearing, speaker: str) -> None:
        heard = hearing.subscriber.aggregates
        theirs = {event.aggregate for event in Event.catalogue.values() if event.speaker in {speaker, ANY}} & heard
        ask = {"consumer": hearing.consumer, "aggregates": sorted(theirs), "whole": True}
        await self.stream.client.publish(f"ask.again.{speaker}", orjson.dumps(ask))

    async def swap(self, hearing: Hearing) -> bool:
        """Put the rebuilt tables in place of the live ones. False where they have not heard as much yet."""
        live, shadow = hearing.consumer, f"{hearing.consumer}:shadow"
        async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
            await connection.execute("SELECT pg_advisory_xact_lock($1)", lock_number(live))
            if not await connection.fetchval("SELECT 1 FROM onedoor.rebuild WHERE consumer = $1 FOR UPDATE", live):
                return True
            if await connection.fetchval(_BEHIND, live, shadow, list(hearing.subscriber.aggregates)):
                return False
            for table in hearing.subscriber.rebuilds:
                await connection.execute(f'TRUNCATE public."{table.name}"')
                await connection.execute(f'INSERT INTO public."{table.name}" SELECT * FROM shadow."{table.name}"')  # noqa: S608 - our own tables
            await connection.execute("DELETE FROM onedoor.mark WHERE consumer = $1", live)
            await connection.execute("UPDATE onedoor.mark SET consumer = $1 WHERE consumer = $2", live, shadow)
            await connection.execute(_HEARD_BY_NOW, live)
            await self._empty_shadow(connection, hearing)
            await connection.execute("DELETE FROM onedoor.rebuild WHERE consumer = $1", live)
        self._under_way.pop(live, None)
        self._said.pop(live, None)
        log.info("%s was rebuilt", live)
        return True

    async def _empty_shadow(self, connection: Any, hearing: Hearing) -> None:
        for table in hearing.subscriber.rebuilds:
            await connection.execute(f'TRUNCATE shadow."{table.name}"')
        for ledger in ("mark", "parked"):
            await connection.execute(f"DELETE FROM onedoor.{ledger} WHERE consumer = $1", f"{hearing.consumer}:shadow")  # noqa: S608 - as above
