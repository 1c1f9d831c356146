"""A database that was restored: what its service said and heard since the backup is gone, and nobody stays wrong about it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from common.embedded import Nats
from common.runtime.ids import new_id
from common.runtime.schema.migrations import begin_era
from common.runtime.service import Service
from common.runtime.store.eras import Eras
from common.testing.databases import owner_address, prepared
from common.testing.looking import copied
from common.testing.platform import Platform, Running, platform, serving, settings
from common.testing.servers import Servers
from common.testing.stream import publish, said
from common.testing.toy.contracts import TallyAdded, TallyStarted
from common.testing.toy.hearer.app import service as hearer
from common.testing.toy.speaker.app import service as speaker

CONSUMER = "toy-hearer-keep-copies"


@pytest.fixture
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    """A platform whose services are started and stopped by the test."""
    async with platform(servers, nats, []) as made:
        suffix = new_id().hex
        for service in (speaker, hearer):
            made.databases[service.name] = prepared(servers, service, suffix=suffix)
            made.told[service.name] = settings(servers, nats, made.home, made.issuer, suffix=suffix)
        yield made


@asynccontextmanager
async def up(town: Platform, service: Service) -> AsyncIterator[Running]:
    async with serving(service, town.told[service.name]) as running:
        town.services[service.name] = running

        async def ready() -> bool:
            return (await running.client.get("/ready")).status_code == 200

        await town.until(ready)
        yield running
    del town.services[service.name]


class Backups:
    """Copies of a service's database, taken and put back while it does not run."""

    def __init__(self, town: Platform, servers: Servers) -> None:
        self.town, self.servers = town, servers

    def take(self, service: Service) -> None:
        copied(self.servers.admin, self._name(service), self._name(service) + "_backup")

    def restore(self, service: Service) -> None:
        name = self._name(service)
        copied(self.servers.admin, name + "_backup", name)
        begin_era(owner_address(self.servers, service, name))

    def _name(self, service: Service) -> str:
        return self.town.databases[service.name].rpartition("/")[2]


@pytest.fixture
def backups(town: Platform, servers: Servers) -> Backups:
    return Backups(town, servers)


class Person:
    """Somebody who keeps tallies at the speaker."""

    def __init__(self, town: Platform) -> None:
        self.town = town
        self.headers = {**town.resident(new_id()), "Onedoor-Council": "northmere"}

    async def begins(self) -> str:
        answer = await self._post("/tallies", 1)
        made: str = answer.json()["id"]
        return made

    async def adds(self, tally: str, amount: int) -> Any:
        return await self._post(f"/tallies/{tally}/additions", amount)

    async def _post(self, path: str, amount: int) -> Any:
        client = self.town["toy-speaker"].client
        answer = await client.post(path, json={"amount": amount}, headers=self.headers)
        assert answer.is_success, answer.text
        if "toy-hearer" in self.town.services:
            await self.town.until(lambda: self._heard(answer.headers["Onedoor-After"]))
        return answer

    async def _heard(self, after: str) -> bool:
        place, _, version = after.partition("@")
        rows = await self.town.sql(
            "toy-hearer",
            "SELECT 1 FROM onedoor.mark m WHERE aggregate_id = $1 AND version = $2",
            UUID(place.partition("/")[2]),
            int(version),
        )
        return bool(rows)


async def copies(town: Platform) -> dict[str, tuple[int, list[int]]]:
    rows = await town.sql("toy-hearer", "SELECT id, total, versions FROM copy")
    return {str(row["id"]): (row["total"], row["versions"]) for row in rows}


async def is_rebuilt(town: Platform, *, era: int = 1) -> bool:
    """Whether the tables were made anew in the owner's era, which is asked for oftener here than each minute."""
    rows = await town.sql("toy-hearer", "SELECT 1 FROM onedoor.known_era WHERE era = $1", era)
    if not rows:
        await town["toy-hearer"].inner.again.look_for_new_eras()
    under_way = await town.sql("toy-hearer", "SELECT 1 FROM onedoor.rebuild")
    return bool(rows) and not under_way


def test_an_event_is_of_the_era_in_which_it_was_said() -> None:
    ids = [new_id() for _ in range(6)]
    eras = Eras([ids[2], ids[4]])
    assert eras.current == 2
    assert [eras.of(each) for each in ids] == [0, 0, 1, 1, 2, 2]
    assert eras.of(None) == 0
    assert Eras().of(ids[0]) == Eras().current == 0


async def test_what_an_owner_lost_in_a_restore_is_taken_back_and_what_it_says_next_is_heard(
    town: Platform, backups: Backups
) -> None:
    async with up(town, hearer):
        async with up(town, speaker):
            me = Person(town)
            kept, untouched = await me.begins(), await me.begins()
            await me.adds(kept, 10)
        backups.take(speaker)
        async with up(town, speaker):
            lost = await me.begins()
            await me.adds(untouched, 700)
            for _ in range(3):
                await me.adds(kept, 100)
        assert await copies(town) == {kept: (311, [1, 2, 3, 4, 5]), untouched: (701, [1, 2]), lost: (1, [1])}
        backups.restore(speaker)
        async with up(town, speaker):
            answer = await me.adds(kept, 20)
            assert answer.headers["Onedoor-After"].endswith("@3")  # the place that a lost addition had
            await town.until(lambda: is_rebuilt(town), seconds=30)
            assert await copies(town) == {kept: (31, [1, 2, 3]), untouched: (1, [1])}
            await me.adds(untouched, 5)
            await me.adds(kept, 7)
            assert await copies(town) == {kept: (38, [1, 2, 3, 4]), untouched: (6, [1, 2])}
            new = await me.begins()
            assert (await copies(town))[new] == (1, [1])


async def test_an_owner_may_be_restored_more_than_once(town: Platform, backups: Backups) -> None:
    async with up(town, hearer):
        async with up(town, speaker):
            me = Person(town)
            tally = await me.begins()
        backups.take(speaker)
        for _ in range(2):
            async with up(town, speaker):
                await me.adds(tally, 3)
                await me.adds(tally, 4)
            backups.restore(speaker)  # the backup knows nothing of the era before
        begin_era(town.databases["toy-speaker"])
        async with up(town, speaker):
            await me.adds(tally, 5)
            await town.until(lambda: is_rebuilt(town, era=2), seconds=30)
            assert await copies(town) == {tally: (6, [1, 2])}


async def test_a_hearer_that_was_restored_asks_for_what_it_had_heard(town: Platform, backups: Backups) -> None:
    async with up(town, speaker):
        async with up(town, hearer):
            me = Person(town)
            tally = await me.begins()
        backups.take(hearer)
        async with up(town, hearer):
            await me.adds(tally, 10)
            later = await me.begins()
            whole = await copies(town)
        backups.restore(hearer)
        assert later not in await copies(town)
        async with up(town, hearer):

            async def all_there() -> bool:
                return await copies(town) == whole

            await town.until(all_there, seconds=30)
            assert await town.sql("toy-hearer", "SELECT asked FROM onedoor.era") == [(True,)]


def told(tally: UUID, version: int, *, era: int, follows: int | None = None, amount: int = 1) -> dict[str, Any]:
    event = TallyStarted(amount=amount) if version == 1 else TallyAdded(amount=amount)
    return said(event, tally, version) | {"era": era, "follows": era if follows is None else follows}


async def parked(town: Platform) -> list[tuple[int, int]]:
    rows = await town.sql("toy-hearer", "SELECT era, version FROM onedoor.parked ORDER BY era, version")
    return [tuple(row) for row in rows]


async def test_late_and_early_events_of_two_eras_are_put_in_order(town: Platform, nats: Nats) -> None:
    """The owner knows 1, 2, then 3 and 4 of its new era. The hearer had heard up to 4 of the old one, and parked its 6."""
    tally = new_id()
    old = [told(tally, version, era=0) for version in range(1, 7)]
    new = [told(tally, 3, era=1, follows=0, amount=10), *(told(tally, v, era=1, amount=10) for v in range(4, 8))]
    async with up(town, hearer):
        await publish(nats, [*old[:4], old[5]], speaker="toy-speaker")
        await town.until(lambda: _is(town, tally, (0, 4), [(0, 6)]))
        await publish(
            nats, [new[1], new[3]], speaker="toy-speaker"
        )  # 4 and 6 are early, and 6 takes the lost 6's place
        await town.until(lambda: _is(town, tally, (0, 4), [(1, 4), (1, 6)]))
        await publish(nats, [old[5], old[3]], speaker="toy-speaker")  # late, and said by nobody any more
        await publish(nats, [new[0]], speaker="toy-speaker")
        await town.until(lambda: _is(town, tally, (1, 4), [(1, 6)]))
        await publish(nats, [old[4], new[2], new[4], old[0]], speaker="toy-speaker")
        await town.until(lambda: _is(town, tally, (1, 7), []))
        total, versions = (await copies(town))[str(tally)]
        assert (total, versions) == (54, [1, 2, 3, 4, 3, 4, 5, 6, 7])


async def _is(town: Platform, tally: UUID, mark: tuple[int, int], waiting: list[tuple[int, int]]) -> bool:
    rows = await town.sql("toy-hearer", "SELECT era, version FROM onedoor.mark WHERE aggregate_id = $1", tally)
    return [tuple(row) for row in rows] == [mark] and await parked(town) == waiting


async def test_what_waits_for_a_version_of_another_era_is_a_gap_and_is_asked_for(town: Platform, nats: Nats) -> None:
    tally = new_id()
    rows = [told(tally, 1, era=0), told(tally, 2, era=0), told(tally, 3, era=1)]
    async with up(town, hearer):
        await publish(nats, rows, speaker="toy-speaker")
        await town.until(lambda: _is(town, tally, (0, 2), [(1, 3)]))
        again = town["toy-hearer"].inner.again
        assert await again.ask_for_gaps(older_than=0) == 1
        assert await again.hearings[CONSUMER].try_parked(failed=True) == 0


async def test_granted_keys_that_came_back_with_a_backup_are_let_go_of(servers: Servers, town: Platform) -> None:
    """Some may have been destroyed since. What only this service has is kept: nobody could grant it."""
    keep = """INSERT INTO onedoor.granted_key (person_id, class, version, wrapped, known_to_owner)
              VALUES ($1, 'special', 1, 'granted', true), ($1, 'special', 2, 'own', false)"""
    await town.sql(hearer.name, keep, new_id())
    begin_era(owner_address(servers, hearer, town.databases[hearer.name].rpartition("/")[2]))
    left = await town.sql(hearer.name, "SELECT wrapped FROM onedoor.granted_key")
    assert [row["wrapped"] for row in left] == ["own"]
