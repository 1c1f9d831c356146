"""Reading from the broker: many messages in few reads, none lost; a connection that was closed is read to its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import nats as driver
import pytest
from common.embedded import Nats
from common.runtime.saying.gathering import SHORTEST, Gathering
from common.runtime.saying.stream import Stream

MANY = 300


@pytest.fixture
async def stream(nats: Nats) -> AsyncIterator[Stream]:
    made = Stream(nats.url(), name="gathering")
    running = asyncio.create_task(made.run())
    await made.ready()
    yield made
    running.cancel()
    await made.close()


async def test_many_messages_are_read_together_and_each_arrives_in_order(stream: Stream, nats: Nats) -> None:
    transport = stream.client._transport
    assert isinstance(transport, Gathering)
    arrived: list[int] = []

    async def note(message: Any) -> None:
        arrived.append(int(message.data))

    await stream.client.subscribe("plain.talk", cb=note)
    await stream.client.flush()
    sender = await driver.connect(nats.url(), allow_reconnect=False)
    reads = _counted(transport)
    for number in range(MANY):
        await sender.publish("plain.talk", str(number).encode())
        await sender.flush()  # so that each would wake us
        await asyncio.sleep(SHORTEST / 20)
    await sender.close()
    for _ in range(500):
        if len(arrived) == MANY:
            break
        await asyncio.sleep(0.01)
    assert arrived == list(range(MANY))
    assert len(reads) < MANY / 2


async def test_a_connection_that_was_closed_between_two_reads_is_not_paused(stream: Stream) -> None:
    transport = stream.client._transport
    transport._read_at = asyncio.get_running_loop().time() + 1  # a read was made just now
    transport._io_writer.transport.abort()
    await asyncio.wait_for(transport._gather(), 0.5)


async def test_headers_arrive_as_they_were_sent(stream: Stream, nats: Nats) -> None:
    arrived: asyncio.Queue[Any] = asyncio.Queue()
    await stream.client.subscribe("plain.talk", cb=arrived.put)
    await stream.client.flush()
    sender = await driver.connect(nats.url(), allow_reconnect=False)
    headers = {"ce-id": "7", "ce-time": "2026-11-22T09:30:00+00:00", "who": "Siân: a name", "nothing": ""}
    await sender.publish("plain.talk", b"1", headers=headers)
    await sender.publish("plain.talk", b"2")
    await sender.close()
    assert [(message.headers, message.data) for message in (await arrived.get(), await arrived.get())] == [
        (headers, b"1"),
        (None, b"2"),
    ]


def _counted(transport: Any) -> list[int]:
    """The sizes of the reads that are made from now on."""
    sizes: list[int] = []
    read = transport.read

    async def counted(buffer_size: int) -> bytes:
        found: bytes = await read(buffer_size)
        sizes.append(len(found))
        return found

    transport.read = counted
    return sizes
