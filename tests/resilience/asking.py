"""Asking a service for something until it answers, and keeping the answer; what is asked for is decided by the writers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from uuid import UUID

import httpx
from common.runtime.ids import new_id

COUNCILS = ("northmere", "southholt")
PATIENCE = 60.0  # seconds after which a request that nobody answers is given up
PAUSE = 0.05  # seconds before the same request is sent again
AT_ONCE = 16  # requests in flight while everything is sent again


@dataclass(frozen=True)
class Request:
    """What a writer asks for, under a key of its own."""

    what: str  # person, case, move, touch or fact
    service: str
    path: str
    body: Mapping[str, Any]
    council: str
    key: str = field(default_factory=lambda: str(new_id()))


@dataclass(frozen=True)
class Acknowledged:
    """A request and the answer to it. From now on it must never be lost, nor done twice."""

    request: Request
    status: int
    answer: dict[str, Any]


class Refused(Exception):
    """An answer that is neither an acknowledgement nor a request to try again."""


@dataclass
class Kept:
    """What all writers keep together."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    tries: int = 0
    failures: int = 0
    patience: float = PATIENCE


@dataclass
class Ask:
    """Sends a request until it is answered, and keeps the answer."""

    clients: Mapping[str, httpx.AsyncClient]
    bearers: Mapping[str, str]
    kept: Kept

    async def __call__(self, request: Request) -> Acknowledged:
        """Raises Refused, or TimeoutError where nobody answered for long."""
        began = time.monotonic()
        while (answer := await self._once(request)) is None:
            self.kept.failures += 1
            if time.monotonic() - began > self.kept.patience:
                raise TimeoutError(f"{request.what} was never answered")
            await asyncio.sleep(PAUSE)
        if answer.status_code not in {200, 201}:
            raise Refused(f"{request.what} {request.path}: {answer.status_code} {answer.json().get('title')}")
        return Acknowledged(request, answer.status_code, answer.json())

    async def _once(self, request: Request) -> httpx.Response | None:
        """The answer; None where there is none, or one that asks to try again."""
        headers = {
            "Authorization": f"Bearer {self.bearers[request.council]}",
            "Idempotency-Key": request.key,
        }
        self.kept.tries += 1
        try:
            answer = await self.clients[request.service].post(request.path, json=request.body, headers=headers)
        except httpx.TransportError:
            return None
        busy = answer.status_code == 409 and answer.json()["type"] == "/problems/busy"
        return None if busy or answer.status_code == 503 else answer


@asynccontextmanager
async def asking(doors: Mapping[str, str], token: Callable[..., str], kept: Kept) -> AsyncIterator[Ask]:
    """Whoever asks as an officer of either council."""
    bearers = {
        council: token("officer", subject=f"officer-{council}", councils=[council], seconds=1800)
        for council in COUNCILS
    }
    clients = {name: httpx.AsyncClient(base_url=url, timeout=20) for name, url in doors.items()}
    for client in clients.values():  # one writer must not wait for what another one wrote
        client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    try:
        yield Ask(clients, bearers, kept)
    finally:
        for client in clients.values():
            await client.aclose()


def send_again(
    doors: Mapping[str, str], token: Callable[..., str], acknowledged: list[Acknowledged]
) -> list[tuple[Acknowledged, str]]:
    """Send every acknowledged request once more, under its key. Gives those that were answered otherwise, and how."""

    async def one(ask: Ask, was: Acknowledged) -> str:
        try:
            now = await ask(was.request)
        except Refused as refusal:
            return str(refusal)
        return "" if (now.status, now.answer) == (was.status, was.answer) else f"{now.status} {now.answer}"

    odd: list[tuple[Acknowledged, str]] = []

    async def some_of_them(ask: Ask, left: Iterator[Acknowledged]) -> None:
        for was in left:
            if now := await one(ask, was):
                odd.append((was, now))

    async def all_of_them() -> None:
        left = iter(acknowledged)
        async with asking(doors, token, Kept()) as ask:
            await asyncio.gather(*(some_of_them(ask, left) for _ in range(AT_ONCE)))

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(all_of_them())
    return odd


def ids(acknowledged: list[Acknowledged], what: str, field_name: str) -> list[UUID]:
    """The ids that answers of one kind gave."""
    return [UUID(each.answer[field_name]) for each in acknowledged if each.request.what == what]
