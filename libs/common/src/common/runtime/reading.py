"""What a query holds: reads as the caller, and the record of whom the caller is about to see."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from common.contracts.base import Event, Refusal
from common.runtime.principal import Principal
from common.runtime.query import Query
from common.runtime.rules import BeyondScope
from common.runtime.settings import TIME_ZONE, Council
from common.runtime.store.ground import NOWHERE, Ground

T = TypeVar("T")
V = TypeVar("V")
Opens = Callable[[], AbstractAsyncContextManager[Any]]
Alone = Callable[[str, Sequence[Any]], Awaitable[list[Any]]]


class SecondRead(Exception):
    """This session took its first read for its only one. It must be begun again, as one that reads several times."""


class SayWhichCouncil(Refusal, status=400):
    """You are signed in for several councils: say which one this is for, in the header Onedoor-Council."""


class Reading:
    """A read session. Everything it reads is one snapshot, as the caller's role."""

    def __init__(
        self,
        me: Principal,
        *,
        now: datetime,
        opens: Opens,
        alone: Alone | None = None,
        ground: Ground = NOWHERE,
    ) -> None:
        self.me = me
        self.now = now
        self.ground = ground
        self.statements = 0
        self.version: int | None = None
        self.seen: set[UUID] = {me.on_behalf_of} if me.on_behalf_of else set()
        self.looked = False
        self.scoped = False
        self.why = ""
        self.case: UUID | None = None
        self.noted: list[tuple[Event, UUID]] = []
        self._opens = opens
        self._stack = AsyncExitStack()
        self._alone = alone
        self._has_read = False
        self._connection: Any = None

    @property
    def councils(self) -> Mapping[str, Council]:
        """The councils of this platform, by id."""
        return self.ground.councils

    @property
    def council(self) -> str:
        """The council this is done for: from the token or its header, never from a body. Refused where the caller named none."""
        if self.me.council is None:
            raise SayWhichCouncil
        return self.me.council

    @property
    def time_zone(self) -> str:
        """The time zone of the council this is done for: its days and months are counted in it."""
        home = self.councils.get(self.council)
        return home.time_zone if home else TIME_ZONE

    @property
    def person(self) -> UUID:
        """The resident who asks. Only routes for residents may use it."""
        if self.me.person_id is None:
            raise RuntimeError("this route is open to others than residents")
        return self.me.person_id

    async def all(self, query: Query[T], **given: Any) -> list[T]:
        """Every row of a read."""
        return await self._fetch(query, given, first=False)

    async def one(self, query: Query[T], **given: Any) -> T | None:
        """The first row of a read, or None."""
        found = await self._fetch(query, given, first=True)
        return found[0] if found else None

    async def published(self, query: Query[T], build: Callable[[T], V], **given: Any) -> V | None:
        """Published data, made into what is needed of it and remembered for a second: the same for whoever asks.

        Only for tables that are for everybody. None where there is no such row.
        """
        known: V | None = query.remembered(given)
        if known is None and (found := await self._fetch(query, given, first=True, counts=False)):
            known = build(found[0])
            query.remember(given, known)
        return known

    def saw(self, persons: Iterable[UUID | None], why: str, *, case: UUID | None = None) -> None:
        """These people's data is about to be shown, for this reason: an entry is left for each to see, or nothing is shown."""
        self.looked = True
        self.seen.update(person for person in persons if person)
        self.why, self.case = why, case

    def note(self, event: Event, *, about: UUID) -> None:
        """Have it said that the caller fetched this, before they are answered: all a read may leave, beside access entries.

        It is the only event of an aggregate that has no row (see `Transaction.say_once`).
        """
        self.noted.append((event, about))

    def lag(self, family: type[Event]) -> timedelta:
        """How far this service's copy of a family is behind its owner, as far as the stream tells; nought where it heard all."""
        return self.ground.copies.lag(family.aggregate, now=self.now)

    def in_service(self, service: str) -> None:
        """This is about this council service. Raises BeyondScope where the caller acts for somebody in others only."""
        self.scoped = True
        if self.me.acting and self.me.acting.services is not None and service not in self.me.acting.services:
            raise BeyondScope

    async def _fetch(self, query: Query[T], given: Mapping[str, Any], *, first: bool, counts: bool = True) -> list[T]:
        if self._alone is not None:
            if self._has_read and counts:
                raise SecondRead
            self._has_read = self._has_read or counts
            self.statements += 1
            return await self._built(query, await self._alone(query.sql, query.arguments(given)))
        if self._connection is None:
            self._connection = await self._stack.enter_async_context(self._opens())
        self.statements += 1
        if first:
            record = await self._connection.fetchrow(query.sql, *query.arguments(given))
            return await self._built(query, [record] if record is not None else [])
        return await self._built(query, await self._connection.fetch(query.sql, *query.arguments(given)))

    async def _built(self, query: Query[T], records: Sequence[Mapping[str, Any]]) -> list[T]:
        """The rows of a read, what is sealed in them opened."""
        opened = await self.ground.keeper.open(query.sealed, records) if query.sealed and records else records
        return [query.build(record) for record in opened]

    def blind(self, text: str, *, home: str) -> str:
        """The keyed digest under which `text` is kept in the column `home`: what is found by it is not read from it."""
        return self.ground.keeper.blind(text, home=home)

    async def release(self) -> None:
        """Give the connection back; the next read would open a new snapshot."""
        self._connection = None
        await self._stack.aclose()
