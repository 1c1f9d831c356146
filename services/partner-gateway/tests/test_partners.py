"""Promises of partners over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from partner_gateway.domain.partners import NEXT, aggregate_of

WALK = ["begin_due_diligence", "open_sandbox", "activate", "suspend", "offboard"]
STATUSES = ["applied", "due_diligence", "sandbox", "active", "suspended", "offboarded"]


async def test_a_partner_goes_from_applying_to_leaving_one_step_at_a_time(desk: Any) -> None:
    seen = [(await desk.applied("walk-through", "Walk Through")).json()["status"]]
    for number, transition in enumerate(WALK):
        for other in set(WALK) - {transition}:
            refused = await desk.post("/partners/walk-through/transitions", {"transition": other}, desk.administrator)
            assert (refused.status_code, refused.json()["type"]) == (409, "/problems/partner-cannot-go-there")
            assert refused.json()["possible"] == [transition]
        moved = await desk.move_partner("walk-through", transition)
        assert moved.headers["etag"] == f'"{number + 2}"'
        seen.append(moved.json()["status"])
    assert seen == STATUSES
    assert moved.json()["next_actions"] == []
    said = await desk.said(aggregate_of("walk-through"), "partner")
    assert [row["name"] for row in said] == [
        "partner.applied",
        "partner.status_changed",
        "partner.status_changed",
        "partner.activated",
        "partner.suspended",
        "partner.status_changed",
    ]
    assert said[3]["data"] == {
        "partner_id": "walk-through",
        "partner_name": "Walk Through",
        "transition": "activate",
        "was": "sandbox",
        "status": "active",
    }


def test_the_statuses_are_one_line() -> None:
    assert [[str(to) for to in moves.values()] for moves in NEXT.values()] == [[s] for s in STATUSES[1:]] + [[]]


async def test_an_id_is_given_once_however_many_ask_at_once(desk: Any) -> None:
    body = {"partner_id": "sought-after", "name": "Sought After"}
    answers = await asyncio.gather(*(desk.post("/partners", body, desk.administrator) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    assert {answer.json().get("type") for answer in answers} == {None, "/problems/partner-id-taken"}


async def test_the_same_key_twice_gives_the_same_answer(desk: Any) -> None:
    body, key = {"partner_id": "asked-twice", "name": "Asked Twice"}, {"Idempotency-Key": "partner-1"}
    first = await desk.post("/partners", body, desk.administrator, **key)
    again = await desk.post("/partners", body, desk.administrator, **key)
    other = await desk.post("/partners", {**body, "name": "Other"}, desk.administrator, **key)
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert (other.status_code, other.json()["type"]) == (422, "/problems/another-request")


async def test_somebody_elses_change_is_not_overwritten(desk: Any) -> None:
    read = await desk.applied("contested", "Contested")
    await desk.move_partner("contested", "begin_due_diligence")
    late = await desk.post(
        "/partners/contested/transitions",
        {"transition": "open_sandbox"},
        desk.administrator,
        **{"If-Match": read.headers["etag"]},
    )
    assert (late.status_code, late.json()["type"]) == (412, "/problems/changed-meanwhile")


async def test_partners_are_listed_page_by_page_the_latest_first(desk: Any) -> None:
    for number in range(3):
        await desk.applied(f"listed-{number}", f"Listed {number}")
    first = (await desk.get("/partners", desk.officer, limit=2)).json()
    second = (await desk.get("/partners", desk.officer, limit=1, cursor=first["next"])).json()
    shown = [partner["partner_id"] for partner in first["items"] + second["items"]]
    assert shown == ["listed-2", "listed-1", "listed-0"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"partner_id": "Upper", "name": "x"}, "/body/partner_id"),
        ({"partner_id": "a", "name": "x"}, "/body/partner_id"),
        ({"partner_id": "fine-id", "name": ""}, "/body/name"),
        ({"partner_id": "fine-id", "name": "x", "status": "active"}, "/body/status"),
    ],
)
async def test_what_is_not_understood_is_refused_with_its_place(desk: Any, body: Any, pointer: str) -> None:
    refused = await desk.post("/partners", body, desk.administrator)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_only_administrators_keep_partners_and_only_officers_list_them(desk: Any) -> None:
    body = {"partner_id": "nobody", "name": "Nobody"}
    for who in (desk.officer, desk.fire, desk.resident()):
        assert (await desk.post("/partners", body, who)).status_code == 403
        moved = await desk.post("/partners/frs-nsfr/transitions", {"transition": "suspend"}, who)
        assert moved.status_code == 403
    for who in (desk.administrator, desk.fire, desk.resident()):
        assert (await desk.get("/partners", who)).status_code == 403
    assert (await desk.post("/partners", body, {})).status_code == 401
    assert (await desk.post("/partners", body, {"Authorization": "Bearer stranger"})).status_code == 401
    assert (await desk.get("/partners", {})).status_code == 401
    gone = await desk.post("/partners/not-there/transitions", {"transition": "suspend"}, desk.administrator)
    assert gone.status_code == 404
