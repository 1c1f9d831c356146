"""One subscriber at work: batches of messages, each batch one transaction with its marks, in order, once, for ever."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import orjson

from common.runtime.envelope import Heard, Place, address, from_message
from common.runtime.hearing import marks
from common.runtime.hearing.desk import Desk, Hears, reads_together
from common.runtime.hearing.message import Message
from common.runtime.ids import read_id
from common.runtime.principal import Principal
from common.runtime.saying.said import span_of
from common.runtime.sealed import ERASED
from common.runtime.store.clock import Clock
from common.runtime.store.database import AWAY, HELD, Database, on_behalf_of
from common.runtime.store.ground import NOWHERE, Ground
from common.runtime.store.work import Values
from common.runtime.store.writer import MOST_CONFLICTS, Conflict
from common.runtime.subscribers import Subscriber, consumer_of
from common.runtime.watching.faults import kind_and_place
from common.runtime.watching.spans import Recorder, Span

log = logging.getLogger(__name__)

MOST_IN_A_BATCH = 64
TRIES = 3
NOTHING = orjson.dumps(ERASED)  # what is left of an event when its person was erased
WAITS = 10  # looks for a key that is on its way
LOST_AFTER = timedelta(days=1)  # then a key that was to come is lost, and the value heard as it is sealed
Published = Callable[[Sequence[Values]], None]


class NotYet(Exception):
    """What an event needs is still on its way here, as its text says. It is put aside with that, and tried again by itself."""


class Hearing:
    """Acts on one subscriber's messages. `shadow` plays them into the tables of a rebuild instead of the live ones."""

    def __init__(
        self,
        subscriber: Subscriber,
        *,
        service: str,
        database: Database,
        clock: Clock,
        published: Published,
        recorder: Recorder,
        ground: Ground = NOWHERE,
        shadow: bool = False,
    ) -> None:
        self.subscriber = subscriber
        self.service = service
        self.aggregates = subscriber.aggregates
        self.consumer = consumer_of(service, subscriber)
        self.marked_as = f"{self.consumer}:shadow" if shadow else self.consumer
        self.database = database
        self.clock = clock
        self.published = published
        self.recorder = recorder
        self.ground = ground
        self.shadow = shadow
        self.heard_at = 0.0  # by the process's own clock
        self.reached = clock.now()  # what its owner had recorded by then was heard, as far as we know

    async def hear(self, batch: Sequence[Message]) -> None:
        """Act on a batch and acknowledge it, however long the database is away. A fault parks its message, and no other."""
        self.heard_at = time.monotonic()
        await self._act([message for message in batch if message.place])
        if said := [at for message in batch if (at := message.said_at)]:
            self.reached = said[-1]
        for message in batch:
            await message.acknowledge()

    def stands(self, *, more: bool) -> None:
        """Have it known how far its copy is: whether there is `more` to hear than was acted on."""
        if more:
            self.ground.copies.stands(self.consumer, self.aggregates, self.reached)
        else:
            self.reached = self.clock.now()
            self.ground.copies.caught_up(self.consumer)

    async def try_parked(self, *, failed: bool) -> int:
        """Act on what is parked and next in its order: what only waits, or also what failed. Gives how many were tried."""
        async with self.database.begin("hearer", on_behalf_of(council=None), reading=True) as connection:
            rows = await marks.heads(connection, self.marked_as, failed=failed)
        for row in rows:
            await self._act([_parked_message(row)], waits=1)
        return len(rows)

    async def _act(self, batch: Sequence[Message], *, trust: bool = True, waits: int = WAITS) -> None:
        """Act on a batch: trusting that what begins is new; else with a look at every mark; else each message alone."""
        tries = conflicts = 0
        while batch:
            try:
                said, freed = await self._in_one_transaction(batch, trust=trust)
                self.published(said)
                if freed:
                    await self._act(await self._parked_next(freed))
                return None
            except AWAY:
                await asyncio.sleep(0.2)
            except (Conflict, *HELD) as fault:
                if not trust and len(batch) > 1:  # two of them may be in each other's way, and would be so again
                    return await self._act_on_each(batch)
                conflicts += isinstance(fault, Conflict)
                if conflicts == MOST_CONFLICTS:
                    return await self._put_aside(batch[0], fault)
                await asyncio.sleep(0 if trust else 0.01)
                trust = False
            except Exception as fault:  # of ours, whatever it is: its message is put aside, and no other waits for it
                if trust:
                    trust = False
                    continue
                if len(batch) > 1:
                    return await self._act_on_each(batch)
                tries += 1
                if isinstance(fault, NotYet) and tries < waits:
                    await asyncio.sleep(0.05)
                elif tries >= TRIES:
                    return await self._put_aside(batch[0], fault)
        return None

    async def _act_on_each(self, batch: Sequence[Message]) -> None:
        for message in batch:
            await self._act([message], trust=False)

    async def _parked_next(self, freed: Sequence[marks.Key]) -> list[Message]:
        """What was parked and may be acted on now: each is tried, and blamed, for itself."""
        async with self.database.begin("hearer", on_behalf_of(council=None), reading=True) as connection:
            return [_parked_message(row) for row in await marks.next_parked(connection, self.marked_as, freed)]

    async def _in_one_transaction(
        self, batch: Sequence[Message], *, trust: bool
    ) -> tuple[list[Values], list[marks.Key]]:
        """Act on a batch. Gives what was said, and the aggregates that moved on and have something parked."""
        async with self.database.begin("hearer", on_behalf_of(council=None), then=self._then()) as connection:
            placed = [(message, message.place) for message in batch if message.place]
            held = await marks.lock(connection, self.marked_as, [place for _, place in placed], trust=trust)
            if self.subscriber.opens:
                await self.ground.keeper.have(map(read_id, _persons(batch)))
            due = [
                from_message(message.headers, await self._opened(message), place=place)
                for message, place in placed
                if await self._is_due(connection, held[place.key], place, message) and not self._is_erased(message)
            ]
            desk = Desk(
                connection,
                partial(self._begin, now=self.clock.now()),
                may_say=not (self.shadow or self.subscriber.rebuilds),
                keeper=self.ground.keeper,
            )
            await desk.handle(due)
            desk.work.marks = marks.moves(self.marked_as, held, met=True)
            desk.work.met = marks.moves(self.marked_as, held, met=False)
            await desk.write()
        return desk.said, [key for key, mark in held.items() if mark.moved and mark.holds]

    def _is_erased(self, message: Message) -> bool:
        """Whether it is of somebody who was erased: then it counts as heard, and nothing is done."""
        if message.data == NOTHING:
            return True
        return message.headers.get("ce-personid") in self.ground.erased and not self.subscriber.of_erased

    async def _opened(self, message: Message) -> Values | bytes:
        """Its data, for a subscriber that acts on what is sealed in it. Raises NotYet where a key is still to come."""
        if not self.subscriber.opens:
            return message.data
        data: Values = orjson.loads(message.data)
        person, recorded = message.headers.get("ce-personid"), message.headers["ce-recordedtime"]
        opened = await self.ground.keeper.open_event(
            message.headers["ce-type"], read_id(person) if person else None, data
        )
        if not opened and self.clock.now() - datetime.fromisoformat(recorded) < LOST_AFTER:
            raise NotYet("waits for a key")
        return data

    def _then(self) -> str:
        """In which tables; and the lock that keeps a rebuild's swap away from a batch."""
        where = "; SET LOCAL search_path = shadow, public" if self.shadow else ""
        return f"{where}; SELECT pg_advisory_xact_lock_shared({marks.lock_number(self.consumer)})"

    async def _is_due(self, connection: Any, mark: marks.Mark, place: Place, message: Message) -> bool:
        """Whether it is the next of its aggregate, which it then counts as. Heard before: let go of. Later: parked."""
        if place.before > mark.at:
            mark.holds = True
            reason = "waits for an earlier version"
            await marks.park(
                connection, self.marked_as, place, reason=reason, headers=message.headers, data=message.data
            )
            return False
        if mark.holds:  # it may itself have been parked
            await marks.unpark(connection, self.marked_as, place)
        if place.at <= mark.at:
            return False
        mark.era, mark.version, mark.moved = place.era, place.version, True
        mark.last_id = read_id(message.headers["ce-id"])
        return True

    def _begin(self, heard: Heard, *, now: datetime) -> tuple[Hears, Coroutine[Any, Any, None], Span]:
        """The handler of one event, its session, and its span under the trace of the request that said it."""
        tx = Hears(
            Principal(role="service", id=self.service, council=heard.council, person_id=heard.person_id),
            now=now,
            opens=reads_together,
            ground=self.ground,
            story=heard.correlation_id,
            cause=heard.id,
        )
        span = self.recorder.hear(
            f"hear {heard.name}",
            span_of(heard.trace),
            {
                "onedoor.event": heard.name,
                "onedoor.consumer": self.consumer,
                "onedoor.correlation_id": str(heard.correlation_id),
                "onedoor.aggregate_id": str(heard.aggregate_id),
            },
        )
        return tx, self.subscriber.handle(tx, heard), span

    async def _put_aside(self, message: Message, fault: Exception) -> None:
        """Put a message aside with the kind of its fault and where it arose; never its values.

        What waits for something has no fault: it is tried again by itself.
        """
        reason = str(fault) if isinstance(fault, NotYet) else f"failed: {kind_and_place(fault)}"
        log.error("%s parked %s: %s", self.consumer, message.headers.get("ce-type"), reason)
        while True:
            try:
                async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
                    place = address(message.headers)
                    await marks.lock(connection, self.marked_as, [place], trust=False)
                    await marks.park(
                        connection,
                        self.marked_as,
                        place,
                        reason=reason,
                        headers=message.headers,
                        data=_json(message.data),
                    )
                return
            except (*AWAY, *HELD):
                await asyncio.sleep(0.2)


def _parked_message(row: Mapping[str, Any]) -> Message:
    return Message(row["headers"], orjson.dumps(row["data"]), _acknowledged_already)


async def _acknowledged_already() -> None:
    """What is parked was acknowledged when it was parked."""


def _persons(batch: Sequence[Message]) -> set[str]:
    return {person for message in batch if (person := message.headers.get("ce-personid"))}


def _json(data: bytes) -> bytes:
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        return orjson.dumps({"unreadable": data.hex()})
    return data
