"""Clocks and the stages that a case comes to: one in which a promise pauses from the first, and the one that silence closes."""

from __future__ import annotations

from typing import Any

import pytest

ASKED = {"service": "home_check", "answers": {"what": "The roof"}}


@pytest.fixture
async def opened(desk: Any) -> Any:
    desk.town.at("2027-02-01T10:00:00+00:00")
    return await desk.opened(**ASKED)


async def clocks(desk: Any) -> dict[str, Any]:
    return {each["term"]: each for each in (await desk.view(desk.ada))["clocks"]}


async def extended(desk: Any) -> Any:
    path = f"{desk.path}/clocks/{(await clocks(desk))['visit']['clock_id']}/extensions"
    return await desk.send(path, {"reason": "Snow."}, desk.ada)


async def test_what_is_promised_as_a_case_comes_to_where_it_waits_runs_from_when_it_goes_on(opened: Any) -> None:
    await opened.move("ask")
    assert (await clocks(opened))["visit"]["state"] == "paused"
    opened.town.step(days=60)
    await opened.move("resume")
    visit = (await clocks(opened))["visit"]
    assert (visit["state"], visit["late"], visit["due_at"][:10]) == ("running", False, "2027-04-09")
    assert [name for name in await opened.said() if name.startswith("clock.")] == [
        "clock.started",
        "clock.paused",
        "clock.resumed",
    ]


async def test_what_stands_still_is_not_extended_until_it_goes_on(opened: Any) -> None:
    await opened.move("ask")
    assert opened.kind(await extended(opened)) == (409, "not-running")
    told = "SELECT data FROM onedoor.said WHERE name = 'message.requested' AND person_id = $1"
    messages = [row["data"]["template"] for row in await opened.town.sql("case-crm", told, opened.person)]
    assert messages == ["request_received"]
    await opened.move("resume")
    assert (await extended(opened)).status_code == 200
    assert (await clocks(opened))["visit"]["state"] == "extended"


async def test_the_clocks_of_a_case_that_silence_closes_turn_with_it(opened: Any) -> None:
    await opened.move("finish", result="fixed")
    assert (await clocks(opened))["letter"]["state"] == "running"
    opened.town.step(days=20)

    async def closed() -> bool:
        return bool((await opened.view(opened.ada))["status"] == "closed")

    await opened.town.until(closed)
    assert (await clocks(opened))["letter"]["state"] == "met"
    timers = "SELECT name FROM onedoor.timer WHERE aggregate_id = $1"
    assert await opened.town.sql("case-crm", timers, opened.case) == []


async def test_a_case_is_over_since_it_was_resolved_although_silence_closed_it_later(opened: Any) -> None:
    need = (await opened.view(opened.resident))["need_id"]
    ended = (await opened.move("finish", result="fixed")).json()["changed_at"]
    opened.town.step(days=20)

    async def closed() -> bool:
        return bool((await opened.view(opened.ada))["status"] == "closed")

    await opened.town.until(closed)
    shown = (await opened.client.get(f"/needs/{need}", headers=opened.resident)).json()
    assert shown["over_at"] == ended < shown["cases"][0]["changed_at"]
    opened.town.step(days=9)
    assert opened.kind(await opened.move("reopen", opened.resident)) == (409, "too-late-to-reopen")
    assert (await opened.move("reopen")).status_code == 200
    assert (await opened.client.get(f"/needs/{need}", headers=opened.resident)).json()["over_at"] is None
    again = (await opened.move("finish", result="fixed")).json()["changed_at"]
    assert (await opened.client.get(f"/needs/{need}", headers=opened.resident)).json()["over_at"] == again


async def test_lists_of_a_need_and_of_a_councillor_show_what_was_promised_to_the_person(opened: Any) -> None:
    need = (await opened.view(opened.resident))["need_id"]
    nia = opened.officer("nia", permissions=["councillor_cases:read"])
    await opened.move("finish", result="fixed")
    part = {"officer_id": "nia", "role": "councillor", "called": "Councillor Nia Frost"}
    await opened.send(f"{opened.path}/parties", part, opened.resident)

    async def terms(path: str, who: Any, items: str) -> set[str]:
        [case] = (await opened.client.get(path, headers=who)).json()[items]
        return {each["term"] for each in case["clocks"]}

    assert await terms("/councillor-cases", nia, "items") == {"letter"}
    assert await terms(f"/needs/{need}", opened.resident, "cases") == {"letter"}
    assert await terms(f"/needs/{need}", opened.ada, "cases") == {"letter", "invoice"}
