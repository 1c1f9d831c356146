"""One named officer deals with a case, and it is not passed from hand to hand unseen."""

from __future__ import annotations

import asyncio
from typing import Any

TAKES = {"called": "Ada Quill"}


def gives(officer: str, **more: str) -> dict[str, str]:
    return {"officer_id": officer, "called": officer.title(), "reason": "She knows the street."} | more


async def test_an_officer_takes_a_case_and_its_person_sees_that_somebody_deals_with_it(desk: Any) -> None:
    await desk.opened()
    assert (await desk.view(desk.resident))["owner"] is None
    taken = await desk.send(f"{desk.path}/owner", TAKES, desk.ada)
    assert taken.json()["owner"] == {"called": "Ada Quill", "officer_id": "ada"}
    assert (await desk.view(desk.resident))["owner"] == {"called": "An officer of the council", "officer_id": None}
    assert await desk.said() == ["case.opened", "case.assigned"]


async def test_where_a_service_shows_names_the_person_sees_the_name_and_never_the_id(desk: Any) -> None:
    answers = {
        "full_name": "Priya Nair",
        "date_of_birth": "1995-08-02",
        "address": "14 Weavers Row",
        "need": "I use a chair",
    }
    await desk.opened(service="blue_badge", answers=answers)
    await desk.send(f"{desk.path}/owner", TAKES, desk.ada)
    assert (await desk.view(desk.resident))["owner"] == {"called": "Ada Quill", "officer_id": None}


async def test_two_officers_who_take_the_same_case_at_once_are_one_owner_and_one_clear_refusal(desk: Any) -> None:
    await desk.opened()
    answers = await asyncio.gather(
        *(
            desk.send(f"{desk.path}/owner", {"called": "One of us"}, desk.officer(name))
            for name in ("cem", "dot", "eve")
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    refused = [answer for answer in answers if answer.status_code == 409]
    assert {desk.kind(answer)[1] for answer in refused} == {"already-taken"}
    assert (await desk.said()).count("case.assigned") == 1


async def test_taking_what_one_has_changes_nothing(desk: Any) -> None:
    await desk.opened()
    for _ in range(2):
        answer = await desk.send(f"{desk.path}/owner", TAKES, desk.ada)
    assert (answer.status_code, answer.json()["handoffs"]) == (200, 0)
    assert (await desk.said()).count("case.assigned") == 1


async def test_a_case_is_given_on_with_a_reason_by_its_owner_or_whoever_assigns_work(desk: Any) -> None:
    await desk.opened()
    await desk.send(f"{desk.path}/owner", TAKES, desk.ada)
    assert desk.kind(await desk.send(f"{desk.path}/owner", {"called": "Ben"}, desk.ben)) == (409, "already-taken")
    silent = {"officer_id": "ben", "called": "Ben"}
    assert desk.kind(await desk.send(f"{desk.path}/owner", silent, desk.ada)) == (422, "reason-needed")
    given = await desk.send(f"{desk.path}/owner", gives("ben"), desk.ada)
    assert (given.json()["owner"]["officer_id"], given.json()["handoffs"]) == ("ben", 1)
    assigner = desk.town.officer("northmere", id="kit", permissions=["cases:write", "cases:assign"])
    assert (await desk.send(f"{desk.path}/owner", gives("ada"), assigner)).json()["handoffs"] == 2


async def test_more_than_two_handoffs_alert_the_owner(desk: Any) -> None:
    await desk.opened()
    await desk.send(f"{desk.path}/owner", TAKES, desk.ada)
    for officer in ("ben", "cem"):
        given = await desk.send(f"{desk.path}/owner", gives(officer), desk.ada)
        assert given.json()["tasks"] == []
    third = (await desk.send(f"{desk.path}/owner", gives("dot"), desk.ada)).json()
    assert [(task["kind"], task["officer_id"]) for task in third["tasks"]] == [("alert", "dot")]
    assert "3 times" in third["tasks"][0]["what"]
    data = [row["data"] for row in await desk.rows() if row["name"] == "case.handed_off"]
    assert [each["handoffs"] for each in data] == [1, 2, 3]
    assert (await desk.view(desk.resident))["tasks"] == []


async def test_what_was_to_be_done_goes_with_the_case(desk: Any) -> None:
    await desk.opened()
    noted = {"kind": "chase", "what": "Ask the landlord", "due_at": "2099-01-01T09:00:00Z"}
    await desk.send(f"{desk.path}/tasks", noted, desk.ada)
    other = noted | {"what": "Ask the bank", "officer_id": "kit"}
    await desk.send(f"{desk.path}/tasks", other, desk.ada)
    taken = await desk.send(f"{desk.path}/owner", TAKES, desk.ada)
    assert sorted(task["officer_id"] for task in taken.json()["tasks"]) == ["ada", "kit"]
    given = await desk.send(f"{desk.path}/owner", gives("ben"), desk.ada)
    assert sorted(task["officer_id"] for task in given.json()["tasks"]) == ["ben", "kit"]
    assert sorted(task["officer_id"] for task in (await desk.view(desk.ada))["tasks"]) == ["ben", "kit"]


async def test_strangers_and_the_other_council_cannot_take_a_case(desk: Any) -> None:
    await desk.opened()
    assert (await desk.send(f"{desk.path}/owner", TAKES, desk.elsewhere)).status_code == 404
    for nobody in (desk.resident, desk.stranger, desk.officer("fay", permissions=["cases:read"])):
        assert (await desk.send(f"{desk.path}/owner", TAKES, nobody)).status_code == 403
    assert await desk.said() == ["case.opened"]


async def test_a_version_that_is_not_the_cases_is_refused(desk: Any) -> None:
    await desk.opened()
    stale = desk.ada | {"If-Match": '"7"'}
    assert (await desk.send(f"{desk.path}/owner", TAKES, stale)).status_code == 412
