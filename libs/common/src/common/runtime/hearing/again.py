"""Hearing again: a hearer asks owners for what it missed, for what a wiped stream held, or a restore took back."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable, Set
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from nats.errors import Error as NatsError

from common.contracts.base import Event
from common.runtime.envelope import ACCESS_AGGREGATE
from common.runtime.hearing.hearing import Hearing
from common.runtime.hearing.rebuilding import REFRESH, Rebuilding
from common.runtime.hearing.ringing import Ringer
from common.runtime.saying.stream import Stream
from common.runtime.store.database import Database, on_behalf_of
from common.runtime.store.erased import Erased
from common.runtime.subscribers import Subscriber

log = logging.getLogger(__name__)

GAP = 30  # seconds an event may be missing before its owner is asked
MINUTE = 60.0
UNPARK = 5.0
ASKED_AGAIN_AFTER = (10.0, 60.0, 600.0)  # seconds after a wipe: an owner that was away heard nothing of the first ask
MARGIN = timedelta(hours=1)  # how far before the last event heard a wiped stream is said again

_GAPS = """
SELECT p.consumer, p.aggregate, p.aggregate_id FROM onedoor.parked p
JOIN onedoor.mark m USING (consumer, aggregate, aggregate_id)
WHERE p.consumer = ANY($1) AND (p.era, p.version) > (m.era, m.version) GROUP BY 1, 2, 3
HAVING bool_and((p.follows, p.version - 1) > (m.era, m.version)) AND min(p.parked_at) < now() - $2 * interval '1 second' LIMIT 200
"""
_HEARD = """
SELECT DISTINCT ON (aggregate) aggregate, last_id FROM onedoor.mark
WHERE consumer = $1 AND last_id IS NOT NULL ORDER BY aggregate, last_id DESC
"""


class Again:
    """What one service's subscribers have missed, and how they come by it."""

    def __init__(self, service: str, *, stream: Stream, database: Database, erased: Erased) -> None:
        self.service = service
        self.erased = erased
        self.stream = stream
        self.database = database
        self.hearings: dict[str, Hearing] = {}
        self.ringer: Ringer | None = None
        self.shadows: dict[str, Hearing] = {}
        self.rebuilds = Rebuilding(self.hearings, self.shadows, stream=stream, database=database)
        self._once_more: list[tuple[float, str, frozenset[str], UUID]] = []
        self._listens = False

    def add(self, live: Hearing, shadow: Hearing) -> None:
        """Look after one subscriber: as it hears, and as it hears into the tables of a rebuild."""
        self.hearings[live.consumer], self.shadows[live.consumer] = live, shadow

    async def heal(self) -> None:
        """Watch for gaps and rebuilds until cancelled."""
        await self._listen()
        ticks = 0
        while True:
            await self.erased.read(self.database)  # before it: nobody acts on a batch who did not look lately
            await self.rebuilds.carry_on()
            await self._ask_once_more()
            if ticks % 5 == 0:
                await self.ask_for_gaps()
            ticks += 1
            await asyncio.sleep(REFRESH)

    async def unpark(self) -> None:
        """Try what only waits until cancelled: apart from healing, which nobody hears without, and which is not to wait for it."""
        while True:
            for consumer, hearing in self.hearings.items():
                await hearing.try_parked(failed=False)
                if self.rebuilds.of(consumer):
                    await self.shadows[consumer].try_parked(failed=False)
            await asyncio.sleep(UNPARK)

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
        it was last heard. One that never heard, and finds a stream that has forgotten its beginning, asks for everything; who
        has to know of everybody who was erased does so in any case.
        """
        wanted = hearing.subscriber.aggregates
        async with self._reading() as connection:
            heard = {row["aggregate"]: row["last_id"] for row in await connection.fetch(_HEARD, hearing.consumer)}
        if heard:
            log.warning("%s was gone from the stream: its owners are asked to say again", hearing.consumer)
            newest = max(heard.values())
            for aggregate in wanted:
                await self._ask_repeatedly(hearing, {aggregate}, _before(heard.get(aggregate, newest), MARGIN))
        elif await self._needs_everything(hearing.subscriber):
            await self._ask_repeatedly(hearing, wanted, UUID(int=0))

    async def _needs_everything(self, who: Subscriber) -> bool:
        return who.of_erased or (who.from_the_beginning and await self.stream.has_forgotten(who.stream))

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

    async def _rebuild_asked(self, message: Any) -> None:
        consumer = orjson.loads(message.data).get("consumer")
        hearing = self.hearings.get(consumer)
        if hearing is None or not hearing.subscriber.rebuilds:
            can = [name for name, known in self.hearings.items() if known.subscriber.rebuilds]
            await message.respond(orjson.dumps({"error": f"{consumer} rebuilds no tables", "can": can}))
            return
        await self.rebuilds.start(consumer)
        await message.respond(orjson.dumps({"rebuilding": consumer}))

    # -- after a restore

    async def keep_to_eras(self) -> None:
        """Watch for restored databases, our own and those of others, until cancelled."""
        await self.stream.ready()
        await self._after_a_restore()
        while True:
            await self.look_for_new_eras()
            await asyncio.sleep(MINUTE)

    async def look_for_new_eras(self) -> None:
        """Ask every owner for its era. Where it has begun a new one, what was made of the lost end of the old is made anew."""
        rebuilt = [hearing for hearing in self.hearings.values() if hearing.subscriber.rebuilds]
        for speaker in sorted({speaker for hearing in rebuilt for speaker in hearing.subscriber.speakers}):
            try:
                answer = await self.stream.client.request(f"ask.era.{speaker}", timeout=1)
            except (NatsError, TimeoutError):
                continue  # it is away, and asked again
            era = orjson.loads(answer.data)["era"]
            for hearing in rebuilt:
                if era and speaker in hearing.subscriber.speakers:
                    await self.rebuilds.start_in_new_era(hearing.consumer, speaker, era)

    async def _after_a_restore(self) -> None:
        """Our own database was restored: what was heard and acknowledged since the backup is asked for again."""
        async with self._reading() as connection:
            eras = [row["number"] for row in await connection.fetch("SELECT number FROM onedoor.era WHERE NOT asked")]
        if eras:
            for hearing in self.hearings.values():
                await self.after_a_wipe(hearing)
            async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
                await connection.execute("UPDATE onedoor.era SET asked = true WHERE number = ANY($1)", eras)

    def _reading(self) -> Any:
        return self.database.begin("hearer", on_behalf_of(council=None), reading=True)


def _before(event_id: UUID, margin: timedelta) -> UUID:
    """The smallest UUIDv7 of a moment `margin` before `event_id` was minted."""
    milliseconds = (event_id.int >> 80) - int(margin.total_seconds() * 1000)
    return UUID(int=max(milliseconds, 0) << 80)
