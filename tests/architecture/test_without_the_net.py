"""Row-level security is the net and never the filter: with every policy open, the services still show nobody another's things."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from common.embedded import Nats
from common.testing.servers import Servers

from tests.architecture.routes import Operation
from tests.architecture.world import World, furnished

POLICIES = """
SELECT polname, relname FROM pg_policy JOIN pg_class c ON c.oid = polrelid JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname = 'public' AND polcmd = '*' AND polname <> 'owner_rows'
"""


@pytest.fixture(scope="module")
async def open_world(servers: Servers, nats: Nats) -> AsyncIterator[World]:
    async with furnished(servers, nats) as made:
        for service in made.town.services:
            for policy in await made.town.sql(service, POLICIES):
                opened = f'ALTER POLICY {policy["polname"]} ON public."{policy["relname"]}" USING (true)'
                await made.town.sql(service, opened)
        yield made


async def test_what_is_anothers_is_not_shown(open_world: World, guarded_reading: Operation) -> None:
    assert await open_world.leaks(guarded_reading) == []


async def test_what_is_anothers_is_not_changed(open_world: World, guarded_writing: Operation) -> None:
    assert await open_world.leaks(guarded_writing) == []
