"""Erasing at work: everything one service holds of somebody goes in one transaction, and whoever asked is told."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from common.contracts.people.erasing import ErasureConfirmed
from common.contracts.people.rights import KeptByLaw
from common.runtime.hearing.marks import lock_number
from common.runtime.hearing.rebuilding import ASK_AFTER
from common.runtime.hearing.ringing import send
from common.runtime.holdings import Holding
from common.runtime.principal import Principal
from common.runtime.rights import emptying, traces
from common.runtime.rights.schedules import Schedule
from common.runtime.store.clock import Clock
from common.runtime.store.database import HELD, Database, on_behalf_of
from common.runtime.store.ground import Ground
from common.runtime.store.work import Values
from common.runtime.store.writer import Conflict
from common.runtime.transaction import Transaction
from common.runtime.watching.faults import kind_and_place

log = logging.getLogger(__name__)

LOOK_AGAIN = 1.0  # seconds
TRY_AGAIN = 60.0  # seconds after which one that failed is tried again
Asked = tuple[UUID, int]  # a request and its round
Erases = Callable[[Transaction, Collection[UUID]], Awaitable[None]]

# Whose keys were destroyed before this database was put back from a backup is emptied out of it again; nobody waits to hear.
_ERASED_BEFORE = """
INSERT INTO onedoor.to_erase (id, persons, round, done, told, at)
SELECT person_id, ARRAY[person_id], 1, 0, false, now()
FROM (SELECT person_id FROM onedoor.erased EXCEPT SELECT unnest(persons) FROM onedoor.to_erase) missing
ON CONFLICT DO NOTHING
"""
_PENDING = "SELECT id, round FROM onedoor.to_erase WHERE round > done ORDER BY id LIMIT 100"
_UNTOLD = "SELECT id FROM onedoor.to_erase WHERE round > done AND NOT told ORDER BY id"
_TAKE = "SELECT * FROM onedoor.to_erase WHERE id = $1 AND round > done FOR UPDATE SKIP LOCKED"
_DONE = "UPDATE onedoor.to_erase SET done = round WHERE id = $1"
_HELD = """
SELECT EXISTS (
    SELECT FROM onedoor.held
    WHERE person_id = ANY(ARRAY(SELECT onedoor.ids_of(erased.id) FROM unnest($1::uuid[]) AS erased (id)))
)
"""
# When nobody waits to hear, all is over: their keys are destroyed, and no letter that says so need have come here.
_NO_KEYS = """
WITH noted AS (INSERT INTO onedoor.erased (person_id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING)
DELETE FROM onedoor.granted_key WHERE person_id = ANY($1)
"""


class Erasing:
    """Erases people from one service's database. `own` does in the same transaction what its holdings cannot say."""

    def __init__(
        self,
        service: str,
        *,
        holdings: Mapping[str, Holding],
        schedules: Iterable[Schedule],
        tables: Sequence[Table],
        rebuilt: Sequence[Table],
        consumers: Sequence[str],
        own: Erases | None,
        database: Database,
        clock: Clock,
        published: Callable[[Sequence[Values]], None],
        ground: Ground,
    ) -> None:
        self.service = service
        self.holdings = holdings
        self.periods = {(each.table.name, each.council): each.period for each in schedules}
        self.tables = {table.name: table for table in tables}
        self.twins = [(table, holdings[table.name]) for table in rebuilt if table.name in holdings]
        self.locks = sorted(map(lock_number, consumers))
        self.own = own
        self.database = database
        self.clock = clock
        self.published = published
        self.ground = ground
        self._seen: dict[Asked, float] = {}

    async def replay(self) -> None:
        """Before anything is served: erase whoever was erased before this database was put back from a backup.

        Who is not known here by then, because another service keeps the list, goes in the seconds after it is heard.
        """
        async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
            await connection.execute(_ERASED_BEFORE)
            rows = await connection.fetch(_UNTOLD)
        for row in rows:
            with contextlib.suppress(
                Conflict, *HELD
            ):  # another replica is at something of theirs, and will do this too
                self.published(await self.erase(row["id"]))

    async def run(self) -> None:
        """Do what is asked, until cancelled: once every process knows whom nothing more is to be done of."""
        while True:
            for asked in await self._ripe():
                try:
                    self.published(await self.erase(asked[0]))
                except (Conflict, *HELD):
                    continue  # somebody is at something of theirs: they are through by the next look
                except (
                    Exception
                ) as fault:  # others do not wait for it; a database that is away is seen at the next look
                    log.error("%s did not erase somebody, and tries again: %s", self.service, kind_and_place(fault))
                    self._seen[asked] = time.monotonic() + TRY_AGAIN
            await asyncio.sleep(LOOK_AGAIN)

    async def _ripe(self) -> list[Asked]:
        async with self.database.begin("hearer", on_behalf_of(council=None), reading=True) as connection:
            rows = await connection.fetch(_PENDING)
        now = time.monotonic()
        self._seen = {(row["id"], row["round"]): self._seen.get((row["id"], row["round"]), now) for row in rows}
        return [asked for asked, seen in self._seen.items() if now - seen >= ASK_AFTER]

    async def erase(self, request_id: UUID) -> list[Values]:
        """Let go of all there is of somebody and need not be kept; under a legal hold that is nothing.

        Gives what was said; nothing where another replica is at it.
        """
        async with self.database.begin("hearer", on_behalf_of(council=None)) as connection:
            asked = await connection.fetchrow(_TAKE, request_id)
            if asked is None:
                return []
            for lock in self.locks:  # a batch that began before is through; what it wrote is found
                await connection.execute("SELECT pg_advisory_xact_lock($1)", lock)
            persons = [UUID(int=person.int) for person in asked["persons"]]
            found = await self._found(connection, persons)
            held = await connection.fetchval(_HELD, persons)
            now = self.clock.now()
            what = emptying.plan(self.holdings, self.tables, found, now=now, held=held, periods=self.periods)
            tx = self._transaction(connection)
            if self.own and not held:
                await self.own(tx, persons)
            tx.work.take(what.work)
            if asked["told"]:
                tx.say_once(await self._confirmed(connection, asked, persons, what))
            else:
                await connection.execute(_NO_KEYS, persons)
            await self.ground.keeper.seal(tx.work)
            await send(connection, tx.work)
            if not held:
                await self._empty_twins(connection, persons)
                await traces.remove(connection, persons, kept=what.kept_ids, gone=what.gone_ids)
            await connection.execute(_DONE, request_id)
        log.info(
            "%s erased somebody: %d records, kept of %d kinds", self.service, sum(what.counts.values()), len(what.kept)
        )
        return tx.work.said

    def _transaction(self, connection: Any) -> Transaction:
        me = Principal(role="service", id=self.service)
        return Transaction(me, now=self.clock.now(), opens=lambda: nullcontext(connection), ground=self.ground)

    async def _found(self, connection: Any, persons: Sequence[UUID]) -> dict[str, list[Any]]:
        """Their rows, by table; of what stays none, for nothing is done with it. They are locked until all is done."""
        return {
            name: await connection.fetch(f'SELECT * FROM public."{name}" WHERE {_whose(each)} FOR UPDATE', persons)  # noqa: S608 - our own names
            for name, each in self.holdings.items()
            if each.erased != "stays"
        }

    async def _confirmed(
        self, connection: Any, asked: Mapping[str, Any], persons: Sequence[UUID], what: emptying.Emptying
    ) -> ErasureConfirmed:
        stays = [
            KeptByLaw(called=each.called, records=count, because=each.because or "", until=None, for_good=True)
            for name, each in self.holdings.items()
            if each.erased == "stays" and each.shown and (count := await self._staying(connection, name, persons))
        ]
        return ErasureConfirmed(
            request_id=asked["id"],
            service=self.service,
            round=asked["round"],
            emptied=what.counts,
            kept=[*what.kept, *stays],
            sealed=what.sealed,
        )

    async def _staying(self, connection: Any, name: str, persons: Sequence[UUID]) -> int:
        """How many rows of theirs stay in a table, of those that they may know of by now."""
        holding = self.holdings[name]
        shown = f"coalesce({holding.shown_after or 'NULL'}::timestamptz <= $2, true)"
        sql = f'SELECT count(*) FROM public."{name}" WHERE ({_whose(holding)}) AND {shown}'  # noqa: S608 - as above
        number: int = await connection.fetchval(sql, persons, self.clock.now())
        return number

    async def _empty_twins(self, connection: Any, persons: Sequence[UUID]) -> None:
        """A rebuild that is under way was begun with them in it."""
        for table, holding in self.twins:
            await connection.execute(f'DELETE FROM shadow."{table.name}" WHERE {_whose(holding)}', persons)  # noqa: S608 - as above


def _whose(holding: Holding) -> str:
    return " OR ".join(f"{column} = ANY($1)" for column in holding.concerns)
