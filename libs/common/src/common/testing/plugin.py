"""The pytest fixtures every test folder shares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from common.embedded import Nats
from common.testing import servers as running_servers
from common.testing.servers import Servers


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """PostgreSQL for the session."""
    with running_servers.running() as found:
        yield found


@pytest.fixture(scope="module")
def nats(servers: Servers) -> Iterator[Nats]:
    """A broker for the module: its stream is nobody else's."""
    with running_servers.nats(servers.home) as found:
        yield found
