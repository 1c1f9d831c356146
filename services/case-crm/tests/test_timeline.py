"""One timeline of a case: nothing changes silently, and what officers note for each other stays with them."""

from __future__ import annotations

from typing import Any


async def entries(desk: Any, who: Any, **params: Any) -> list[dict[str, Any]]:
    answer = await desk.client.get(f"{desk.path}/timeline", params=params, headers=who)
    assert answer.status_code == 200, answer.text
    shown: list[dict[str, Any]] = answer.json()["items"]
    return shown


async def test_every_transition_leaves_its_entry_with_who_and_why(desk: Any) -> None:
    await desk.assessed()
    await desk.move("decide", result="decided_approved", amount=4_000, reason="It is needed.")
    await desk.move("reopen", desk.resident, reason="It never came.")
    told = await entries(desk, desk.ada)
    moves = [(each["what"], each["status"], each["by"]) for each in told if each["kind"] == "moved"]
    assert moves == [
        ("reopen", "in_progress", "resident"),
        ("decide", "resolved", "officer"),
        ("start_work", "in_progress", "officer"),
        ("triage", "triaged", "officer"),
        ("acknowledge", "received", "officer"),
    ]
    assert [(each["text"], each["amount"], each["by_id"]) for each in told if each["what"] == "decide"] == [
        ("It is needed.", 4_000, "ada")
    ]
    assert (told[-1]["kind"], told[-1]["what"], told[-1]["by_kind"]) == ("touch", "asked", "person")
    said = [name for name in await desk.said() if name.startswith("case.") and name != "case.opened"]
    assert len(said) == len(moves)


async def test_its_person_reads_updates_and_reasons_and_no_note_of_officers(desk: Any) -> None:
    await desk.opened()
    for kind, text in (("update", "The form is with the fund."), ("note", "Sounded upset.")):
        written = await desk.send(f"{desk.path}/entries", {"kind": kind, "text": text}, desk.ada)
        assert (written.status_code, written.json()["text"]) == (201, text)
    touch = {"channel": "phone", "purpose": "chase", "note": "Rang in tears."}
    await desk.send(f"{desk.path}/interactions", touch, desk.ada)
    await desk.send(f"{desk.path}/owner", {"called": "Ada Quill"}, desk.ada)
    mine = await entries(desk, desk.resident)
    assert [(each["kind"], each["text"]) for each in mine] == [
        ("touch", None),
        ("update", "The form is with the fund."),
        ("touch", None),
    ]
    assert {each["by_id"] for each in mine} == {None}
    theirs = await entries(desk, desk.ben)
    assert {each["text"] for each in theirs} == {None, "Rang in tears.", "Sounded upset.", "The form is with the fund."}
    assert "owner" in {each["kind"] for each in theirs}


async def test_what_is_done_belongs_together_and_takes_longer_is_on_it(desk: Any) -> None:
    other = (await desk.opened()).case
    await desk.opened(service="home_check", answers={"what": "The roof"})
    desk.town.at("2027-02-01T10:00:00+00:00")
    for kind, more in (("chase", {}), ("call_back", {"window_from": "2099-01-01T10:00:00Z"})):
        task = {"kind": kind, "what": f"A {kind}", "due_at": "2099-01-02T09:00:00Z"} | more
        made = (await desk.send(f"{desk.path}/tasks", task, desk.ada)).json()["task_id"]
        await desk.send(f"{desk.path}/tasks/{made}/end", {"outcome": "done"}, desk.ada)
    await desk.send(f"{desk.path}/related", {"case_id": other, "relation": "follows"}, desk.ada)
    for name in ("ask", "resume"):
        await desk.move(name)
    [clock] = (await desk.view(desk.ada))["clocks"]
    await desk.send(f"{desk.path}/clocks/{clock['clock_id']}/extensions", {"reason": "Snow."}, desk.ada)
    theirs = [(each["kind"], each["what"], each["text"]) for each in await entries(desk, desk.ada)]
    assert [each for each in theirs if each[0] not in {"touch", "moved"}] == [
        ("longer", "visit", "Snow."),
        ("related", "follows", None),
        ("task", "call_back_done", "A call_back"),
        ("task", "call_back_open", "A call_back"),
        ("task", "chase_done", "A chase"),
        ("task", "chase_open", "A chase"),
    ]
    mine = [(each["kind"], each["what"], each["text"]) for each in await entries(desk, desk.resident)]
    assert mine == [each for each in theirs if "chase" not in str(each[1])]
    desk.case = other
    assert ("related", "followed_by") in {(each["kind"], each["what"]) for each in await entries(desk, desk.resident)}
    await desk.assessed()
    assert "check_done" in {each["what"] for each in await entries(desk, desk.ada)}
    assert "check_done" not in {each["what"] for each in await entries(desk, desk.resident)}


async def test_pages_of_a_timeline_follow_one_another_without_gap_or_repetition(desk: Any) -> None:
    await desk.assessed()
    await desk.send(f"{desk.path}/entries", {"kind": "note", "text": "One more."}, desk.ada)
    whole = [each["entry_id"] for each in await entries(desk, desk.ada)]
    seen: list[str] = []
    params: dict[str, Any] = {"limit": 2}
    while True:
        page = (await desk.client.get(f"{desk.path}/timeline", params=params, headers=desk.ada)).json()
        seen += [each["entry_id"] for each in page["items"]]
        if page["next"] is None:
            break
        params["cursor"] = page["next"]
    assert seen == whole
    assert len(set(whole)) == len(whole)


async def test_strangers_read_and_write_nothing_of_it(desk: Any) -> None:
    await desk.opened()
    note = {"kind": "note", "text": "Mine now."}
    for nobody in (desk.stranger, desk.elsewhere):
        assert (await desk.client.get(f"{desk.path}/timeline", headers=nobody)).status_code == 404
    assert (await desk.send(f"{desk.path}/entries", note, desk.elsewhere)).status_code == 404
    assert (await desk.send(f"{desk.path}/entries", note, desk.resident)).status_code == 403
    assert (await desk.send(f"{desk.path}/entries", note | {"kind": "moved"}, desk.ada)).status_code == 422


async def test_what_a_rule_brings_about_says_so(desk: Any) -> None:
    await desk.decided()
    await desk.town.sql(
        "case-crm", "UPDATE onedoor.timer SET due_at = now() - interval '1 day' WHERE aggregate_id = $1", desk.case
    )
    desk.town.step(minutes=1)

    async def closed() -> bool:
        return bool((await desk.view(desk.ada))["status"] == "closed")

    await desk.town.until(closed)
    newest = (await entries(desk, desk.resident))[0]
    assert (newest["what"], newest["status"], newest["by_kind"]) == ("silence", "closed", "rule")
