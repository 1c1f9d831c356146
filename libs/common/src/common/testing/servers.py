"""The servers that tests run on: embedded ones, or testcontainers where Docker answers. Started once a session."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from common.embedded import Nats, Postgres, free_port
from common.embedded.postgres import FOR_TESTS


@dataclass(frozen=True)
class Servers:
    """Where a session's PostgreSQL is (as its administrator), and a folder for what tests keep."""

    home: Path
    admin: str
    password: str

    def database(self, name: str) -> str:
        """The administrator's address of one database."""
        return self.admin.rpartition("/")[0] + f"/{name}"

    def address(self) -> str:
        """What a service is told: its roles' address, `{role}` and `{service}` to be filled in."""
        host = self.admin.rpartition("@")[2].partition("/")[0]
        return f"postgresql://{{service}}_{{role}}:{self.password}@{host}/{{service}}"


@contextmanager
def running() -> Iterator[Servers]:
    """PostgreSQL for a test session: `ONEDOOR_TEST_SERVERS` says `embedded` or `containers`; else what is there."""
    home = Path(tempfile.mkdtemp(prefix="onedoor-test-"))
    home.chmod(0o711)
    with postgres(home) as admin:
        yield Servers(home, admin, secrets.token_hex(8))
    shutil.rmtree(home, ignore_errors=True)


@contextmanager
def postgres(home: Path) -> Iterator[str]:
    """The administrator's address of a fresh PostgreSQL."""
    if docker_answers():
        with _container() as address:
            yield address
        return
    server = Postgres(home / "cluster", port=free_port(), settings={**FOR_TESTS, "max_connections": "300"})
    server.start()
    try:
        yield server.url("postgres")
    finally:
        server.remove()


@contextmanager
def nats(home: Path) -> Iterator[Nats]:
    """A NATS server of a test module's own."""
    server = Nats(Path(tempfile.mkdtemp(prefix="nats-", dir=home)), port=free_port())
    server.start()
    try:
        yield server
    finally:
        server.stop()


def docker_answers() -> bool:
    """Whether tests should, and can, use containers."""
    wanted = os.environ.get("ONEDOOR_TEST_SERVERS", "")
    if wanted:
        return wanted == "containers"
    socket = Path(os.environ.get("DOCKER_HOST", "/var/run/docker.sock").removeprefix("unix://"))
    return socket.exists()


@contextmanager
def _container() -> Iterator[str]:
    from testcontainers.postgres import PostgresContainer

    with PostgresContainer("postgres:18", driver=None) as container:
        yield container.get_connection_url()
