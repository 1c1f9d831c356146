"""The keys of the people at hand: fetched together, held for a moment, made where one is first needed."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from common.contracts.keys import KeyClass
from common.runtime.keeping.sealing import Key, KeyName
from common.runtime.store.work import Work

MOST_HELD = 20_000  # people: about 20 MB
HELD_FOR = 60.0  # seconds, after which an erasure elsewhere is known here
ASK_AGAIN = 5.0
Wanted = tuple[UUID, KeyClass]


@dataclass(frozen=True)
class Keys:
    """What there is of one person."""

    by_name: Mapping[KeyName, Key] = field(default_factory=dict)
    erased: bool = False

    def current(self, under: KeyClass) -> Key | None:
        """The version that seals."""
        return max((key for key in self.by_name.values() if key.name.under is under), key=_version, default=None)


class Source(Protocol):
    """Where keys come from: their owner's database, or what a service was granted."""

    async def fetch(self, persons: Collection[UUID]) -> dict[UUID, Keys]:
        """What there is of each of these people."""

    async def make(self, wanted: Collection[Wanted], work: Work) -> dict[UUID, Keys]:
        """Make a key for each of these, unless its person is erased; it is kept already, or is once `work` is."""

    async def ask(self, missing: Collection[tuple[UUID, KeyName]]) -> None:
        """See to it, as far as that is done in a moment, that these are there."""


class Keyring:
    """A process's keys."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._asked: dict[tuple[UUID, KeyName], float] = {}
        self._wanted: set[UUID] = set()
        self._turn = asyncio.Lock()
        self._held: OrderedDict[UUID, tuple[float, Keys]] = OrderedDict()

    async def of(self, persons: Iterable[UUID]) -> dict[UUID, Keys]:
        """The keys of these people."""
        wanted = set(persons)
        found = {person: keys for person in wanted if (keys := self._fresh(person)) is not None}
        if missing := wanted - found.keys():
            found |= await self._fetch(missing)
        return found

    async def need(self, wanted: Collection[Wanted], work: Work) -> dict[UUID, Keys]:
        """The keys of these people, with one of each class that is wanted for `work`; of who is erased, none."""
        found = await self.of({person for person, _ in wanted})
        if missing := [each for each in wanted if not (found[each[0]].erased or found[each[0]].current(each[1]))]:
            for person, made in (await self.source.make(missing, work)).items():
                found[person] = Keys({**found[person].by_name, **made.by_name}, erased=made.erased)
                self.forget(person)  # what was made is held once it is fetched: until then it may not be kept
        return found

    async def seek(self, missing: Collection[tuple[UUID, KeyName]]) -> dict[UUID, Keys]:
        """The keys of these people once more, after those that are missing were asked for: now and then, not at each look."""
        now = time.monotonic()
        asked = {each for each in missing if self._asked.get(each, 0.0) < now}
        if not asked:
            return {}
        self._asked = {each: until for each, until in self._asked.items() if until > now}
        self._asked.update(dict.fromkeys(asked, now + ASK_AGAIN))
        await self.source.ask(asked)
        return await self._fetch({person for person, _ in asked})

    def forget(self, person: UUID) -> None:
        """Fetch this person's keys anew when they are next needed."""
        self._held.pop(person, None)

    async def _fetch(self, persons: set[UUID]) -> dict[UUID, Keys]:
        """Fetched together with those whom others want at the same moment."""
        self._wanted |= persons
        async with self._turn:
            if together := self._wanted & persons and self._wanted:
                self._wanted = set()
                self._hold(together, await self.source.fetch(together))
        found = {person: keys for person in persons if (keys := self._fresh(person)) is not None}
        if lost := persons - found.keys():
            fetched = await self.source.fetch(lost)
            found |= {person: fetched.get(person, Keys()) for person in lost}
        return found

    def _hold(self, persons: set[UUID], fetched: Mapping[UUID, Keys]) -> None:
        for person in persons:
            self._held[person] = (time.monotonic() + HELD_FOR, fetched.get(person, Keys()))
            self._held.move_to_end(person)
        while len(self._held) > MOST_HELD:
            self._held.popitem(last=False)

    def _fresh(self, person: UUID) -> Keys | None:
        until, keys = self._held.get(person, (0.0, None))
        return keys if until > time.monotonic() else None


def _version(key: Key) -> int:
    return key.name.version
