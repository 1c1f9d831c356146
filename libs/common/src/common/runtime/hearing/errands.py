"""Errands at work: a timer that asks something of a system that is not ours, with no transaction open while it waits."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any

from nats.errors import Error as NatsError

from common.runtime.hearing.ringing import TRIES, Key, Ringer, send
from common.runtime.reminders import Due
from common.runtime.settings import Settings
from common.runtime.store.database import AWAY, HELD, on_behalf_of
from common.runtime.store.work import Values
from common.runtime.store.writer import MOST_CONFLICTS, Conflict
from common.runtime.timers import Ringing
from common.runtime.transaction import Transaction
from common.runtime.watching.faults import kind_and_place

log = logging.getLogger(__name__)

AT_ONCE = 4


class Errands(Ringer):
    """Runs the errands of one service: taken in one transaction, asked outside any, each told in another."""

    most_at_once = 16  # so that the last is asked long before it counts as lost

    def __init__(self, errands: Mapping[str, Ringing], *, told: Settings, **ringer: Any) -> None:
        rings = {name: partial(self._take, errand) for name, errand in errands.items()}
        super().__init__(rings, **ringer)
        self.name = f"{self.service}-errands"
        self.errands = errands
        self.told = told
        self._taken: dict[Key, tuple[Due, Any]] = {}
        self._faults: Counter[Key] = Counter()

    async def _take(self, errand: Ringing, tx: Transaction, due: Due) -> None:
        asked = await errand.ring(tx, due)
        if asked is not None:
            self._taken[due.name, due.aggregate_id] = due, asked

    async def _in_one_transaction(self, keys: Sequence[Key]) -> list[Values]:
        """Take errands. What was taken in a transaction that failed was not taken."""
        try:
            return await super()._in_one_transaction(keys)
        except BaseException:
            for key in keys:
                self._taken.pop(key, None)
            raise

    async def _ring(self, keys: Sequence[Key]) -> None:
        """Take errands, and run them a few at once: whoever is asked may take their time."""
        await super()._ring(keys)
        taken, self._taken = self._taken, {}
        free = asyncio.Semaphore(AT_ONCE)

        async def one(due: Due, asked: Any) -> None:
            async with free:
                await self._run(due, asked)

        ended = await asyncio.gather(*(one(*each) for each in taken.values()), return_exceptions=True)
        for fault in (each for each in ended if isinstance(each, BaseException)):
            raise fault

    async def _run(self, due: Due, asked: Any) -> None:
        """Ask, and take in what was answered. What is lost on the way is taken again in its time, as by a fault of our own.

        Whoever is away may be so for long; what fails three times by our own fault is put aside.
        """
        errand, key = self.errands[due.name], (due.name, due.aggregate_id)
        try:
            answered = await errand.asks(asked, self.told)  # type: ignore[misc]  # only those that ask are here
        except (*AWAY, NatsError) as fault:
            log.warning("%s did not run the errand %s: %s", self.name, due.name, kind_and_place(fault))
            return
        except Exception as fault:  # of ours, whatever it is: it is counted, and in the end put aside
            await self._failed(key, fault)
            return
        try:
            await self._tell(errand, due, asked, answered)
        except AWAY:
            raise
        except Exception as fault:  # as above
            await self._failed(key, fault)
        else:
            del self._faults[key]

    async def _failed(self, key: Key, fault: Exception) -> None:
        log.error("%s could not run the errand %s: %s", self.name, key[0], kind_and_place(fault))
        self._faults[key] += 1
        if self._faults[key] == TRIES:
            del self._faults[key]
            await self._put_aside(*key, fault, taken=True)

    async def _tell(self, errand: Ringing, due: Due, asked: Any, answered: Any) -> None:
        """Take in what was answered. Where the database is away by now, the errand counts as lost in its time."""
        for _ in range(MOST_CONFLICTS):
            try:
                async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
                    tx = Transaction(**self._session(due, now=self.clock.now()), opens=partial(nullcontext, connection))
                    await errand.told(tx, asked, answered)  # type: ignore[misc]  # who asks is told
                    await send(connection, tx.work)
            except (Conflict, *HELD):
                await asyncio.sleep(0.01)
            else:
                return self.published(tx.work.said)
        raise Conflict
