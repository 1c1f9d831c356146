"""Timers when something goes away in the middle: each rings once all the same, on real servers."""

from __future__ import annotations

from uuid import uuid4

from common.embedded import Nats, Postgres, free_port
from common.embedded.postgres import FOR_TESTS
from common.testing.killing import killed_while_ringing
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.toy.speaker.app import service as speaker
from common.testing.toy.tallies import Tallies

NAME = "toy-speaker"


async def test_a_timer_whose_replica_is_killed_in_the_middle_rings_once_with_the_other(
    servers: Servers, nats: Nats
) -> None:
    async with platform(servers, nats, [speaker]) as town:
        tallies = Tallies(town)
        made = [await tallies.with_alarm(days=1) for _ in range(5)]
        await killed_while_ringing(town, NAME, after=3, days=2)  # three are done, one is begun, one is not
        await tallies.until_rung()
        assert await tallies.totals() == dict.fromkeys(made, 1)


async def test_a_database_that_is_away_is_waited_for(servers: Servers, nats: Nats) -> None:
    own = Postgres(servers.home / uuid4().hex, port=free_port(), settings=FOR_TESTS)
    own.home.mkdir(mode=0o711)
    own.start()
    try:
        here = Servers(servers.home, own.url("postgres"), servers.password)
        async with platform(here, nats, [speaker]) as town:
            tallies = Tallies(town)
            made = [await tallies.with_alarm(days=1) for _ in range(30)]
            own.stop(grace=1)
            town.step(days=2)
            await town.until(lambda: not_ready(town))
            own.start()
            await tallies.until_rung()
            assert await tallies.totals() == dict.fromkeys(made, 1)
    finally:
        own.remove()


async def not_ready(town: Platform) -> bool:
    answer = await town[NAME].client.get("/ready")
    return any(part["name"] == "timers" and not part["ready"] for part in answer.json()["parts"])
