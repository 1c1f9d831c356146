"""Every ending asks once how it went, whatever the result, and however its events arrive."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from common.contracts.cases import (
    CaseCancelled,
    CaseClosed,
    CaseReopened,
    CaseResolved,
    CaseStatusChanged,
    CaseWithdrawn,
    InteractionRecorded,
)
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import said


async def mine(town: Platform, person: Any) -> list[dict[str, Any]]:
    answer = await town["feedback"].client.get("/me/invitations", headers=town.resident(person))
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.mark.parametrize("kind", [CaseResolved, CaseClosed, CaseWithdrawn, CaseCancelled])
async def test_every_ending_makes_one_invitation(
    town: Platform, case: Callable[..., Any], kind: type[CaseStatusChanged]
) -> None:
    each = case(person=new_id())
    each.opened()
    each.moved()
    ending = each.moved(kind)
    await each.told()
    (invited,) = await each.invitations()
    assert (invited["aggregate"], invited["aggregate_id"], invited["version"]) == ("invitation", ending["id"], 1)
    assert (invited["council"], invited["person_id"], invited["causation_id"]) == (
        "northmere",
        each.person,
        ending["id"],
    )
    assert invited["correlation_id"] == ending["correlation_id"]
    assert invited["data"] == {
        "case_id": str(each.id),
        "service": "missed_bin",
        "case_channel": "phone",
        "ended_as": ending["data"]["status"],
        "result": ending["data"].get("result"),
        "expires_at": (ending["recorded"] + timedelta(days=28)).isoformat().replace("+00:00", "Z"),
    }


async def test_an_ending_heard_twice_and_before_the_opening_invites_once(
    town: Platform, case: Callable[..., Any]
) -> None:
    each = case(person=new_id())
    opened, ended = each.opened(), each.ended()
    await each.told(ended, ended, opened, opened, ended)
    assert len(await each.invitations()) == 1
    assert len(await mine(town, each.person)) == 1


async def test_shuffled_and_doubled_lives_are_invited_once_an_ending(town: Platform, case: Callable[..., Any]) -> None:
    luck = random.Random(28)  # noqa: S311 - a fixed seed, so that a failure can be repeated
    lives = [case(person=new_id()) for _ in range(12)]
    for each in lives:
        each.opened()
        for _ in range(3):
            each.ended()
            each.moved(CaseClosed)
            each.moved(CaseReopened)
    for each in lives:
        rows = each.rows * 2
        luck.shuffle(rows)
        await each.told(*rows)
        assert len(await each.invitations()) == 3


async def test_closing_what_was_resolved_is_no_second_ending(town: Platform, case: Callable[..., Any]) -> None:
    each = await case().has_ended()
    await each.told(each.moved(CaseClosed))
    assert len(await each.invitations()) == 1


async def test_reopened_and_resolved_again_invites_again(town: Platform, case: Callable[..., Any]) -> None:
    each = await case(person=new_id()).has_ended()
    await each.told(each.moved(CaseReopened))
    again = each.ended()
    await each.told(again)
    made = await each.invitations()
    assert [row["aggregate_id"] for row in made] == [each.rows[1]["id"], again["id"]]
    assert [item["invitation_id"] for item in await mine(town, each.person)] == [
        str(row["aggregate_id"]) for row in reversed(made)
    ]


async def test_history_invites_nobody(town: Platform, case: Callable[..., Any]) -> None:
    each = await case(person=new_id(), history=True).has_ended()
    assert await each.invitations() == []
    assert await mine(town, each.person) == []
    assert (await each.track()).json()["feedback_invited"] is False
    each.history = False
    await each.told(each.moved(CaseReopened))
    await each.told(each.ended())
    assert len(await each.invitations()) == 1


async def test_what_is_no_ending_and_what_is_not_known_yet_is_heard_and_invites_nobody(
    town: Platform, case: Callable[..., Any]
) -> None:
    each = case()
    each.opened()
    touch = InteractionRecorded(interaction_id=new_id(), channel="phone", purpose="asked")
    each.rows.append(said(touch, each.id, 2))
    each.rows.append(said(touch, each.id, 3, name="case.of_tomorrow"))
    each.moved()
    await each.told()
    assert await each.invitations() == []
    each.ended()
    await each.told(each.rows[-1])
    assert len(await each.invitations()) == 1


async def test_an_invitation_shows_what_it_is_about_and_until_when(town: Platform, case: Callable[..., Any]) -> None:
    each = await case(person=new_id(), council="southholt").has_ended()
    (shown,) = await mine(town, each.person)
    ending = each.rows[-1]
    assert shown == {
        "invitation_id": str(ending["id"]),
        "case_id": str(each.id),
        "service": "missed_bin",
        "title": "Report a missed bin",
        "council": "southholt",
        "state": "due",
        "invited_at": ending["recorded"].isoformat().replace("+00:00", "Z"),
        "expires_at": (ending["recorded"] + timedelta(days=28)).isoformat().replace("+00:00", "Z"),
    }


async def test_invitations_are_for_residents_and_each_sees_their_own(town: Platform, case: Callable[..., Any]) -> None:
    await case(person=new_id()).has_ended()
    client = town["feedback"].client
    assert await mine(town, new_id()) == []
    assert (await client.get("/me/invitations")).status_code == 401
    assert (await client.get("/me/invitations", headers=town.officer())).status_code == 403


async def test_which_invitations_are_answered_can_be_made_again_from_what_was_said(
    town: Platform, case: Callable[..., Any]
) -> None:
    each = await case(person=new_id()).has_ended()
    await town.heard(await each.answer({"rating": 4}))
    noted = await town.sql("feedback", "SELECT * FROM answered ORDER BY invitation_id")
    assert each.rows[-1]["id"] in {row["invitation_id"] for row in noted}
    await town.sql("feedback", "DELETE FROM answered WHERE invitation_id = $1", each.rows[-1]["id"])
    await town.make_anew("feedback", "feedback-note-answers")
    assert await town.sql("feedback", "SELECT * FROM answered ORDER BY invitation_id") == noted
