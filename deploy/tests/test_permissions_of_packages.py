"""What the broker lets services do with the object store: all put parts in, one takes them out, and a broken try is undone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from common.embedded import Nats, NatsUser, free_port
from common.runtime.envelope import ACCESS_STREAM, ATTACHMENTS, EVENTS_STREAM, KEYS_STREAM, PACKAGES_STREAM
from common.runtime.objects import Kept
from common.runtime.saying import bucket
from common.runtime.saying.bucket import Bucket
from common.runtime.saying.stream import Stream
from nats.errors import TimeoutError as NatsTimeout
from nats.js.api import ConsumerConfig
from onedoor.contracts import services
from onedoor.permissions import permissions

OWNER, OTHER = "customer-account", "case-crm"
SERVICES = {service.name: service for service in services()}


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nats]:
    users = {
        name: NatsUser("made-up", tuple(allowed["publish"]), tuple(allowed["subscribe"]))
        for name in (OWNER, OTHER)
        for allowed in [permissions(name, SERVICES[name].consumers())]
    }
    server = Nats(Path(tmp_path_factory.mktemp("broker")), port=free_port(), users=users)
    server.start()
    yield server
    server.stop()


@asynccontextmanager
async def connected(broker: Nats, name: str) -> AsyncIterator[Bucket]:
    stream = Stream(broker.url(name), name=name)
    running = asyncio.create_task(stream.run())
    try:
        await stream.ready()
        yield Bucket(stream)
    finally:
        running.cancel()
        await stream.close()


async def pieces() -> AsyncIterator[bytes]:
    yield b"one "
    yield b"two"


async def read(kept: Kept, there: Bucket) -> bytes:
    return b"".join([piece async for piece in there.read(kept)])


async def test_every_service_puts_in_and_one_alone_takes_out(broker: Nats, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket, "ANSWERS_WITHIN", 1.0)
    async with connected(broker, OWNER) as owner, connected(broker, OTHER) as other:
        kept = await other.put(pieces())
        assert await read(kept, owner) == b"one two"
        assert await read(await owner.put(pieces()), owner) == b"one two"
        with pytest.raises(TimeoutError):
            await read(kept, other)


@pytest.mark.parametrize("stream", [ACCESS_STREAM, KEYS_STREAM, PACKAGES_STREAM])
async def test_no_consumer_of_a_service_is_made_in_a_stream_that_is_not_for_it(broker: Nats, stream: str) -> None:
    hears = next(iter(SERVICES[OTHER].consumers()))
    async with connected(broker, OTHER) as other:
        await other.stream.ensure()
        manager = other.stream.client.jsm()
        config = ConsumerConfig(durable_name=hears, deliver_subject=f"deliver.{hears}")
        with pytest.raises(NatsTimeout):
            await manager.add_consumer(stream, config, timeout=0.5)
        assert (await manager.add_consumer(EVENTS_STREAM, config, timeout=5)).stream_name == EVENTS_STREAM


async def test_every_service_takes_back_what_it_could_not_finish(broker: Nats) -> None:
    async def breaks() -> AsyncIterator[bytes]:
        yield b"half"
        raise ValueError("a fault of ours")

    async with connected(broker, OTHER) as other:
        manager = other.stream.client.jsm()
        await other.stream.ensure()
        before = (await manager.stream_info("OBJ_packages")).state.messages
        with pytest.raises(ValueError, match="a fault"):
            await other.put(breaks())
        assert (await manager.stream_info("OBJ_packages")).state.messages == before


async def test_attachments_are_put_read_listed_and_removed_by_the_service_that_has_cases_alone(
    broker: Nats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "ANSWERS_WITHIN", 1.0)
    async with connected(broker, OTHER) as cases, connected(broker, OWNER) as another:
        own, theirs = Bucket(cases.stream, ATTACHMENTS), Bucket(another.stream, ATTACHMENTS)
        kept = await own.put(pieces())
        assert await read(kept, own) == b"one two"
        for denied in (read(kept, theirs), theirs.put(pieces()), theirs.remove(kept.object)):
            with pytest.raises(TimeoutError):
                await denied
        assert await own.names() == [kept.object]
        await own.remove(kept.object)
        assert await own.names() == []
