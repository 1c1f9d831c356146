"""Silence closes a resolved case: ten working days of its council without a word, counted by the platform's clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from case_crm.app import service
from case_crm.commands.silence import check_calendars
from common.embedded import Nats
from common.runtime.ids import new_id
from common.runtime.settings import CannotServe, Council
from common.testing.killing import killed_while_ringing
from common.testing.platform import Platform, platform, serving
from common.testing.servers import Servers

BIN = {"address": "14 Weavers Row", "bin": "Rubbish"}
Headers = dict[str, str]


class Desk:
    """A resident and their council's officer."""

    def __init__(self, town: Platform, council: str = "northmere") -> None:
        self.town = town
        self.client = town["case-crm"].client
        self.resident = {**town.resident(new_id()), "Onedoor-Council": council}
        self.officer = town.officer(council)
        self.case = ""

    async def resolved(self, **headers: str) -> Desk:
        body = {"service": "missed_bin", "channel": "online", "answers": BIN}
        self.case = (await self.post("/cases", body, self.resident | headers))["case_id"]
        await self.resolve()
        return self

    async def resolve(self) -> None:
        await self.move("resolve", self.officer, result="fixed")

    async def move(self, transition: str, who: Headers, **more: Any) -> None:
        await self.post(f"/cases/{self.case}/transitions", {"transition": transition} | more, who)

    async def post(self, path: str, body: dict[str, Any], who: Headers) -> dict[str, Any]:
        answer = await self.client.post(path, json=body, headers=who)
        assert answer.status_code in {200, 201}, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def status(self) -> str:
        answer = await self.client.get(f"/cases/{self.case}", headers=self.officer)
        return str(answer.json()["status"])

    async def until(self, status: str) -> None:
        async def reached() -> bool:
            return await self.status() == status

        await self.town.until(reached)

    async def due(self) -> list[datetime]:
        rows = await self.town.sql(
            "case-crm", "SELECT due_at FROM onedoor.timer WHERE aggregate_id = $1", UUID(self.case)
        )
        return [row["due_at"] for row in rows]

    async def said(self) -> list[Any]:
        return await self.town.sql(
            "case-crm", "SELECT * FROM onedoor.said WHERE aggregate_id = $1 ORDER BY version", UUID(self.case)
        )


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    """Two replicas: one answers, the other is idle but for what the clock brings."""
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(platform(servers, nats, [service]))
        await stack.enter_async_context(serving(service, running.told["case-crm"]))
        yield running


async def test_each_council_counts_its_own_working_days(town: Platform) -> None:
    town.at("2027-12-13T10:00:00+00:00")  # a Monday; Southholt closes between Christmas and New Year
    here, there = await Desk(town).resolved(), await Desk(town, "southholt").resolved()
    town.at("2027-12-29T23:59:00+00:00")
    assert [await here.status(), await there.status()] == ["resolved", "resolved"]
    town.at("2027-12-30T00:00:01+00:00")
    await here.until("closed")
    assert await there.status() == "resolved"
    town.at("2028-01-05T00:00:01+00:00")
    await there.until("closed")
    *_, closed = await here.said()
    assert (closed["name"], closed["actor_kind"], closed["actor_id"]) == ("case.closed", "service", "case-crm")
    assert closed["data"] == {
        "transition": "silence",
        "was": "resolved",
        "status": "closed",
        "stage": "closed",
        "told_to_resident": "Your report is closed.",
        "reason": None,
        "history": False,
        "result": "fixed",
    }


async def test_who_moves_it_before_is_heeded(town: Platform) -> None:
    confirmed, reopened, silent = [await Desk(town).resolved() for _ in range(3)]
    await confirmed.move("confirm", confirmed.resident)
    await reopened.move("reopen", reopened.resident, reason="It is still full.")
    assert [await confirmed.due(), await reopened.due()] == [[], []]
    town.step(days=30)
    await silent.until("closed")
    assert await reopened.status() == "submitted"
    assert [row["name"] for row in await confirmed.said()] == ["case.opened", "case.resolved", "case.closed"]
    assert (await confirmed.said())[-1]["actor_kind"] == "resident"


async def test_a_touch_begins_the_silence_anew(town: Platform) -> None:
    town.at("2027-02-01T10:00:00+00:00")
    touched, silent = await Desk(town).resolved(), await Desk(town).resolved()
    town.at("2027-02-10T10:00:00+00:00")
    await touched.post(f"/cases/{touched.case}/interactions", {"channel": "phone", "purpose": "chase"}, touched.officer)
    assert await silent.due() == [datetime(2027, 2, 15, 23, 59, 59, 999999, tzinfo=UTC)]
    assert await touched.due() == [datetime(2027, 2, 24, 23, 59, 59, 999999, tzinfo=UTC)]
    town.at("2027-02-16T10:00:00+00:00")
    await silent.until("closed")
    assert await touched.status() == "resolved"
    town.at("2027-02-25T10:00:00+00:00")
    await touched.until("closed")


async def test_what_was_resolved_elsewhere_long_ago_is_left_as_it_was(town: Platform) -> None:
    row = {
        "source": "old_system",
        "source_id": str(uuid4()),
        "service": "street_problem",
        "channel": "online",
        "opened_at": "2018-01-01T10:00:00+00:00",
        "answers": {"problem": "Hole", "place": "Mill Lane"},
        "steps": [{"at": "2018-01-09T10:00:00+00:00", "stage": "done", "result": "fixed"}],
    }
    history, silent = Desk(town), await Desk(town).resolved()
    history.case = (await history.post("/imported-cases", row, history.officer))["case_id"]
    assert await history.due() == []
    await history.post("/imported-cases", row | {"channel": "phone"}, history.officer)  # the same row, another touch
    assert await history.due() == []
    town.step(days=30)
    await silent.until("closed")
    assert await history.status() == "resolved"


async def test_a_story_of_more_than_a_year_is_one_story(town: Platform) -> None:
    town.at("2026-12-14T10:00:00+00:00")
    story = str(uuid4())
    desk = await Desk(town).resolved(**{"Onedoor-Correlation": story})
    for _ in range(10):
        town.step(days=20)
        await desk.until("closed")
        await desk.move("reopen", desk.resident, reason="It was missed again.")
        town.step(days=20)
        await desk.resolve()
    town.step(days=20)
    await desk.until("closed")
    said = await desk.said()
    names = [row["name"] for row in said]
    assert names == ["case.opened", *["case.resolved", "case.closed", "case.reopened"] * 10, *names[1:3]]
    assert {str(row["correlation_id"]) for row in said} == {story}
    assert [row["version"] for row in said] == list(range(1, len(said) + 1))
    assert (said[-1]["occurred"] - said[0]["occurred"]).days > 365
    for resolved, closed in zip(said[1::3], said[2::3], strict=True):
        assert closed["causation_id"] == resolved["id"]


async def test_a_case_is_closed_once_although_a_replica_is_killed_while_it_closes_it(
    servers: Servers, nats: Nats
) -> None:
    async with platform(servers, nats, [service]) as alone:
        desks = [await Desk(alone).resolved() for _ in range(3)]
        await killed_while_ringing(alone, "case-crm", after=1, days=30)
        for desk in desks:
            await desk.until("closed")
            assert [row["name"] for row in await desk.said()] == ["case.opened", "case.resolved", "case.closed"]
            assert await desk.due() == []


def test_a_council_with_a_calendar_that_there_is_not_stops_the_start() -> None:
    council = Council(id="eastmarsh", name="Eastmarsh Council", code="EMC", calendar="moon")
    with pytest.raises(CannotServe, match="eastmarsh has the calendar moon; there are england-and-wales, northmere"):
        check_calendars({"eastmarsh": council})
