"""A database that does not answer, as behind a network that drops everything: callers are told, and it is used again."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from common.embedded import Nats, Postgres, free_port
from common.embedded.postgres import FOR_TESTS
from common.runtime.ids import new_id
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.toy.speaker.app import service as speaker


@pytest.fixture
def own(servers: Servers) -> Iterator[Postgres]:
    server = Postgres(servers.home / uuid4().hex, port=free_port(), settings=FOR_TESTS)
    server.home.mkdir(mode=0o711)
    server.start()
    yield server
    server.remove()


@pytest.fixture
async def town(servers: Servers, own: Postgres, nats: Nats) -> AsyncIterator[Platform]:
    there = Servers(servers.home, own.url("postgres"), servers.password)
    async with platform(there, nats, [speaker]) as running:
        yield running


@contextmanager
def silent(server: Postgres) -> Iterator[None]:
    """Every process of the server is stopped where it is."""
    assert server.pid
    everybody = [server.pid, *_children(server.pid)]
    for pid in everybody:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in everybody:
            os.kill(pid, signal.SIGCONT)


def _children(pid: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            found.append(int(folder.name))
    return found


async def test_nobody_waits_long_for_a_silent_database_and_it_is_used_again(town: Platform, own: Postgres) -> None:
    client, me = town["toy-speaker"].client, {**town.resident(new_id()), "Onedoor-Council": "northmere"}
    tally = (await client.post("/tallies", json={"amount": 1}, headers=me)).json()["id"]
    with silent(own):
        began = time.monotonic()
        ready = await client.get("/ready")
        asked = time.monotonic()
        read = await client.get(f"/tallies/{tally}", headers=me)
        told = time.monotonic()
        write = await client.post("/tallies", json={"amount": 1}, headers=me)
        assert (ready.status_code, read.status_code, write.status_code) == (503, 503, 503)
        assert asked - began < 5
        assert told - asked < 12
        assert time.monotonic() - told < 20

    async def answers() -> bool:
        return (await client.get(f"/tallies/{tally}", headers=me)).status_code == 200

    await town.until(answers, seconds=20)
    assert (await client.post("/tallies", json={"amount": 1}, headers=me)).status_code == 201
