"""Eight writers who keep their acknowledgements: what they ask for, and that they ask again until they are answered."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from uuid import UUID

import httpx
from common.runtime.ids import new_id

from tests.resilience.town import until

WRITERS = 8
PATIENCE = 60.0  # seconds after which a writer gives up a request that nobody answers
PAUSE = 0.05  # seconds before the same request is sent again
THINK = 0.03  # seconds between two requests of a writer: enough load for two cores that run everything else too
COUNCILS = ("northmere", "southholt")

# The ways of a case, each a list of transitions; `talk` is an interaction on the way.
WAYS: tuple[tuple[dict[str, str], ...], ...] = (
    ({"transition": "start_work"},),
    ({"transition": "start_work"}, {"talk": "phone"}, {"transition": "resolve", "result": "fixed"}),
    (
        {"transition": "triage"},
        {"transition": "start_work"},
        {"transition": "resolve", "result": "fixed"},
        {"talk": "email"},
        {"transition": "reopen", "reason": "It drips again."},
        {"transition": "resolve", "result": "no_further_action"},
        {"transition": "confirm"},
    ),
    ({"talk": "phone"}, {"talk": "post"}, {"transition": "cancel", "reason": "The house is empty."}),
)


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


class Load:
    """The writers at work in a thread of their own, so that killing and starting processes does not hold them up."""

    def __init__(self, doors: Mapping[str, str], token: Callable[..., str], *, writers: int = WRITERS) -> None:
        self.kept = Kept()
        self._doors = doors
        self._token = token
        self._writers = writers
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="writers")
        self._fault: BaseException | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> Kept:
        """Let every writer end what it is asking for, and give what they kept. Raises what one of them failed by."""
        self._over.set()
        self._thread.join()
        if self._fault:
            raise self._fault
        return self.kept

    def until_acknowledged(self, more: int, *, seconds: float = 60) -> None:
        """Wait until so many more requests are acknowledged than now."""
        wanted = len(self.kept.acknowledged) + more
        until(
            lambda: self._fault or len(self.kept.acknowledged) >= wanted,
            seconds=seconds,
            what=f"{more} more acknowledgements",
            pause=0.005,
        )

    def until_failing(self, *, seconds: float = 20) -> None:
        """Wait until some request meets a failure: the load has noticed."""
        before = self.kept.failures
        until(lambda: self._fault or self.kept.failures > before, seconds=seconds, what="a failure", pause=0.005)

    def _work(self) -> None:
        try:
            with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
                runner.run(self._all())
        except BaseException as fault:  # told to whoever waits for the writers
            self._fault = fault

    async def _all(self) -> None:
        async with asking(self._doors, self._token, self.kept) as ask, asyncio.TaskGroup() as group:
            for number in range(self._writers):
                group.create_task(self._writer(ask, number))

    async def _writer(self, ask: Ask, number: int) -> None:
        one = Writer(ask, number, knows_people="customer-account" in self._doors, over=self._over)
        while not self._over.is_set():
            try:
                await one.one_case()
            except Refused as refusal:
                self.kept.refused.append(str(refusal))
                await asyncio.sleep(PAUSE)
            except WorkIsOver:
                return


class WorkIsOver(Exception):
    """The writer was asked to stop, between two requests."""


@dataclass
class Ask:
    """Sends a request until it is answered, and keeps the answer."""

    clients: Mapping[str, httpx.AsyncClient]
    bearers: Mapping[str, str]
    kept: Kept

    async def __call__(self, request: Request) -> Acknowledged:
        """Raises Refused, or TimeoutError where nobody answered for long."""
        give_up = time.monotonic() + PATIENCE
        while True:
            answer = await self._once(request)
            if answer is not None:
                break
            self.kept.failures += 1
            if time.monotonic() > give_up:
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


class Writer:
    """One writer: case after case, for people it registers or is the first to name, in both councils."""

    def __init__(self, ask: Ask, number: int, *, knows_people: bool, over: threading.Event) -> None:
        self.ask = ask
        self.number = number
        self.knows_people = knows_people
        self.over = over
        self.turn = 0
        self.person: str = ""
        self.registered = False

    async def one_case(self) -> None:
        """One case from its opening to wherever its way leads, with facts told in between."""
        turn, self.turn = self.turn, self.turn + 1
        if turn % 3 == 0 or not self.person:
            await self._somebody(turn)
        council = COUNCILS[turn % 2]
        opened = await self._do("case", "case-crm", "/cases", self._repair(turn), council)
        place = f"/cases/{opened.answer['case_id']}"
        for step in WAYS[(self.number + turn) % len(WAYS)]:
            if channel := step.get("talk"):
                touch = {"channel": channel, "purpose": "asked_how_long", "note": f"{self.number}-{turn}"}
                await self._do("touch", "case-crm", f"{place}/interactions", touch, council)
            else:
                await self._do("move", "case-crm", f"{place}/transitions", step, council)
        if self.registered:
            fact = {"kind": "weekly_income", "value": 100 + turn, "channel": "phone"}
            await self._do("fact", "customer-account", f"/persons/{self.person}/facts", fact, COUNCILS[0])

    async def _somebody(self, turn: int) -> None:
        """A new person: every other one registered, the others named first by their case."""
        self.registered = self.knows_people and turn % 2 == 0
        self.person = str(new_id())
        if self.registered:
            made = await self._do("person", "customer-account", "/persons", self._someone(turn), COUNCILS[0])
            self.person = made.answer["person_id"]

    async def _do(
        self, what: str, service: str, path: str, body: Mapping[str, Any], council: str
    ) -> Acknowledged:
        if self.over.is_set():
            raise WorkIsOver
        made = await self.ask(Request(what, service, path, body, council))
        self.ask.kept.acknowledged.append(made)
        await asyncio.sleep(THINK)
        return made

    def _repair(self, turn: int) -> dict[str, Any]:
        return {
            "service": "housing_repair",
            "person_id": self.person,
            "channel": "phone",
            "answers": {
                "address": f"{turn} Weir Lane, Northmere ZZ99 {self.number}TB",
                "what": "Heating",
                "dangerous": False,
                "phone": f"07700 900{(self.number * 100 + turn) % 1000:03d}",
            },
        }

    def _someone(self, turn: int) -> dict[str, Any]:
        return {
            "full_name": f"Robin Example {self.number}-{turn}",
            "date_of_birth": f"{1940 + (self.number * 7 + turn) % 60}-05-17",
            "channel": "phone",
        }


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
            await asyncio.gather(*(some_of_them(ask, left) for _ in range(2 * WRITERS)))

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(all_of_them())
    return odd


def ids(acknowledged: list[Acknowledged], what: str, field_name: str) -> list[UUID]:
    """The ids that answers of one kind gave."""
    return [UUID(each.answer[field_name]) for each in acknowledged if each.request.what == what]
