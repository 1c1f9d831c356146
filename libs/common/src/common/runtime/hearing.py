"""One subscriber at work: batches of messages, each batch one transaction with its marks, in order, once, for ever."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from opentelemetry.trace import NonRecordingSpan, SpanKind, Tracer, set_span_in_context

from common.runtime import marks
from common.runtime.clock import Clock
from common.runtime.database import AWAY, HELD, Database, on_behalf_of
from common.runtime.envelope import Heard, address, from_message
from common.runtime.principal import Principal
from common.runtime.said import span_of
from common.runtime.subscribers import Subscriber
from common.runtime.transaction import Transaction, already
from common.runtime.work import Values, Work, statement
from common.runtime.writer import Conflict

log = logging.getLogger(__name__)

MOST_IN_A_BATCH = 64
TRIES = 3
Published = Callable[[Sequence[Values]], None]


class SaidWhileRebuilding(Exception):
    """A subscriber that rebuilds tables may not say anything: it would say it again at every rebuild."""


@dataclass(slots=True)
class Message:
    """What arrived: headers, bytes, and how to acknowledge it."""

    headers: Mapping[str, str]
    data: bytes
    acknowledge: Callable[[], Any]


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
        tracer: Tracer,
        shadow: bool = False,
    ) -> None:
        self.subscriber = subscriber
        self.service = service
        self.consumer = f"{service}-{subscriber.name}".replace("_", "-")
        self.marked_as = f"{self.consumer}:shadow" if shadow else self.consumer
        self.database = database
        self.clock = clock
        self.published = published
        self.tracer = tracer
        self.shadow = shadow

    async def hear(self, batch: Sequence[Message]) -> None:
        """Act on a batch and acknowledge it, however long the database is away. A fault parks its message, and no other."""
        readable = [message for message in batch if _has_envelope(message)]
        await self._act(readable)
        for message in batch:
            await message.acknowledge()

    async def try_parked(self, *, failed: bool) -> int:
        """Act on what is parked and next in its order: what only waits, or also what failed. Gives how many were tried."""
        async with self.database.begin("hearer", on_behalf_of(council=None), reading=True) as connection:
            rows = await marks.heads(connection, self.marked_as, failed=failed)
        for row in rows:
            await self._act([_parked_message(row)])
        return len(rows)

    async def _act(self, batch: Sequence[Message], tries: int = 0) -> None:
        while batch:
            try:
                said, freed = await self._in_one_transaction(batch)
                self.published(said)
                if freed:
                    await self._act(await self._parked_next(freed))
                return
            except AWAY:
                await asyncio.sleep(0.2)
            except (Conflict, *HELD):
                await asyncio.sleep(0.01)
            except Exception as fault:
                if len(batch) > 1:
                    for message in batch:
                        await self._act([message])
                    return
                tries += 1
                if tries == TRIES:
                    await self._park_faulty(batch[0], fault)
                    return

    async def _parked_next(self, freed: Sequence[marks.Key]) -> list[Message]:
        """What was parked and may be acted on now: each is tried, and blamed, for itself."""
        async with self.database.begin("hearer", on_behalf_of(council=None), reading=True) as connection:
            return [_parked_message(row) for row in await marks.next_parked(connection, self.marked_as, freed)]

    async def _in_one_transaction(self, batch: Sequence[Message]) -> tuple[list[Values], list[marks.Key]]:
        """Act on a batch. Gives what was said, and the aggregates that moved on and have something parked."""
        said: list[Values] = []
        async with self.database.begin("hearer", self._context()) as connection:
            places = [address(message.headers) for message in batch]
            held = await marks.lock(connection, self.marked_as, places)
            work = Work(council=None, person=None, caller=None)
            desk = _Desk(self, connection, work, said)
            for message, place in zip(batch, places, strict=True):
                await self._take(desk, held[_key(place)], place, message)
            desk.work.marks = marks.moves(self.marked_as, held)
            await desk.flush()
        return said, [key for key, mark in held.items() if mark.moved and mark.holds]

    def _context(self) -> str:
        """Whose rows, in which tables; and the lock that keeps a rebuild's swap away from a batch."""
        where = "; SET LOCAL search_path = shadow, public" if self.shadow else ""
        swap = f"; SELECT pg_advisory_xact_lock_shared({marks.lock_number(self.consumer)})"
        return on_behalf_of(council=None) + where + swap

    async def _take(self, desk: _Desk, mark: marks.Mark, place: Mapping[str, Any], message: Message) -> None:
        """Heard before: nothing. The next: act, then what waited for it. Later: park."""
        if place["version"] <= mark.version:
            if mark.holds:
                await marks.unpark(desk.connection, self.marked_as, _key(place), place["version"])
            return
        if place["version"] > mark.version + 1:
            mark.holds = True
            reason = "waits for an earlier version"
            await marks.park(
                desk.connection, self.marked_as, place, reason=reason, headers=message.headers, data=message.data
            )
            return
        await desk.act(from_message(message.headers, message.data), mark)
        if mark.holds:  # it may itself have been parked
            await marks.unpark(desk.connection, self.marked_as, _key(place), mark.version)

    async def _park_faulty(self, message: Message, fault: Exception) -> None:
        """Put a message aside with the kind of its fault and where it arose; never its values."""
        reason = f"failed: {type(fault).__name__} at {_where(fault)}"
        log.error("%s parked %s: %s", self.consumer, message.headers.get("ce-type"), reason)
        while True:
            try:
                async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
                    place = address(message.headers)
                    await marks.lock(connection, self.marked_as, [place])
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


class _Desk:
    """One batch's transaction as its handlers see it."""

    def __init__(self, hearing: Hearing, connection: Any, work: Work, said: list[Values]) -> None:
        self.hearing = hearing
        self.connection = connection
        self.work = work
        self.said = said

    async def act(self, heard: Heard, mark: marks.Mark) -> None:
        """Give one event to the handler, in its own span under the trace of the request that said it."""
        parent = span_of(heard.trace)
        context = set_span_in_context(NonRecordingSpan(parent)) if parent else None
        attributes = {
            "onedoor.event": heard.name,
            "onedoor.consumer": self.hearing.consumer,
            "onedoor.correlation_id": str(heard.correlation_id),
            "onedoor.aggregate_id": str(heard.aggregate_id),
        }
        with self.hearing.tracer.start_as_current_span(
            f"hear {heard.name}", context=context, kind=SpanKind.CONSUMER, attributes=attributes, record_exception=False
        ):
            await self.hearing.subscriber.handle(self._transaction(heard), heard)
        mark.version, mark.last_id, mark.moved = heard.version, heard.id, True

    def _transaction(self, heard: Heard) -> Transaction:
        tx = Transaction(
            Principal(role="service", id=self.hearing.service, council=heard.council, person_id=heard.person_id),
            now=self.hearing.clock.now(),
            opens=lambda: already(self.connection),
            story=heard.correlation_id,
            cause=heard.id,
            flush=self._write,
        )
        tx.work = self.work  # one buffer for the batch: what two events write is written in one statement
        return tx

    async def flush(self) -> None:
        if not self.work.empty():
            await self._write(self.work)

    async def _write(self, work: Work) -> None:
        if work.said and (self.hearing.shadow or self.hearing.subscriber.rebuilds):
            raise SaidWhileRebuilding
        sql, arguments = statement([work])
        said, _ = await self.connection.fetchrow(sql, *arguments)
        if len(said or ()) < len(work.said):
            raise Conflict
        self.said.extend(work.said)
        work.clear()


def _parked_message(row: Mapping[str, Any]) -> Message:
    return Message(row["headers"], orjson.dumps(row["data"]), _acknowledged_already)


async def _acknowledged_already() -> None:
    """What is parked was acknowledged when it was parked."""


def _key(place: Mapping[str, Any]) -> marks.Key:
    return place["aggregate"], place["aggregate_id"]


def _has_envelope(message: Message) -> bool:
    try:
        address(message.headers)
    except (KeyError, ValueError):
        log.error("a message without an event's envelope is dropped")
        return False
    return True


def _json(data: bytes) -> bytes:
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        return orjson.dumps({"unreadable": data.hex()})
    return data


def _where(fault: Exception) -> str:
    """File and line of the innermost frame: enough to find it, nothing of what it held."""
    last = fault.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return f"{last.tb_frame.f_code.co_filename.rpartition('/')[2]}:{last.tb_lineno}" if last else "unknown"
