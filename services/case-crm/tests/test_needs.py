"""One need, several cases, two councils."""

from __future__ import annotations

from typing import Any
from uuid import UUID


async def asked(desk: Any, who: Any, **more: Any) -> Any:
    said = {"service": "hardship_fund", "channel": "online", "answers": {"what": "A cooker"}} | more
    return await desk.send("/cases", said, who)


def abroad(desk: Any) -> Any:
    return {**desk.town.resident(desk.person), "Onedoor-Council": "southholt"}


async def test_a_need_takes_cases_of_both_councils_and_its_person_sees_it_whole(desk: Any) -> None:
    await desk.opened()
    need = (await desk.view(desk.resident))["need_id"]
    second = (await asked(desk, abroad(desk), need_id=need)).json()
    assert (second["need_id"], second["council"]) == (need, "southholt")
    mine = (await desk.client.get(f"/needs/{need}", headers=desk.resident)).json()
    assert [each["case_id"] for each in mine["cases"]] == [desk.case, second["case_id"]]
    theirs = (await desk.client.get(f"/needs/{need}", headers=desk.elsewhere)).json()
    assert [each["case_id"] for each in theirs["cases"]] == [second["case_id"]]


async def test_its_time_runs_from_the_first_case_to_the_end_of_the_last(desk: Any) -> None:
    await desk.opened()
    first, need = desk.case, (await desk.view(desk.resident))["need_id"]
    second = (await asked(desk, desk.resident, need_id=need)).json()["case_id"]

    async def over() -> tuple[Any, Any]:
        shown = (await desk.client.get(f"/needs/{need}", headers=desk.resident)).json()
        return shown["since"], shown["over_at"]

    began = (await desk.view(desk.resident))["opened_at"]
    await desk.move("withdraw", desk.resident)
    assert await over() == (began, None)
    desk.case = second
    ended = (await desk.move("withdraw", desk.resident)).json()["changed_at"]
    assert await over() == (began, ended)
    assert first != second


async def test_nobody_asks_for_the_need_of_somebody_else(desk: Any) -> None:
    await desk.opened()
    need = (await desk.view(desk.resident))["need_id"]
    assert desk.kind(await asked(desk, desk.stranger, need_id=need)) == (422, "unknown-need")
    other = await asked(desk, desk.ada, need_id=need, person_id=desk.case)
    assert desk.kind(other) == (422, "unknown-need")
    by_officer = await asked(desk, desk.ada, need_id=need, person_id=str(desk.person))
    assert (by_officer.status_code, by_officer.json()["need_id"]) == (201, need)
    for nobody in (desk.stranger, desk.elsewhere):
        assert (await desk.client.get(f"/needs/{need}", headers=nobody)).status_code == 404


# -- what is said of it


async def said_of(desk: Any, need: str) -> list[tuple[str, Any, Any]]:
    sql = (
        "SELECT name, data, person_id FROM onedoor.said WHERE aggregate = 'need' AND aggregate_id = $1 ORDER BY version"
    )
    return [(row["name"], row["data"], row["person_id"]) for row in await desk.town.sql("case-crm", sql, UUID(need))]


async def until_said(desk: Any, need: str, *names: str) -> list[tuple[str, Any, Any]]:
    async def heard() -> Any:
        said = await said_of(desk, need)
        return said if [name for name, _, _ in said] == list(names) else None

    return list(await desk.town.until(heard))


async def test_that_it_was_opened_is_said_with_its_first_case_and_that_it_is_met_once_the_last_of_either_council_has_ended(
    desk: Any,
) -> None:
    await desk.opened()
    first, need = desk.case, (await desk.view(desk.resident))["need_id"]
    opened = ("need.opened", {"case_id": first, "again": False}, desk.person)
    assert await said_of(desk, need) == [opened]
    second = (await asked(desk, abroad(desk), need_id=need)).json()["case_id"]
    await desk.move("withdraw", desk.resident)
    desk.town.step(minutes=5)
    await desk.town.until(lambda: no_look_is_due(desk, need))
    assert await said_of(desk, need) == [opened]
    desk.case = second
    await desk.move("withdraw", abroad(desk))
    met = ("need.met", {"case_id": first, "cases": 2}, desk.person)
    assert await until_said(desk, need, "need.opened", "need.met") == [opened, met]


async def test_taken_up_again_it_is_open_once_more_and_met_once_more(desk: Any) -> None:
    await desk.decided()
    need = (await desk.view(desk.resident))["need_id"]
    await desk.move("confirm", desk.resident)
    await until_said(desk, need, "need.opened", "need.met")
    await desk.move("reopen", desk.resident, reason="There is more to say.")
    again = await until_said(desk, need, "need.opened", "need.met", "need.opened")
    assert again[-1][1] == {"case_id": desk.case, "again": True}
    await desk.move("cancel", desk.ada, reason="It was asked twice.")
    await until_said(desk, need, "need.opened", "need.met", "need.opened", "need.met")
    another = await asked(desk, desk.resident, need_id=need)
    assert another.status_code == 201
    await until_said(desk, need, "need.opened", "need.met", "need.opened", "need.met", "need.opened")


async def no_look_is_due(desk: Any, need: str) -> bool:
    sql = "SELECT 1 FROM onedoor.timer WHERE name = 'need_look' AND aggregate_id = $1"
    return not await desk.town.sql("case-crm", sql, UUID(need))
