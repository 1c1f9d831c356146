"""The whole platform on real servers, for a story each; what GOV.UK Notify would be told, where a story sends messages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from common.embedded import Nats
from common.testing.notify import StandIn, stand_in
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from onedoor.contracts import services


@pytest.fixture(scope="module")
def provider() -> Iterator[StandIn]:
    with stand_in() as running:
        yield running


@pytest.fixture(scope="module")
def settings() -> dict[str, Any]:
    """What the services are told beside where their servers are; a story that needs more has a fixture of its own."""
    return {}


@pytest.fixture(scope="module")
def sending(provider: StandIn, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The settings with which messages go out, to the provider's stand-in."""
    return {"notify_file": provider.write_agreed(tmp_path_factory.mktemp("notify") / "notify.yaml"), "outbox": None}


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats, settings: dict[str, Any]) -> AsyncIterator[Platform]:
    async with platform(servers, nats, services(), **settings) as running:
        yield running
