"""Hearing again: a hearer asks owners for what it missed, for what a wiped stream held, or to make its tables anew."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable, Set
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson

from common.contracts.base import Event
from common.runtime.database import Database, on_behalf_of
from common.runtime.envelope import ACCESS_AGGREGATE
from common.runtime.hearing import Hearing
from common.runtime.marks import lock_number
from common.runtime.ringing import Ringer
from common.runtime.stream import Stream

log = logging.getLogger(__name__)

GAP = 30  # seconds an event may be missing before its owner is asked
REFRESH = 1.0  # seconds between looks at which rebuilds are under way
ASK_AFTER = 3  # seconds after a rebuild began, when every replica has seen it
ASK_AGAIN = 30.0
ASKED_AGAIN_AFTER = (10.0, 60.0, 600.0)  # seconds after a wipe: an owner that was away heard nothing of the first ask
MARGIN = timedelta(hours=1)  # how far before the last event heard a wiped stream is said again

_GAPS = """
SELECT p.consumer, p.aggregate, p.aggregate_id FROM onedoor.parked p
JOIN onedoor.mark m USING (consumer, aggregate, aggregate_id)
WHERE p.consumer = ANY($1) GROUP BY 1, 2, 3, m.version
HAVING min(p.version) > m.version + 1 AND min(p.parked_at) < now() - $2 * interval '1 second' LIMIT 200
"""
_BEHIND = """
SELECT EXISTS (SELECT FROM onedoor.mark live LEFT JOIN onedoor.mark shadow
    ON (shadow.consumer, shadow.aggregate_id, shadow.aggregate) = ($2, live.aggregate_id, live.aggregate)
    WHERE live.consumer = $1 AND live.version > coalesce(shadow.version, 0))
"""


_HEARD = """
SELECT DISTINCT ON (aggregate) aggregate, last_id FROM onedoor.mark
WHERE consumer = $1 AND last_id IS NOT NULL ORDER BY aggregate, last_id DESC
"""


class Again:
    """What one service's subscribers have missed, and how they come by it."""

    def __init__(self, service: str, *, stream: Stream, database: Database) -> None:
        self.service = service
        self.stream = stream
        self.database = database
        self.hearings: dict[str, Hearing] = {}
        self.ringer: Ringer | None = None
        self._rebuilds: dict[str, tuple[list[str], bool]] = {}
        self._refreshed = 0.0
        self._asked: dict[tuple[str, str], float] = {}
        self._once_more: list[tuple[float, str, frozenset[str], UUID]] = []
        self._listens = False

    async def heal(self) -> None:
        """Watch for gaps and rebuilds until cancelled."""
        await self._listen()
        ticks = 0
        while True:
            await self._refresh()
            await self._carry_on_rebuilding()
            await self._ask_once_more()
            if ticks % 5 == 0:
                await self.ask_for_gaps()
                for hearing in self.hearings.values():
                    await hearing.try_parked(failed=False)
            ticks += 1
            await asyncio.sleep(REFRESH)

    async def _listen(self) -> None:
        """Hear operators who ask for a rebuild, or for another try of what was put aside."""
        await self.stream.ready()
        if not self._listens:
            for what, asked in (("rebuild", self._rebuild_asked), ("retry", self._retry_asked)):
                await self.stream.client.subscribe(f"ask.{what}.{self.service}", queue=self.service, cb=asked)
            self._listens = True

    async def ask(self, consumer: str, aggregates: Iterable[str], **more: Any) -> None:
        """Ask the owners of these aggregates to say them again to `consumer`; access entries, which any service says, to all."""
        wanted = set(aggregates)
        owners: dict[str, set[str]] = {}
        for event in Event.catalogue.values():
            if event.aggregate in wanted:
                owners.setdefault(event.speaker, set()).add(event.aggregate)
        for speaker, theirs in owners.items():
            to = None if ACCESS_AGGREGATE in theirs else consumer  # their stream has no place for one hearer alone
            ask = {"consumer": to, "aggregates": sorted(theirs), **more}
            await self.stream.client.publish(f"ask.again.{speaker}", orjson.dumps(ask, default=str))

    async def ask_for_gaps(self, *, older_than: float = GAP) -> int:
        """Ask for what has been missing for long. Gives how many aggregates wait."""
        async with self._reading() as connection:
            gaps = await connection.fetch(_GAPS, list(self.hearings), older_than)
        for gap in gaps:
            await self.ask(gap["consumer"], [gap["aggregate"]], aggregate_id=gap["aggregate_id"])
        return len(gaps)

    async def after_a_wipe(self, hearing: Hearing) -> None:
        """A consumer that heard before is gone from the stream: what was in it is asked for again, of each owner since when
        it was last heard. One that never heard, and finds a stream that has forgotten its beginning, asks for everything.
        """
        wanted = hearing.subscriber.aggregates
        async with self._reading() as connection:
            heard = {row["aggregate"]: row["last_id"] for row in await connection.fetch(_HEARD, hearing.consumer)}
        if heard:
            log.warning("%s was gone from the stream: its owners are asked to say again", hearing.consumer)
            newest = max(heard.values())
            for aggregate in wanted:
                await self._ask_repeatedly(hearing, {aggregate}, _before(heard.get(aggregate, newest), MARGIN))
        elif hearing.subscriber.rebuilds and await self.stream.has_forgotten(hearing.subscriber.stream):
            await self._ask_repeatedly(hearing, wanted, UUID(int=0))

    async def _ask_repeatedly(self, hearing: Hearing, wanted: Set[str], after: UUID) -> None:
        await self.ask(hearing.consumer, wanted, after=after)
        now = time.monotonic()
        self._once_more += [(now + wait, hearing.consumer, frozenset(wanted), after) for wait in ASKED_AGAIN_AFTER]

    async def _ask_once_more(self) -> None:
        due = [each for each in self._once_more if each[0] <= time.monotonic()]
        for each in due:
            _, consumer, wanted, after = each
            await self.ask(consumer, wanted, after=after)
            self._once_more.remove(each)

    async def retry(self, consumer: str) -> int:
        """Try what is parked by its own fault once more, in order. Gives how many were tried."""
        return await self.hearings[consumer].try_parked(failed=True)

    async def _retry_asked(self, message: Any) -> None:
        only = orjson.loads(message.data).get("consumer")
        tried = sum([await self.retry(consumer) for consumer in self.hearings if only in (None, consumer)])
        if self.ringer and only in (None, self.ringer.name):
            tried += await self.ringer.retry()
        await message.respond(orjson.dumps({"tried": tried}))

    # -- rebuilding

    def rebuilding(self, consumer: str) -> bool:
        """Whether messages are to be played into the rebuild's tables too."""
        return consumer in self._rebuilds

    @property
    def fresh(self) -> bool:
        """Whether this process knows which rebuilds are under way. Nobody acts on a batch while it does not."""
        return time.monotonic() - self._refreshed < ASK_AFTER - REFRESH

    async def start(self, consumer: str) -> None:
        """Begin to rebuild a subscriber's tables beside the live ones, from nothing."""
        hearing = self.hearings[consumer]
        async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
            await connection.execute("SELECT pg_advisory_xact_lock($1)", lock_number(consumer))
            await self._empty_shadow(connection, hearing)
            await connection.execute(
                "INSERT INTO onedoor.rebuild (consumer, waiting_for) VALUES ($1, $2) ON CONFLICT (consumer) "
                "DO UPDATE SET waiting_for = excluded.waiting_for, asked_at = now()",
                consumer,
                sorted(hearing.subscriber.speakers),
            )
        self._asked.clear()

    async def _rebuild_asked(self, message: Any) -> None:
        consumer = orjson.loads(message.data).get("consumer")
        hearing = self.hearings.get(consumer)
        if hearing is None or not hearing.subscriber.rebuilds:
            can = [name for name, known in self.hearings.items() if known.subscriber.rebuilds]
            await message.respond(orjson.dumps({"error": f"{consumer} rebuilds no tables", "can": can}))
            return
        await self.start(consumer)
        await message.respond(orjson.dumps({"rebuilding": consumer}))

    async def finished(self, consumer: str, speaker: str) -> None:
        """An owner has said everything again."""
        async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
            await connection.execute(
                "UPDATE onedoor.rebuild SET waiting_for = array_remove(waiting_for, $2) WHERE consumer = $1",
                consumer,
                speaker,
            )

    async def _refresh(self) -> None:
        async with self._reading() as connection:
            rows = await connection.fetch(
                "SELECT consumer, waiting_for, asked_at < now() - $1 * interval '1 second' AS ripe FROM onedoor.rebuild",
                ASK_AFTER,
            )
        self._rebuilds = {row["consumer"]: (row["waiting_for"], row["ripe"]) for row in rows}
        self._refreshed = time.monotonic()

    async def _carry_on_rebuilding(self) -> None:
        for consumer, (waiting_for, ripe) in list(self._rebuilds.items()):
            hearing = self.hearings.get(consumer)
            if hearing is None or not ripe:
                continue
            for speaker in waiting_for:
                await self._ask_whole(hearing, speaker)
            if not waiting_for:
                await self._swap(hearing)

    async def _ask_whole(self, hearing: Hearing, speaker: str) -> None:
        now = time.monotonic()
        if now - self._asked.get((hearing.consumer, speaker), -ASK_AGAIN) < ASK_AGAIN:
            return
        self._asked[hearing.consumer, speaker] = now
        heard = hearing.subscriber.aggregates
        theirs = {event.aggregate for event in Event.catalogue.values() if event.speaker == speaker} & heard
        ask = {"consumer": hearing.consumer, "aggregates": sorted(theirs), "whole": True}
        await self.stream.client.publish(f"ask.again.{speaker}", orjson.dumps(ask))

    async def _swap(self, hearing: Hearing) -> None:
        """Put the rebuilt tables in place of the live ones, once they have heard at least as much."""
        live, shadow = hearing.consumer, f"{hearing.consumer}:shadow"
        async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
            await connection.execute("SELECT pg_advisory_xact_lock($1)", lock_number(live))
            under_way = await connection.fetchval("SELECT 1 FROM onedoor.rebuild WHERE consumer = $1 FOR UPDATE", live)
            if not under_way or await connection.fetchval(_BEHIND, live, shadow):
                return
            for table in hearing.subscriber.rebuilds:
                await connection.execute(f'TRUNCATE public."{table.name}"')
                await connection.execute(f'INSERT INTO public."{table.name}" SELECT * FROM shadow."{table.name}"')  # noqa: S608 - our own tables
            await connection.execute("DELETE FROM onedoor.mark WHERE consumer = $1", live)
            await connection.execute("UPDATE onedoor.mark SET consumer = $1 WHERE consumer = $2", live, shadow)
            await self._empty_shadow(connection, hearing)
            await connection.execute("DELETE FROM onedoor.rebuild WHERE consumer = $1", live)
        self._rebuilds.pop(live, None)
        log.info("%s was rebuilt", live)

    async def _empty_shadow(self, connection: Any, hearing: Hearing) -> None:
        for table in hearing.subscriber.rebuilds:
            await connection.execute(f'TRUNCATE shadow."{table.name}"')
        for ledger in ("mark", "parked"):
            await connection.execute(f"DELETE FROM onedoor.{ledger} WHERE consumer = $1", f"{hearing.consumer}:shadow")  # noqa: S608 - as above

    def _reading(self) -> Any:
        return self.database.begin("hearer", on_behalf_of(council=None), reading=True)


def _before(event_id: UUID, margin: timedelta) -> UUID:
    """The smallest UUIDv7 of a moment `margin` before `event_id` was minted."""
    milliseconds = (event_id.int >> 80) - int(margin.total_seconds() * 1000)
    return UUID(int=max(milliseconds, 0) << 80)
