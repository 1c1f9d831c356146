"""What is to be done for a case is noted with a moment, done once, and seen by whoever is to do it."""

from __future__ import annotations

from typing import Any

CHASE = {"kind": "chase", "what": "Ask the landlord", "due_at": "2099-01-02T09:00:00Z"}
CALL = {
    "kind": "call_back",
    "what": "Ring about the visit",
    "window_from": "2099-01-01T10:00:00Z",
    "due_at": "2099-01-01T12:00:00Z",
}


async def noted(desk: Any, body: dict[str, Any], who: Any = None) -> Any:
    return (await desk.send(f"{desk.path}/tasks", body, who or desk.ada)).json()


async def test_a_call_back_is_promised_for_a_window_and_its_person_sees_the_promise(desk: Any) -> None:
    await desk.opened()
    await noted(desk, CHASE)
    await noted(desk, CALL)
    theirs = await desk.view(desk.ada)
    assert [task["kind"] for task in theirs["tasks"]] == ["call_back", "chase"]
    mine = (await desk.view(desk.resident))["tasks"]
    assert [(task["kind"], task["window_from"], task["due_at"]) for task in mine] == [
        ("call_back", CALL["window_from"], CALL["due_at"])
    ]
    assert await desk.said() == ["case.opened", "task.opened", "task.opened"]


async def test_a_task_lies_ahead_and_only_a_call_back_has_a_window(desk: Any) -> None:
    await desk.opened()
    for wrong in (
        CHASE | {"due_at": "2020-01-01T09:00:00Z"},
        CHASE | {"window_from": CALL["window_from"]},
        {name: value for name, value in CALL.items() if name != "window_from"},
        CALL | {"window_from": CALL["due_at"]},
    ):
        assert desk.kind(await desk.send(f"{desk.path}/tasks", wrong, desk.ada)) == (422, "not-ahead")
    alert = CHASE | {"kind": "alert"}
    assert (await desk.send(f"{desk.path}/tasks", alert, desk.ada)).status_code == 422
    assert await desk.said() == ["case.opened"]


async def test_a_task_is_ended_once(desk: Any) -> None:
    await desk.opened()
    task = (await noted(desk, CHASE))["task_id"]
    ended = await desk.send(f"{desk.path}/tasks/{task}/end", {"outcome": "done"}, desk.ada)
    assert [each["state"] for each in ended.json()["tasks"]] == ["done"]
    for outcome in ("done", "cancelled"):
        again = await desk.send(f"{desk.path}/tasks/{task}/end", {"outcome": outcome}, desk.ada)
        assert desk.kind(again) == (409, "task-over")
    assert [row["data"]["state"] for row in await desk.rows() if row["name"] == "task.done"] == ["done"]


async def copied(desk: Any, task: str, **columns: Any) -> None:
    """Two hundred more like it."""
    sql = (
        "INSERT INTO task SELECT (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid()) || $2)).* "
        "FROM task t CROSS JOIN generate_series(1, 200) WHERE t.id = $1"
    )
    await desk.town.sql("case-crm", sql, task, columns)


async def test_what_is_to_be_done_is_seen_and_ended_however_much_there_was_and_is(desk: Any) -> None:
    await desk.opened()
    done = (await noted(desk, CHASE | {"due_at": "2098-01-02T09:00:00Z"}))["task_id"]
    await desk.send(f"{desk.path}/tasks/{done}/end", {"outcome": "done"}, desk.ada)
    await copied(desk, done)
    last = (await noted(desk, CHASE))["task_id"]
    assert [each["task_id"] for each in (await desk.view(desk.ada))["tasks"] if each["state"] == "open"] == [last]
    await copied(desk, last, due_at="2098-06-01T09:00:00Z")
    assert last not in {each["task_id"] for each in (await desk.view(desk.ada))["tasks"]}
    ended = await desk.send(f"{desk.path}/tasks/{last}/end", {"outcome": "done"}, desk.ada)
    assert (ended.status_code, ended.json()["tasks"][-1]["state"]) == (200, "done")
    assert desk.kind(await desk.send(f"{desk.path}/tasks/{last}/end", {"outcome": "done"}, desk.ada)) == (
        409,
        "task-over",
    )


async def test_a_promise_that_was_not_kept_in_time_says_so(desk: Any) -> None:
    await desk.opened()
    late = (await noted(desk, CHASE))["task_id"]
    await desk.town.sql("case-crm", "UPDATE task SET due_at = now() - interval '1 day' WHERE id = $1", late)
    assert [task["overdue"] for task in (await desk.view(desk.ada))["tasks"]] == [True]
    await desk.send(f"{desk.path}/tasks/{late}/end", {"outcome": "done"}, desk.ada)
    assert [task["overdue"] for task in (await desk.view(desk.ada))["tasks"]] == [False]
    assert [row["data"]["late"] for row in await desk.rows() if row["name"] == "task.done"] == [True]


async def test_lists_of_what_is_to_be_done_begin_with_what_is_due_first(desk: Any) -> None:
    await desk.opened()
    gil = desk.officer("gil")
    days = [f"2098-0{month}-01T09:00:00Z" for month in (3, 1, 2)]
    for day in days:
        await noted(desk, CHASE | {"due_at": day, "officer_id": "gil"})
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await desk.client.get("/tasks/mine", params={"limit": 2} | cursor, headers=gil)).json()
        seen += [task["due_at"] for task in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert seen == sorted(days)
    everybodys = (await desk.client.get("/tasks", params={"limit": 3}, headers=desk.ben)).json()["items"]
    assert [task["due_at"] for task in everybodys] == sorted(days)
    assert {task["case_id"] for task in everybodys} == {desk.case}
    assert (await desk.client.get("/tasks", headers=desk.elsewhere)).json()["items"] == []
    assert (await desk.client.get("/tasks", headers=desk.resident)).status_code == 403


async def test_strangers_note_and_end_nothing(desk: Any) -> None:
    await desk.opened()
    task = (await noted(desk, CHASE))["task_id"]
    ends = f"{desk.path}/tasks/{task}/end"
    assert (await desk.send(f"{desk.path}/tasks", CHASE, desk.elsewhere)).status_code == 404
    assert (await desk.send(ends, {"outcome": "done"}, desk.elsewhere)).status_code == 404
    assert (await desk.send(ends, {"outcome": "done"}, desk.resident)).status_code == 403
    assert (await desk.send(f"{desk.path}/tasks/{desk.case}/end", {"outcome": "done"}, desk.ada)).status_code == 404


async def test_a_decision_waits_for_its_checklist(desk: Any) -> None:
    await desk.opened()
    for name in ("acknowledge", "triage", "start_work"):
        await desk.move(name)
    early = await desk.move("decide", result="decided_approved", amount=100)
    assert (desk.kind(early), early.json()["first"]) == ((409, "checklist-not-done"), ["income", "savings"])
    ticked = (await desk.send(f"{desk.path}/checklist/income", None, desk.ben)).json()
    assert [(each["item"], each["done_by"]) for each in ticked["checklist"]] == [("income", "ben"), ("savings", None)]
    decide = next(each for each in ticked["next_actions"] if each["transition"] == "decide")
    assert decide["first"] == ["savings"]
    assert desk.kind(await desk.send(f"{desk.path}/checklist/income", None, desk.ada)) == (409, "task-over")
    assert (await desk.send(f"{desk.path}/checklist/shoes", None, desk.ada)).status_code == 404
    await desk.send(f"{desk.path}/checklist/savings", None, desk.ada)
    assert (await desk.move("decide", result="decided_approved", amount=100)).json()["status"] == "resolved"


async def test_a_case_that_comes_to_a_stage_again_is_checked_anew(desk: Any) -> None:
    await desk.assessed()
    assert all(each["done_at"] for each in (await desk.view(desk.ada))["checklist"])
    await desk.move("request_information", reason="A payslip is missing.")
    assert desk.kind(await desk.send(f"{desk.path}/checklist/income", None, desk.ada))[0] == 404
    again = (await desk.move("resume")).json()
    assert [each["done_at"] for each in again["checklist"]] == [None, None]
    assert (await desk.view(desk.resident))["checklist"] == []
