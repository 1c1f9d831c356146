"""A replica that is killed (SIGKILL) while it seals who looked. On a broker of its own: consumers of two platforms would share."""

from __future__ import annotations

from typing import Any

from common.contracts.access import AccessRecorded
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.killing import killed_while_ringing, put_to_sleep
from common.testing.platform import platform
from common.testing.servers import Servers
from common.testing.stream import publish, said
from customer_account.app import service
from customer_account.domain import seals

HERE = "customer-account"


async def test_nothing_is_left_unsealed_and_nothing_sealed_twice(servers: Servers, nats: Nats) -> None:
    async with platform(servers, nats, [service]) as town:
        put_to_sleep(town[HERE], "timers")
        people = [new_id() for _ in range(3)]
        look = AccessRecorded(persons=people, reason="looked at a case", system="case-crm", role="officer")
        await publish(nats, [said(look, new_id(), 1)], speaker="case-crm")
        noted = "SELECT FROM access_entry WHERE person_id = ANY($1) HAVING count(*) = $2"
        await town.until(lambda: town.sql(HERE, noted, people, len(people)))
        await killed_while_ringing(town, HERE, seconds=1)

        async def all_sealed() -> bool:
            return not await town.sql(HERE, "SELECT FROM access_unsealed")

        await town.until(all_sealed)
        chain = [dict(row) for row in await town.sql(HERE, "SELECT * FROM access_seal ORDER BY number")]
        assert follows(chain)
        rows = [dict(row) for row in await town.sql(HERE, "SELECT * FROM access_entry")]
        assert sorted(entry for seal in chain for entry in seal["entries"]) == sorted(seals.listed(rows))


def follows(chain: list[dict[str, Any]]) -> bool:
    """Whether there is a chain, in which each seal names the one before it."""
    before = [seals.BEFORE_THE_FIRST, *(seal["chain"] for seal in chain)]
    return bool(chain) and [seal["previous"] for seal in chain] == before[:-1]
