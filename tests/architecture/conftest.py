"""What tests of every route are given: each route in turn, and a world to call it in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from common.embedded import Nats
from common.testing.servers import Servers

from tests.architecture.driver import Driver, listening
from tests.architecture.routes import KINDS, OPERATIONS
from tests.architecture.world import World, furnished


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes an `operation`, or one of its KINDS, runs once for each of them."""
    for kind, belongs in KINDS.items():
        if kind in metafunc.fixturenames:
            metafunc.parametrize(kind, [each for each in OPERATIONS if belongs(each)], ids=str)


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    with listening() as found:
        yield found


@pytest.fixture(scope="module")
async def world(servers: Servers, nats: Nats, driver: Driver) -> AsyncIterator[World]:
    async with furnished(servers, nats) as made:
        yield made
