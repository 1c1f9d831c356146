"""A world into which personal data is planted: through every route, in every place, and into what nobody can read."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx
import nats as driver
import uvicorn
from common.contracts.base import Event
from common.embedded import Nats, free_port
from common.runtime.envelope import ACCESS_STREAM, EVENTS_STREAM
from common.runtime.ids import new_id
from common.testing.servers import Servers
from common.testing.stream import Row, publish

from tests.architecture.plants import HEADERS, PLANTS, Plant, addresses, bodies, broken
from tests.architecture.routes import OPERATIONS, Operation
from tests.architecture.watching import Watch, watching
from tests.architecture.world import World, furnished

# What a fact of each kind may be: told properly, so that it is kept, said, heard, and shown again.
KINDS = {
    "name": "full_name",
    "address": "home_address",
    "e-mail": "email",
    "phone": "phone",
    "date of birth": "date_of_birth",
}


@dataclass
class Planted:
    """A world into which everything was planted, and how often each route was asked with each plant."""

    world: World
    watch: Watch
    doors: dict[str, httpx.AsyncClient]
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    runtime: Counter[tuple[str | int, str]] = field(default_factory=Counter)
    """How often what the runtime reads held each plant: a header by its name, a body that is none by its place among them."""

    async def ask(self, operation: Operation, plant: Plant, path: str = "", **request: Any) -> None:
        """Ask a route, over a real connection, as somebody whom it is for."""
        role = operation.sample.get("by", operation.roles)[0]
        who = {} if role == "public" else self.world.rightful(role)
        told = self.world.named(operation.sample)
        path = path or operation.route.path_format.format(**told.get("path", {}))
        headers = {**who, **request.pop("headers", {})}
        request.setdefault("params", told.get("query"))
        answer = await self.doors[operation.service].request(operation.method, path, headers=headers, **request)
        self.asked[str(operation), plant.kind] += 1
        self.statuses.setdefault(str(operation), Counter())[answer.status_code] += 1


@asynccontextmanager
async def planted_everywhere(servers: Servers, nats: Nats) -> AsyncIterator[Planted]:
    """Everything planted everywhere, and heard by everybody who hears it."""
    async with watching(nats) as watch, furnished(servers, nats) as world, AsyncExitStack() as stack:
        watch.town = world.town
        doors = {name: await stack.enter_async_context(served(world, name)) for name in world.town.services}
        made = Planted(world, watch, doors)
        for plant in PLANTS:
            for operation in OPERATIONS:
                await into_fields(made, operation, plant)
                await into_addresses(made, operation, plant)
            await into_what_cannot_be_read(made, nats, plant)
        for first, operation in enumerate(OPERATIONS):
            await into_what_the_runtime_reads(made, operation, first)
        await everything_is_heard(made, nats)
        yield made


@asynccontextmanager
async def served(world: World, service: str) -> AsyncIterator[httpx.AsyncClient]:
    """A service on a port, as `onedoor.serve` puts it there."""
    port = free_port()
    config = uvicorn.Config(
        world.town[service].app,
        port=port,
        lifespan="off",
        http="httptools",
        access_log=False,
        log_config=None,
        server_header=False,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await world.town.until(lambda: asyncio.sleep(0, server.started))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        yield client
    server.should_exit = True
    await serving


async def into_fields(made: Planted, operation: Operation, plant: Plant) -> None:
    """Into every field, right or wrong."""
    if operation.route.body_field is None:
        return
    told = made.world.named(operation.sample["body"])
    shape = operation.route.body_field.field_info.annotation
    for body in itertools.chain(properly(told, plant), bodies(shape, told, plant.text)):
        await made.ask(operation, plant, json=body)


def properly(told: dict[str, Any], plant: Plant) -> Iterator[dict[str, Any]]:
    """As the kind of fact it is; as an answer to a question."""
    if {"kind", "value"} <= told.keys() and plant.kind in KINDS:
        yield told | {"kind": KINDS[plant.kind], "value": plant.text}
    if "answers" in told:
        yield told | {"answers": told["answers"] | {"address": plant.text}}


async def into_addresses(made: Planted, operation: Operation, plant: Plant) -> None:
    """Into the path and the query; with a method that there is not."""
    told = made.world.named(operation.sample)
    for path, query in addresses(operation, told, plant.text):
        await made.ask(operation, plant, path, params=query, **_right(told))
    await made.doors[operation.service].request("DELETE", f"/{quote(plant.text)}", params={"q": plant.text})


async def into_what_the_runtime_reads(made: Planted, operation: Operation, first: int) -> None:
    """Into every header, and into bodies that are none: of every route, and everything in each of them, but not both at once.

    The runtime reads these before any route does, and in the same way for all. So what is planted changes from place to place,
    and begins with another in each route.
    """
    told = made.world.named(operation.sample)
    for place, name in enumerate(HEADERS):
        plant = PLANTS[(first + place) % len(PLANTS)]
        await made.ask(operation, plant, headers={name: plant.text}, **_right(told))
        made.runtime[name, plant.kind] += 1
    if operation.route.body_field is not None:
        for place, _ in enumerate(broken(told["body"], PLANTS[0].text)):
            plant = PLANTS[(first + place) % len(PLANTS)]
            content, kind = next(itertools.islice(broken(told["body"], plant.text), place, None))
            await made.ask(operation, plant, content=content, headers={"Content-Type": kind})
            made.runtime[place, plant.kind] += 1


def _right(told: dict[str, Any]) -> dict[str, Any]:
    return {"json": told["body"]} if "body" in told else {}


async def into_what_cannot_be_read(made: Planted, nats: Nats, plant: Plant) -> None:
    """Into requests that are no HTTP, and into events that are not what their contract says, for every subscriber."""
    for door in made.doors.values():
        reader, writer = await asyncio.open_connection("127.0.0.1", door.base_url.port)
        writer.write(f"GET /{plant.text} HTTP/9\r\n{plant.text}\r\n\r\n".encode())
        await writer.drain()
        await reader.read()
        writer.close()
    faulty = {plant.text: plant.text, "told_to_resident": plant.text, "status": plant.text}
    rows = [envelope(event, faulty) for event in Event.catalogue.values()]
    await publish(nats, rows, speaker="a-stranger")


def envelope(event: type[Event], data: dict[str, Any]) -> Row:
    now = datetime.now(UTC)
    told = {"name": event.name, "council": "southholt", "actor_kind": "officer", "actor_id": "lee", "data": data}
    about = {
        "aggregate": event.aggregate,
        "aggregate_id": new_id(),
        "version": 1,
        "era": 0,
        "follows": 0,
        "person_id": new_id(),
    }
    when = {"id": new_id(), "occurred": now, "recorded": now, "trace": None}
    return told | about | when | {"correlation_id": new_id(), "causation_id": None}


async def everything_is_heard(made: Planted, nats: Nats) -> None:
    """Wait until no consumer has a message left that it has not acted on, or put aside."""
    client = await driver.connect(nats.url(), allow_reconnect=False)

    async def done() -> bool:
        found = [await client.jetstream().consumers_info(stream) for stream in (EVENTS_STREAM, ACCESS_STREAM)]
        return not any(each.num_pending or each.num_ack_pending for consumers in found for each in consumers)

    await made.world.town.until(done, seconds=60)
    await client.close()
