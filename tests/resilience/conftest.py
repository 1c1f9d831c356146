"""A PostgreSQL that may be killed, apart from the one that other tests share; and the siege, laid once for all that ask of it."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from common.embedded import Postgres, free_port
from onedoor.contracts import services

from tests.resilience.siege import Outcome, besiege
from tests.resilience.town import Town

# Where many others work, telling the disk file by file takes a killed server 5 to 10 s at its next start; at once, 0.5 s.
QUICK_TO_RECOVER = {"recovery_init_sync_method": "syncfs"} if sys.platform == "linux" else {}


@pytest.fixture(scope="session")
def cluster() -> Iterator[Postgres]:
    """PostgreSQL as careful as the platform's own: what it says is committed is on the disk."""
    home = Path(tempfile.mkdtemp(prefix="onedoor-resilience-"))
    home.chmod(0o711)
    server = Postgres(home, port=free_port(), settings=QUICK_TO_RECOVER)
    server.start()
    try:
        yield server
    finally:
        server.remove()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def siege(cluster: Postgres, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Outcome:
    """What the siege left, and a report of it in the test's output."""
    with Town(tmp_path_factory.mktemp("siege"), cluster, services()).running() as town:
        outcome = besiege(town)
    _print(request.config, outcome.report())
    return outcome


def _print(config: pytest.Config, lines: list[str]) -> None:
    """Past pytest's capture: how long it took is of interest when all is well, too."""
    plugins = config.pluginmanager
    with plugins.getplugin("capturemanager").global_and_fixture_disabled():
        for line in ("", *lines):
            plugins.getplugin("terminalreporter").write_line(line)
