"""Eight writers who keep their acknowledgements: what they ask for, case after case, until they are told to stop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from common.runtime.ids import new_id

from tests.resilience.asking import (
    COUNCILS,
    PATIENCE,
    PAUSE,
    Acknowledged,
    Ask,
    Kept,
    Refused,
    Request,
    asking,
)
from tests.resilience.town import until

WRITERS = 8
THINK = 0.03  # seconds between two requests of a writer: enough load for two cores that run everything else too

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


class Load:
    """The writers at work in a thread of their own, so that killing and starting processes does not hold them up.

    Leaving it lets every writer end what it is asking for, so that each request has its answer; raises what one failed by.
    """

    def __init__(self, doors: Mapping[str, str], token: Callable[..., str], *, writers: int = WRITERS) -> None:
        self.kept = Kept()
        self._doors = doors
        self._token = token
        self._writers = writers
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="writers")
        self._fault: BaseException | None = None

    def __enter__(self) -> Load:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.kept.patience = PATIENCE if kind is None else 0
        self._over.set()
        self._thread.join()
        if self._fault and kind is None:
            raise self._fault

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

    async def _do(self, what: str, service: str, path: str, body: Mapping[str, Any], council: str) -> Acknowledged:
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
            "full_name": f"{_word(self.number)} {_word(turn)}",
            "date_of_birth": (date(1940, 1, 1) + timedelta(days=(self.number * 1009 + turn * 37) % 20_000)).isoformat(),
            "channel": "phone",
        }


def _word(number: int) -> str:
    """A name of its own, so that nobody is taken for somebody else."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:03}").capitalize() + "ly"
