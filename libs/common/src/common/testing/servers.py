"""The servers that tests run on: embedded ones, or testcontainers where Docker answers. Started once a session."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from common.embedded import Nats, Postgres, free_port
from common.embedded.postgres import FOR_TESTS, SUPERUSER

IMAGE = "postgres:18.6"  # as in docker-compose.yml
SETTINGS = {**FOR_TESTS, "max_connections": "300"}
SORTED_AS_EMBEDDED = "--encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"


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
    server = Postgres(home / "cluster", port=free_port(), settings=SETTINGS)
    server.start()
    try:
        yield server.url("postgres")
    finally:
        server.remove()


@contextmanager
def nats(home: Path) -> Iterator[Nats]:
    """A NATS server of a test module's own."""
    folder = Path(tempfile.mkdtemp(prefix="nats-", dir=home))
    server = Nats(folder, port=free_port())
    server.start()
    try:
        yield server
    finally:
        server.stop()
    shutil.rmtree(folder)


def docker_answers() -> bool:
    """Whether tests should, and can, use containers."""
    wanted = os.environ.get("ONEDOOR_TEST_SERVERS", "")
    if wanted:
        return wanted == "containers"
    told = os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
    return _somebody_listens(told) and _pings()


def _somebody_listens(address: str) -> bool:
    """Asked of a socket file before Docker's client is, which leaves its own open where nobody does."""
    if not address.startswith("unix://"):
        return True
    with socket.socket(socket.AF_UNIX) as tried:
        return tried.connect_ex(address.removeprefix("unix://")) == 0


def _pings() -> bool:
    """Whether it is a Docker daemon, and we may use it."""
    import docker  # type: ignore[import-untyped]  # it comes with testcontainers, without types

    try:
        client = docker.from_env(timeout=3)
        try:
            return bool(client.ping())
        finally:
            client.close()
    except (docker.errors.DockerException, OSError):
        return False


@contextmanager
def _container() -> Iterator[str]:
    from testcontainers.community.postgres import PostgresContainer

    password = secrets.token_hex(16)
    options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    made = PostgresContainer(IMAGE, username=SUPERUSER, password=password, dbname="postgres", driver=None)
    made.with_env("POSTGRES_INITDB_ARGS", SORTED_AS_EMBEDDED).with_command(["postgres", *options])
    with made as container:
        yield container.get_connection_url()
