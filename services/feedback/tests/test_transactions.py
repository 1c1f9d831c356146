"""A resident sees what they have under way, and what changed since they last looked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from common.contracts.cases import CaseStatusChanged
from common.runtime.ids import new_id
from common.testing.platform import Platform


async def mine(town: Platform, person: Any, **query: Any) -> dict[str, Any]:
    answer = await town["feedback"].client.get("/me/transactions", params=query, headers=town.resident(person))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_resident_sees_everything_they_have_under_way_with_both_councils_newest_first(
    town: Platform, case: Callable[..., Any]
) -> None:
    person, start = new_id(), datetime(2026, 12, 1, tzinfo=UTC)
    made = [case(person=person, council=council) for council in ("northmere", "southholt", "northmere")]
    for day, each in enumerate(made):
        await each.told(each.opened(occurred=start + timedelta(days=day)))
    await case(person=new_id()).has_ended()
    shown = (await mine(town, person))["items"]
    assert [item["case_id"] for item in shown] == [str(each.id) for each in reversed(made)]
    assert [item["council"] for item in shown] == ["northmere", "southholt", "northmere"]
    newest = shown[0]
    assert {key: newest[key] for key in ("title", "status", "told_to_resident", "opened_at", "version")} == {
        "title": "Report a missed bin",
        "status": "submitted",
        "told_to_resident": "We have your report.",
        "opened_at": "2026-12-03T00:00:00Z",
        "version": 1,
    }


async def test_pages_follow_each_other_without_a_gap_or_a_repetition(town: Platform, case: Callable[..., Any]) -> None:
    person = new_id()
    for _ in range(5):
        each = case(person=person)
        await each.told(each.opened())
    seen: list[str] = []
    page = await mine(town, person, limit=2)
    while True:
        seen += [item["case_id"] for item in page["items"]]
        if page["next"] is None:
            break
        page = await mine(town, person, limit=2, cursor=page["next"])
    whole = await mine(town, person)
    assert seen == [item["case_id"] for item in whole["items"]]
    assert len(set(seen)) == 5


async def test_what_others_changed_is_unread_until_it_was_looked_at(town: Platform, case: Callable[..., Any]) -> None:
    person = new_id()
    by_me = {"actor_kind": "resident", "actor_id": str(person)}
    each = case(person=person)
    await each.told(each.opened(**by_me))
    assert [item["unread"] for item in (await mine(town, person))["items"]] == [False]
    await each.told(each.moved())
    assert [(item["unread"], item["version"]) for item in (await mine(town, person))["items"]] == [(True, 2)]
    client, me = town["feedback"].client, town.resident(person)
    looked = await client.post(f"/me/transactions/{each.id}/seen", headers=me)
    assert (looked.status_code, looked.json()["unread"], looked.headers["ETag"]) == (200, False, '"2"')
    assert [item["unread"] for item in (await mine(town, person))["items"]] == [False]
    await each.told(each.moved(CaseStatusChanged, "You told us more.", **by_me))
    assert [item["unread"] for item in (await mine(town, person))["items"]] == [False]
    await each.told(each.ended())
    shown = (await mine(town, person))["items"]
    assert [(item["unread"], item["status"]) for item in shown] == [(True, "resolved")]


async def test_a_change_that_came_after_what_was_shown_stays_unread(town: Platform, case: Callable[..., Any]) -> None:
    person = new_id()
    each = case(person=person)
    await each.told(each.opened())
    await each.told(each.moved())
    client, me = town["feedback"].client, town.resident(person)
    late = await client.post(f"/me/transactions/{each.id}/seen", headers={**me, "If-Match": '"1"'})
    assert (late.status_code, late.json()["type"]) == (412, "/problems/changed-meanwhile")
    assert [item["unread"] for item in (await mine(town, person))["items"]] == [True]
    timely = await client.post(f"/me/transactions/{each.id}/seen", headers={**me, "If-Match": '"2"'})
    assert (timely.status_code, timely.json()["unread"]) == (200, False)


async def test_a_case_about_nobody_is_in_nobodys_list(town: Platform, case: Callable[..., Any]) -> None:
    each = await case().has_ended()
    rows = await town.sql("feedback", "SELECT FROM transaction WHERE case_id = $1", each.id)
    assert rows == []
    assert (await each.track()).status_code == 200


async def test_another_persons_thing_cannot_be_marked(town: Platform, case: Callable[..., Any]) -> None:
    each = case(person=new_id())
    await each.told(each.opened())
    client = town["feedback"].client
    for stranger in (town.resident(), town.resident(new_id(), councils=["southholt"])):
        answer = await client.post(f"/me/transactions/{each.id}/seen", headers=stranger)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    assert await town.sql("feedback", "SELECT FROM seen WHERE case_id = $1", each.id) == []


async def test_the_list_is_for_residents_who_are_signed_in(town: Platform) -> None:
    client = town["feedback"].client
    assert (await client.get("/me/transactions")).status_code == 401
    assert (await client.get("/me/transactions", headers={"Authorization": "Bearer stranger"})).status_code == 401
    assert (await client.get("/me/transactions", headers=town.officer())).status_code == 403
    for limit in (0, 201):
        answer = await client.get("/me/transactions", params={"limit": limit}, headers=town.resident())
        assert answer.status_code == 422
    answer = await client.get("/me/transactions", params={"cursor": "nonsense"}, headers=town.resident())
    assert answer.json()["type"] == "/problems/no-such-cursor"


async def test_events_twice_and_out_of_order_make_the_same_list(town: Platform, case: Callable[..., Any]) -> None:
    person = new_id()
    each = case(person=person)
    opened, moved, ended = each.opened(), each.moved(), each.ended()
    await each.told(ended, moved, moved, opened, opened, ended)
    shown = (await mine(town, person))["items"]
    assert [(item["version"], item["status"]) for item in shown] == [(3, "resolved")]
    steps = (await each.track()).json()["steps"]
    assert [step["status"] for step in steps] == ["submitted", "in_progress", "resolved"]
