"""What a service writes to its log while PostgreSQL is away: its own words, not its driver's."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from common.embedded import Postgres, free_port
from common.embedded.postgres import FOR_TESTS

# A pool as services have one, told when PostgreSQL is gone; it lives on for as long as a few tries take.
PROGRAM = """
import asyncio, logging, sys
import asyncpg
from common.runtime.watching.telemetry import log_to_stderr

async def main(address, ours):
    log_to_stderr("a-service") if ours else logging.basicConfig(level=logging.INFO)
    pool = await asyncpg.create_pool(address, min_size=1, max_size=2)
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        await pool.fetchval("SELECT 1", timeout=2)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncio.TimeoutError):
        logging.getLogger("common").warning("PostgreSQL is away")
    await asyncio.sleep(4)
    pool.terminate()

asyncio.run(main(sys.argv[1], sys.argv[2] == "ours"))
"""


@pytest.fixture
def server() -> Iterator[Postgres]:
    home = Path(tempfile.mkdtemp(prefix="onedoor-"))
    home.chmod(0o711)
    made = Postgres(home, port=free_port(), settings=FOR_TESTS)
    made.start()
    yield made
    made.remove()


def said_while_away(server: Postgres, logs: str) -> str:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, server.url(), logs],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        server.stop()
        return process.communicate("\n", timeout=60)[1]


@pytest.mark.parametrize(("logs", "noise"), [("ours", False), ("plain", True)])
def test_a_pool_that_cannot_connect_again_says_nothing_of_its_own(server: Postgres, logs: str, noise: bool) -> None:
    said = said_while_away(server, logs)
    assert "PostgreSQL is away" in said
    assert ("connection floor" in said) is noise  # so that this test notices when the driver's words change
