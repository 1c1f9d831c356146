"""Officers read what their council was told, without who told it, and how satisfied people are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from common.runtime.ids import new_id
from common.testing.platform import Platform


async def listed(town: Platform, *councils: str, **query: Any) -> dict[str, Any]:
    answer = await town["feedback"].client.get("/feedback", params=query, headers=town.officer(*councils))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def summary(town: Platform, council: str, service: str) -> dict[str, Any]:
    answer = await town["feedback"].client.get(
        "/feedback/summary", params={"service": service}, headers=town.officer(council)
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_officers_read_their_councils_answers_newest_first(town: Platform, case: Callable[..., Any]) -> None:
    north = [await case(person=new_id()).has_ended() for _ in range(3)]
    south = await case(person=new_id(), council="southholt").has_ended()
    for rating, each in enumerate(north, start=1):
        assert (await each.answer({"rating": rating, "comment": f"Comment {rating}"})).status_code == 201
    assert (await south.answer({"rating": 5})).status_code == 201
    first = await listed(town, "northmere", limit=2)
    second = await listed(town, "northmere", limit=2, cursor=first["next"])
    assert [item["comment"] for item in first["items"] + second["items"]] == ["Comment 3", "Comment 2", "Comment 1"]
    assert first["items"][0] == {
        "feedback_id": str(north[2].rows[-1]["id"]),
        "service": "missed_bin",
        "rating": 3,
        "comment": "Comment 3",
        "channel": "online",
        "case_channel": "phone",
        "submitted_at": first["items"][0]["submitted_at"],
    }
    assert [item["feedback_id"] for item in (await listed(town, "southholt"))["items"]] == [str(south.rows[-1]["id"])]


async def test_a_summary_counts_the_councils_own_and_says_how_many_were_asked(
    town: Platform, case: Callable[..., Any]
) -> None:
    ended = [await case(service="blue_badge").has_ended() for _ in range(5)]
    other = await case(service="blue_badge", council="southholt").has_ended()
    for rating, each in zip((5, 4, 3, 1), ended, strict=False):
        await each.answer({"rating": rating})
    await other.answer({"rating": 1})
    assert await summary(town, "northmere", "blue_badge") == {
        "service": "blue_badge",
        "invitations": 5,
        "responses": 4,
        "response_rate": 0.8,
        "good": 2,
        "neither": 1,
        "poor": 1,
        "mean_rating": 3.25,
        "net_satisfaction": 0.25,
    }
    assert (await summary(town, "southholt", "blue_badge"))["net_satisfaction"] == -1.0


async def test_where_nobody_answered_a_summary_says_nothing_rather_than_nought(
    town: Platform, case: Callable[..., Any]
) -> None:
    await case(service="council_tax").has_ended()
    shown = await summary(town, "northmere", "council_tax")
    assert (shown["invitations"], shown["responses"], shown["response_rate"]) == (1, 0, 0.0)
    assert (shown["mean_rating"], shown["net_satisfaction"]) == (None, None)
    nobody_asked = await summary(town, "northmere", "unheard_of")
    assert (nobody_asked["invitations"], nobody_asked["response_rate"]) == (0, None)


async def test_answers_are_for_officers_who_may_read_them_and_say_for_which_council(town: Platform) -> None:
    client = town["feedback"].client
    for path in ("/feedback", "/feedback/summary?service=missed_bin"):
        assert (await client.get(path)).status_code == 401
        assert (await client.get(path, headers=town.resident())).status_code == 403
        assert (await client.get(path, headers=town.officer(permissions=["cases:read"]))).status_code == 403
        both = town.officer("northmere", "southholt")
        assert (await client.get(path, headers=both)).json()["type"] == "/problems/say-which-council"
        assert (await client.get(path, headers={**both, "Onedoor-Council": "southholt"})).status_code == 200
        foreign = {**town.officer("northmere"), "Onedoor-Council": "southholt"}
        assert (await client.get(path, headers=foreign)).status_code == 403
    assert (await client.get("/feedback/summary", headers=town.officer())).status_code == 422
    assert (await client.get("/feedback/summary?service=%00", headers=town.officer())).status_code == 422
