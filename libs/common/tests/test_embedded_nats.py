"""The embedded NATS server: a real broker for each promise."""

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import nats
import pytest
from common.embedded import CannotStart, Nats, NatsUser, free_port
from nats.aio.client import Client

USERS = {
    "service": NatsUser("secret-1", publish=("evt.case.>", "$JS.API.>"), subscribe=("evt.>", "_INBOX.>")),
    "silent": NatsUser("secret-2", publish=(), subscribe=()),
    "operator": NatsUser("secret-3"),
}


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Nats]:
    broker = Nats(tmp_path, port=free_port(), monitor_port=free_port(), users=USERS)
    broker.start()
    yield broker
    broker.stop()


async def connected(broker: Nats, user: str, complaints: asyncio.Queue[str]) -> Client:
    async def complain(error: Exception) -> None:
        complaints.put_nowait(str(error))

    return await nats.connect(broker.url(user), error_cb=complain, allow_reconnect=False)


async def test_a_stream_is_there_after_a_stop_and_after_a_kill(broker: Nats) -> None:
    for number in range(3):
        client = await nats.connect(broker.url("operator"), allow_reconnect=False)
        stream = client.jetstream()
        if number == 0:
            await stream.add_stream(name="events", subjects=["evt.>"])
        assert (await stream.publish("evt.case.opened", b"{}")).seq == number + 1
        await client.close()
        assert broker.pid
        if number == 1:
            os.kill(broker.pid, signal.SIGKILL)
            await asyncio.to_thread(os.waitid, os.P_PID, broker.pid, os.WEXITED | os.WNOWAIT)
        else:
            broker.stop()
        assert not broker.alive()
        broker.start()


async def test_acknowledged_messages_are_synced_and_the_store_is_bounded(broker: Nats) -> None:
    async with httpx.AsyncClient() as client:
        answer = (await client.get(f"http://127.0.0.1:{broker.monitor_port}/jsz?config=1")).json()
        limits = (await client.get(f"http://127.0.0.1:{broker.monitor_port}/varz")).json()
    assert answer["config"]["sync_always"] is True
    assert answer["config"]["max_storage"] == 8 * 1024**3
    assert limits["max_payload"] == 1024 * 1024
    assert limits["host"] == "127.0.0.1"


async def test_a_user_may_use_its_own_subjects_only(broker: Nats) -> None:
    complaints: asyncio.Queue[str] = asyncio.Queue()
    client = await connected(broker, "service", complaints)
    heard = await client.subscribe("evt.case.opened")
    await client.publish("evt.case.opened", b"mine")
    assert (await heard.next_msg(timeout=5)).data == b"mine"
    await client.publish("evt.person.registered", b"not mine")
    assert "permissions violation for publish" in (await asyncio.wait_for(complaints.get(), 5)).lower()
    await client.subscribe("key.case-crm")
    assert "permissions violation for subscription" in (await asyncio.wait_for(complaints.get(), 5)).lower()
    await client.close()


async def test_a_user_with_no_subjects_may_use_none(broker: Nats) -> None:
    complaints: asyncio.Queue[str] = asyncio.Queue()
    client = await connected(broker, "silent", complaints)
    await client.publish("anything", b"")
    assert "permissions violation for publish" in (await asyncio.wait_for(complaints.get(), 5)).lower()
    await client.subscribe("anything")
    assert "permissions violation for subscription" in (await asyncio.wait_for(complaints.get(), 5)).lower()
    await client.close()


@pytest.mark.parametrize("credentials", [b"{}", b'{"user": "service", "pass": "guess"}'])
def test_nobody_enters_without_the_password(broker: Nats, credentials: bytes) -> None:
    # By hand: nats-py tries again and again after a refusal, and leaves its sockets open.
    with socket.create_connection(("127.0.0.1", broker.port), timeout=5) as connection:
        connection.sendall(b"CONNECT " + credentials + b"\r\nPING\r\n")
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert b"-ERR 'Authorization Violation'" in answer
    assert b"PONG" not in answer


def test_passwords_are_in_the_private_configuration_only(broker: Nats) -> None:
    assert (broker.home / "nats.conf").stat().st_mode & 0o777 == 0o600
    assert "secret-1" in (broker.home / "nats.conf").read_text()
    assert "secret-" not in (broker.home / "logs/nats.log").read_text()
    assert b"secret-" not in Path(f"/proc/{broker.pid}/cmdline").read_bytes()


def test_a_password_that_a_url_cannot_carry_is_refused() -> None:
    with pytest.raises(ValueError, match="letters, digits"):
        NatsUser("p@ss/word")


async def test_without_users_everybody_on_the_machine_may_connect(tmp_path: Path) -> None:
    broker = Nats(tmp_path / "a home with spaces", port=free_port())
    broker.start()
    try:
        client = await nats.connect(broker.url())
        await client.close()
    finally:
        broker.stop()


def test_a_busy_port_is_named_with_its_holder(broker: Nats, tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=rf"port {broker.port} is in use \(process {broker.pid} nats-server\)"):
        Nats(tmp_path / "other", port=broker.port).start()
    with pytest.raises(CannotStart, match=rf"port {broker.monitor_port} is in use"):
        Nats(tmp_path / "other", port=free_port(), monitor_port=broker.monitor_port).start()


def test_a_configuration_the_server_refuses_is_told_with_its_own_words(tmp_path: Path) -> None:
    broker = Nats(tmp_path, port=free_port(), users={"a": NatsUser("x", publish=("evt..broken",))})
    with pytest.raises(CannotStart, match=r"nats ended at its start; .*\n.*evt\.\.broken"):
        broker.start()
    assert not broker.alive()
