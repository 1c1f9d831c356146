"""Keys between their owner and the services that may have them: asked for, granted, and offered for adoption.

What travels is sealed to one service's public key, in a stream of its own that forgets after a day.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig
from nats.js.errors import NotFoundError
from pydantic import ValidationError

from common.contracts.keys import KEY_OWNER, PURPOSES, KeyClass, KeyGranted, KeyRequested
from common.runtime.envelope import KEYS_STREAM
from common.runtime.keeping.granted import Granted
from common.runtime.keeping.key_database import KeyDatabase
from common.runtime.keeping.keyring import Keyring, Keys, Wanted
from common.runtime.keeping.sealing import KeyName
from common.runtime.keeping.secrets import NotOurs, Secrets, letter_to
from common.runtime.saying.stream import Stream

log = logging.getLogger(__name__)

LOOK_AGAIN = 15.0  # seconds between looks whether the consumer is there
OFFER_AGAIN, AT_LEAST = 5.0, 300.0  # seconds: twice as long each time, while the owner is away
MOST_TOGETHER = 256
M = TypeVar("M", KeyRequested, KeyGranted)


class Exchange:
    """One service's end of it. What is to be sent waits in a queue, never in a transaction."""

    def __init__(self, service: str, stream: Stream, secrets: Secrets, public_keys: Path | None) -> None:
        self.service = service
        self.stream = stream
        self.secrets = secrets
        self.public_keys = public_keys
        self.consumer = f"{service}-keys"
        self._queue: asyncio.Queue[tuple[str, KeyRequested | KeyGranted, bytes | None]] = asyncio.Queue(maxsize=10_000)
        self._heard: asyncio.Queue[Any] = asyncio.Queue()

    def put(self, to: str, message: KeyRequested | KeyGranted, secret: bytes | None) -> None:
        """Have this sent to a service, `secret` sealed to it. Never waits: what is lost is asked for again."""
        if not self._queue.full():
            self._queue.put_nowait((to, message, secret))

    async def send(self) -> None:
        """Send what is to be, until cancelled."""
        while True:
            to, message, secret = await self._queue.get()
            await self.stream.ready()
            subject = f"key.{to}" if self.service == KEY_OWNER else f"key.{to}.{self.service}"
            try:
                letter = secret and letter_to(self._public(to), secret, about=_about(self.service, to, message))
            except (OSError, KeyError, ValueError) as fault:
                log.error("%s has no public key of %s: %s", self.service, to, type(fault).__name__)
                continue
            whole = message.model_copy(update={"letter": letter})
            await self.stream.client.publish(subject, whole.model_dump_json().encode())

    async def hear(self, act: Callable[[list[Any]], Awaitable[None]]) -> None:
        """Act on what arrives, together on what came together, until cancelled."""
        await self.stream.ready()
        await self.stream.client.subscribe(f"deliver.{self.consumer}", queue=self.consumer, cb=self._heard.put)
        while True:
            await self._ensure()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN):
                    batch = [await self._heard.get()]
                while len(batch) < MOST_TOGETHER and not self._heard.empty():
                    batch.append(self._heard.get_nowait())
                await act(batch)
                for message in batch:
                    await message.ack()

    def read(self, kind: type[M], message: Any, *, sender: str) -> tuple[M, bytes | None] | None:
        """A message and the secret in it; None of what cannot be used, which is let go of."""
        try:
            found = kind.model_validate_json(message.data)
            about = _about(sender, self.service, found)
            return found, self.secrets.receive(found.letter, about=about) if found.letter else None
        except (ValidationError, NotOurs):
            log.warning("%s: a message about a key cannot be used", self.service)
            return None

    async def _ensure(self) -> None:
        """Make the consumer where it is missing."""
        manager = self.stream.client.jsm()
        with suppress(NatsError, TimeoutError):
            try:
                await manager.consumer_info(KEYS_STREAM, self.consumer)
            except NotFoundError:
                await self.stream.ensure()
                await manager.add_consumer(KEYS_STREAM, self._config())

    def _config(self) -> ConsumerConfig:
        mine = f"key.{self.service}.*" if self.service == KEY_OWNER else f"key.{self.service}"
        return ConsumerConfig(
            durable_name=self.consumer,
            deliver_subject=f"deliver.{self.consumer}",
            deliver_group=self.consumer,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=10,
            max_ack_pending=512,
            filter_subject=mine,
        )

    def _public(self, service: str) -> str:
        """A service's public key. It is read each time: a new one put there is used at once."""
        known: dict[str, str] = json.loads(self.public_keys.read_text()) if self.public_keys else {}
        return known[service]


class Owning:
    """The owner's end: grants what the table of purposes allows, and adopts what a service had to make."""

    def __init__(self, exchange: Exchange, keys: KeyDatabase, ring: Keyring) -> None:
        self.exchange = exchange
        self.keys = keys
        self.ring = ring
        self._granting: set[asyncio.Future[None]] = set()
        keys.made = self._made

    async def hear(self) -> None:
        await self.exchange.hear(self._asked)

    async def _asked(self, batch: list[Any]) -> None:
        """Adopt what is offered, and grant what is asked for, to services that have a purpose for its class."""
        asked: list[tuple[str, KeyRequested]] = []
        offered: dict[tuple[UUID, KeyName], bytes] = {}
        for message in batch:
            service = message.subject.rpartition(".")[2]
            request, secret = self.exchange.read(KeyRequested, message, sender=service) or (None, None)
            if request is None or request.under not in PURPOSES.get(service, {}):
                log.warning("%s asked for a key for which it has no purpose", service)
                continue
            asked.append((service, request))
            if secret is not None and request.version is not None:
                offered[request.person_id, KeyName(request.under, request.version)] = secret
        if offered:
            await self.keys.adopt([(person, name, secret) for (person, name), secret in offered.items()])
            for person, _ in offered:
                self.ring.forget(person)
        found = await self.keys.fetch({request.person_id for _, request in asked})
        for service, request in asked:
            self._grant(request.person_id, request.under, found.get(request.person_id, Keys()), {service})

    def erased(self, persons: Iterable[UUID]) -> None:
        """Their keys are destroyed: whoever was granted one lets go of it."""
        for person in persons:
            self.ring.forget(person)
            for service, classes in PURPOSES.items():
                self.exchange.put(service, KeyGranted(person_id=person, under=min(classes), erased=True), None)

    def _made(self, wanted: Collection[Wanted]) -> None:
        self._granting = {task for task in self._granting if not task.done()}
        self._granting.add(asyncio.ensure_future(self._grant_all(wanted)))

    async def _grant_all(self, wanted: Collection[Wanted]) -> None:
        found = await self.keys.fetch({person for person, _ in wanted})
        for person, under in wanted:
            services = {service for service, classes in PURPOSES.items() if under in classes}
            self._grant(person, under, found.get(person, Keys()), services)

    def _grant(self, person: UUID, under: KeyClass, keys: Keys, services: Collection[str]) -> None:
        for service in services:
            if keys.erased:
                self.exchange.put(service, KeyGranted(person_id=person, under=under, erased=True), None)
            for name, key in keys.by_name.items():
                if name.under is under:
                    granted = KeyGranted(person_id=person, under=under, version=name.version)
                    self.exchange.put(service, granted, key.secret)


class Asking:
    """The end of a service that is given keys."""

    def __init__(self, exchange: Exchange, granted: Granted, ring: Keyring) -> None:
        self.exchange = exchange
        self.granted = granted
        self.ring = ring
        granted.send = lambda request, secret: exchange.put(KEY_OWNER, request, secret)

    async def hear(self) -> None:
        await self.exchange.hear(self._given)

    async def tell_again(self) -> None:
        """Offer what the owner does not have yet, until cancelled."""
        pause = OFFER_AGAIN
        while True:
            pause = min(pause * 2, AT_LEAST) if await self.granted.tell_again() else OFFER_AGAIN
            await asyncio.sleep(pause)

    async def _given(self, batch: list[Any]) -> None:
        given = [each for message in batch if (each := self.exchange.read(KeyGranted, message, sender=KEY_OWNER))]
        await self.granted.take(given)
        for granted, _ in given:
            self.ring.forget(granted.person_id)


def _about(sender: str, to: str, message: KeyRequested | KeyGranted) -> str:
    """What a letter is bound to: it is no use as another key, or to or from another service."""
    return f"{sender}>{to}|{message.person_id}|{message.under}|{message.version}"
