"""Where a batch of events, or of timers, is handled: side by side where nothing ties them, in order where something does.

What several handlers read at the same moment is read in one statement, and what they write is written in one.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from opentelemetry import context as telemetry
from opentelemetry.trace import StatusCode, set_span_in_context

from common.runtime.envelope import Heard
from common.runtime.query import Query
from common.runtime.reminders import Due
from common.runtime.store.ground import NOWHERE, Keeps
from common.runtime.store.statement import Written, statement
from common.runtime.store.work import Values, Work
from common.runtime.store.writer import Conflict
from common.runtime.transaction import Transaction
from common.runtime.watching.spans import Span

T = TypeVar("T")


class SaidWhileRebuilding(Exception):
    """A subscriber that rebuilds tables may say nothing and set no timer: it would do it again at every rebuild."""


@dataclass(slots=True)
class Ask:
    """A read that a handler waits for."""

    query: Query[Any]
    given: Mapping[str, Any]

    def __await__(self) -> Generator[Ask, list[Any], list[Any]]:
        return (yield self)


class Hears(Transaction):
    """What a handler holds: its reads wait until they are read together with those of others."""

    async def _fetch(self, query: Query[T], given: Mapping[str, Any], *, first: bool, counts: bool = True) -> list[T]:
        self._only_loading()
        return await Ask(query, given)


def reads_together() -> Any:
    """What a session that is handled together with others opens."""
    raise RuntimeError("a handler of events or timers opens no connection of its own")


Begin = Callable[[Any], tuple[Hears, Coroutine[Any, Any, None], Span]]


class _Going:
    """One handler under way: run by hand, up to each read it waits for."""

    def __init__(self, heard: Heard | Due, begin: Begin) -> None:
        self.heard = heard
        self.tx, self._handler, self._span = begin(heard)
        self._context = set_span_in_context(self._span)
        self.ask: Ask | None = None
        self.go_on(None)

    def go_on(self, rows: list[Any] | None) -> None:
        """Give it what it asked for; `ask` is what it asks next, None once it is done."""
        token = telemetry.attach(self._context)
        try:
            self.ask = self._handler.send(rows)
        except StopIteration:
            self.ask = None
            self._span.end()
        except BaseException:
            self._span.set_status(StatusCode.ERROR)
            self._span.end()
            raise
        finally:
            telemetry.detach(token)
        if self.ask is not None and not isinstance(self.ask, Ask):
            raise TypeError("a handler of events or timers awaits nothing but the reads of its session")

    def put_off(self) -> None:
        """Forget that it was begun: it has written nothing yet."""
        self._handler.close()


class Desk:
    """One batch in one transaction. `said` is what its handlers said."""

    def __init__(self, connection: Any, begin: Begin, *, may_say: bool, keeper: Keeps = NOWHERE.keeper) -> None:
        self.connection = connection
        self.keeper = keeper
        self.begin = begin
        self.may_say = may_say
        self.work = Work(council=None, person=None, caller=None)
        self.said: list[Values] = []

    async def handle(self, events: Sequence[Heard | Due]) -> None:
        """Handle events, or timers, leaving the last writes in `work`."""
        while events := await self._round(events):
            await self.write()

    async def write(self) -> None:
        """Send what is buffered to the database. Raises Conflict where a version is said, or an aggregate met, already; or where
        the home row of one is no longer as it was read."""
        if self.work.empty():
            return
        await self.keeper.seal(self.work)
        sql, arguments = statement([self.work])
        written = Written(*await self.connection.fetchrow(sql, *arguments))
        if not written.whole(self.work) or (written.met or 0) < len(self.work.met):
            raise Conflict
        self.said.extend(self.work.said)
        self.work.clear()

    async def _round(self, events: Sequence[Heard | Due]) -> list[Heard | Due]:
        """Handle all that is not tied to an earlier one which reads, or whose writes it would read. Gives the rest."""
        later: list[Heard | Due] = []
        going: list[_Going] = []
        waited_for: set[UUID] = set()
        written: set[UUID] = set()
        for heard in events:
            ties = _ties(heard)
            if ties & waited_for:
                later.append(heard)
                waited_for |= ties
                continue
            handler = _Going(heard, self.begin)
            if handler.ask is None:
                self._keep(handler.tx.work)
                written |= ties
                continue
            waited_for |= ties
            if ties & written:
                handler.put_off()
                later.append(heard)
            else:
                going.append(handler)
        await self._answer(going)
        return later

    async def _answer(self, going: list[_Going]) -> None:
        """Give handlers what they ask until all are done."""
        waiting = going
        while waiting:
            asked: dict[int, list[_Going]] = {}
            for handler in waiting:
                asked.setdefault(id(handler.ask.query), []).append(handler)  # type: ignore[union-attr]  # it waits
            for handlers in asked.values():
                asks = [handler.ask for handler in handlers if handler.ask]
                for handler, rows in zip(handlers, await self._read(asks[0].query, asks), strict=True):
                    handler.go_on(rows)
            waiting = [handler for handler in waiting if handler.ask]
        for handler in going:
            self._keep(handler.tx.work)

    def _keep(self, written: Work) -> None:
        if (written.said or written.timers) and not self.may_say:
            raise SaidWhileRebuilding
        if any(rows.keys() & self.work.guards.get(table, {}).keys() for table, rows in written.guards.items()):
            raise Conflict  # both read it as it was before the other
        self.work.take(written)

    async def _read(self, query: Query[Any], asks: Sequence[Ask]) -> list[list[Any]]:
        """The rows of each ask, all of the same query."""
        if not query.given:
            return [[query.build(row) for row in await self._fetch(query, query.sql, query.arguments({}))]] * len(asks)
        if len(asks) == 1 or query.for_many is None:
            return [
                [query.build(row) for row in await self._fetch(query, query.sql, query.arguments(ask.given))]
                for ask in asks
            ]
        found: list[list[Any]] = [[] for _ in asks]
        for row in await self._fetch(query, query.for_many, query.arguments_for_many([ask.given for ask in asks])):
            columns = dict(row)
            found[columns.pop("ordinal") - 1].append(query.build(columns))
        return found

    async def _fetch(self, query: Query[Any], sql: str, arguments: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
        rows: list[Any] = await self.connection.fetch(sql, *arguments)
        return await self.keeper.open(query.sealed, rows) if query.sealed and rows else rows


def _ties(heard: Heard | Due) -> set[UUID]:
    """What ties events to an order: an aggregate, story or person in common, or anything they name by its id."""
    if isinstance(heard, Due):
        return {heard.aggregate_id, heard.correlation_id}
    named = vars(heard.event).values() if heard.event else ()
    ids = (heard.aggregate_id, heard.correlation_id, heard.person_id, *named)
    return {value for value in ids if isinstance(value, UUID)}
