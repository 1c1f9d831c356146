"""Asking running services, over the broker: to try again, to rebuild, to say again."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import Any
from uuid import UUID

import nats
from common import contracts  # noqa: F401 - the whole catalogue of events
from common.contracts.base import Event
from nats.errors import Error, NoRespondersError
from nats.errors import TimeoutError as NoAnswer

from onedoor.permissions import aggregates_of
from onedoor.refusals import CannotDo
from onedoor.running import Running

_ANSWER = 60.0  # seconds a service may take to answer
_NOBODY = 0.5  # seconds after which an ask without an answer was heard: at once the broker tells when nobody listens


def retry(running: Running, *, consumer: str | None = None) -> dict[str, int]:
    """Have what is parked by its own fault tried once more. Gives how many events each service tried."""
    services = [service_of(running, consumer)] if consumer else list(running.services)
    answers = asyncio.run(request(running, {f"ask.retry.{service}": {"consumer": consumer} for service in services}))
    return {service: answer["tried"] for service, answer in zip(services, answers, strict=True)}


def rebuild(running: Running, consumer: str) -> str:
    """Begin to rebuild a subscriber's tables. Gives the service whose they are."""
    service = service_of(running, consumer)
    answer = asyncio.run(request(running, {f"ask.rebuild.{service}": {"consumer": consumer}}))[0]
    if "error" in answer:
        can = ", ".join(answer["can"]) or "nothing"
        raise CannotDo(f"{consumer} has no tables to rebuild; in {service} there is {can} that has")
    return service


def say_again(running: Running, *, aggregate: str | None = None, since: datetime | None = None) -> list[str]:
    """Have owners say events again, to everybody: those of `case/<id>`, or all since a moment (of real time)."""
    only, more = _address(aggregate) if aggregate else (None, {"after": str(_smallest_id(since))})
    asks = {
        f"ask.again.{speaker}": {"aggregates": theirs, **more}
        for speaker in running.services
        if (theirs := _spoken_of(speaker, only))
    }
    asyncio.run(request(running, asks, answered=False))
    return [subject.rpartition(".")[2] for subject in asks]


def service_of(running: Running, consumer: str) -> str:
    """The service that a subscriber belongs to: its name begins with the service's. Raises CannotDo."""
    for service in running.services:
        if consumer.startswith(f"{service}-"):
            return service
    raise CannotDo(f"{consumer} is of no service: names look like {next(iter(running.services))}-keep-something")


def _spoken_of(speaker: str, only: str | None) -> list[str]:
    return [aggregate for aggregate in aggregates_of(speaker) if only in (None, aggregate)]


def _address(text: str) -> tuple[str, dict[str, str]]:
    kind, _, key = text.partition("/")
    if kind not in {event.aggregate for event in Event.catalogue.values()}:
        known = ", ".join(sorted({event.aggregate for event in Event.catalogue.values()}))
        raise CannotDo(f"nobody speaks of {kind!r}: there are {known}")
    try:
        return kind, {"aggregate_id": str(UUID(key))}
    except ValueError:
        raise CannotDo(f"write it as {kind}/<id>: {key!r} is not an id") from None


def _smallest_id(since: datetime | None) -> UUID:
    """The UUIDv7 before all that were minted from this moment on."""
    return UUID(int=int(since.timestamp() * 1000) << 80) if since else UUID(int=0)


async def request(running: Running, asks: dict[str, Any], *, answered: bool = True) -> list[Any]:
    """Ask on several subjects at once. Gives the answers in their order. Raises CannotDo."""
    client = await _connected(running)
    try:
        return list(await asyncio.gather(*(_answer(client, subject, ask, answered) for subject, ask in asks.items())))
    finally:
        await client.close()


async def _connected(running: Running) -> Any:
    try:
        return await nats.connect(running.nats, connect_timeout=3, allow_reconnect=False, error_cb=_quiet)
    except (Error, OSError) as fault:
        raise CannotDo(f"the broker does not answer ({type(fault).__name__}): is onedoor up?") from None


async def _answer(client: Any, subject: str, ask: Any, answered: bool) -> Any:
    service = subject.rpartition(".")[2]
    try:
        message = await client.request(subject, json.dumps(ask).encode(), timeout=_ANSWER if answered else _NOBODY)
    except NoRespondersError:
        raise CannotDo(f"{service} does not listen: is it ready? See onedoor status") from None
    except NoAnswer:
        if answered:
            raise CannotDo(f"{service} did not answer within {_ANSWER:g} s") from None
        return {}
    return json.loads(message.data)


async def _quiet(fault: Exception) -> None:
    """What went wrong is raised where it was asked; the driver would print it once more."""
