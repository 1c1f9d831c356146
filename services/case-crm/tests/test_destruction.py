"""Cases are destroyed as two officers decide: they see what is listed, may take it off or stop it, and what stops it is seen."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from common.contracts.people.holds import LegalHoldLifted, LegalHoldPlaced
from common.runtime.ids import new_id
from common.testing.archive import Archive
from common.testing.platform import Platform
from common.testing.stream import publish, said


async def test_whoever_proposed_a_list_does_not_confirm_it_and_nobody_confirms_twice(archive: Archive) -> None:
    await archive.ended()
    path = f"/destruction-lists/{await archive.proposed()}/confirmation"
    assert archive.kind(await archive.send(path, None, archive.ada)) == (403, "another-confirms")
    answer = await archive.send(path, None, archive.ben)
    assert answer.status_code == 200
    assert datetime.fromisoformat(answer.json()["destroys_at"]) == datetime.fromisoformat(
        answer.json()["confirmed_at"]
    ) + timedelta(days=14)
    assert archive.kind(await archive.send(path, None, archive.ben)) == (409, "list-decided")
    assert archive.kind(await archive.send(path, None, archive.cleo)) == (409, "list-decided")


async def test_only_what_was_seen_is_confirmed(archive: Archive) -> None:
    case, _ = await archive.ended(), await archive.ended()
    list_id = await archive.proposed()
    seen = (await archive.shown(list_id))["version"]
    off = await archive.send(f"/destruction-lists/{list_id}/cases/{case}/removal", {"because": "claim_expected"})
    assert (off.status_code, off.json()["cases"], off.json()["outcomes"]) == (200, 1, {"taken_off": 1})
    headers = archive.ben | {"If-Match": f'"{seen}"'}
    assert (await archive.send(f"/destruction-lists/{list_id}/confirmation", None, headers)).status_code == 412


async def test_either_of_the_two_stops_it_while_it_cools_off_and_nothing_goes(archive: Archive) -> None:
    case = await archive.ended()
    for who in (archive.ada, archive.ben):
        list_id = await archive.confirmed()
        assert archive.kind(await archive.send(f"/destruction-lists/{list_id}/stop", None, archive.cleo)) == (
            403,
            "not-one-of-the-two",
        )
        answer = await archive.send(f"/destruction-lists/{list_id}/stop", None, who)
        assert (answer.status_code, answer.json()["status"], answer.json()["outcomes"]) == (
            200,
            "stopped",
            {"stopped": 1},
        )
        assert archive.kind(await archive.send(f"/destruction-lists/{list_id}/stop", None, who)) == (
            409,
            "list-decided",
        )
        archive.town.step(days=15)
        await archive.night()
        assert await archive.there(case)
        assert await archive.time(case) == ("review", date(2021, 3, 2))


async def test_what_is_taken_off_stays_and_may_be_listed_again(archive: Archive) -> None:
    stays, goes = await archive.ended(), await archive.ended()
    list_id = await archive.confirmed()
    path = f"/destruction-lists/{list_id}/cases/{stays}/removal"
    twice = [await archive.send(path, {"because": "lasting_value"}, archive.cleo) for _ in range(2)]
    assert [answer.json()["outcomes"] for answer in twice] == [{"taken_off": 1}] * 2
    await archive.carried_out(list_id)
    await archive.night()
    await archive.wait_gone(goes)
    assert await archive.there(stays)
    off = (await archive.on(list_id))[stays]
    assert (off["outcome"], off["because"], off["by"]) == ("taken_off", "lasting_value", "cleo")
    assert archive.kind(await archive.send(path, {"because": "lasting_value"})) == (409, "list-decided")
    assert [*await archive.on(await archive.proposed())] == [stays]


async def test_what_stops_a_case_is_seen_and_keeps_it(archive: Archive) -> None:
    town, held = archive.town, new_id()
    of_held, related, again = await archive.ended(person=held), await archive.ended(), await archive.ended()
    free, hold = await archive.ended(), new_id()
    appeal = {"service": "care_grant", "channel": "phone", "person_id": str(new_id()), "answers": {"what": "An appeal"}}
    opened = (await archive.send("/cases", appeal)).json()["case_id"]
    assert (await archive.send(f"/cases/{opened}/related", {"case_id": related, "relation": "follows"})).is_success
    list_id = await archive.confirmed()
    assert (
        await archive.send(f"/cases/{again}/transitions", {"transition": "reopen", "reason": "A letter came."})
    ).is_success
    await _hold(town, LegalHoldPlaced(review_on=date(2035, 1, 1)), hold, 1, held)
    found = await archive.on(list_id)
    assert {case: each["stopped_by"] for case, each in found.items()} == {
        of_held: ["legal_hold"],
        related: ["related_open"],
        again: ["taken_up_again"],
        free: [],
    }
    await archive.carried_out(list_id)
    await archive.night()
    await archive.wait_gone(free)
    assert [await archive.there(case) for case in (of_held, related, again)] == [True] * 3
    after = await archive.on(list_id)
    assert {case: (each["outcome"], each["because"]) for case, each in after.items()} == {
        of_held: ("stays", "legal_hold"),
        related: ("stays", "related_open"),
        again: ("stays", "taken_up_again"),
        free: ("destroyed", None),
    }
    await _hold(town, LegalHoldLifted(), hold, 2, held)
    await archive.night()
    assert await archive.there(of_held)  # the two decided while it was held: it is for them to look again


async def test_a_hold_that_comes_after_it_was_released_keeps_a_case_until_it_is_lifted(archive: Archive) -> None:
    town, held, hold = archive.town, new_id(), new_id()
    case = await archive.ended(person=held)
    await archive.carried_out(await archive.confirmed())
    await _hold(town, LegalHoldPlaced(review_on=date(2035, 1, 1)), hold, 1, held)
    await archive.night()
    assert await archive.there(case)
    await _hold(town, LegalHoldLifted(), hold, 2, held)
    await archive.night()
    await archive.wait_gone(case)


async def _hold(town: Platform, event: Any, hold: UUID, version: int, person: UUID) -> None:
    await publish(town.nats, [said(event, hold, version, person_id=person)], speaker="customer-account")
    await town.heard(f"legal_hold/{hold}@{version}")


async def test_a_case_is_on_one_list_at_a_time_and_the_same_request_makes_one(archive: Archive) -> None:
    assert archive.kind(await archive.propose()) == (409, "nothing-to-destroy")
    await archive.ended()
    body, headers = {"service": "care_grant", "ended_before": "2020-01-01"}, archive.ada | {"Idempotency-Key": "one"}
    twice = [await archive.client.post("/destruction-lists", json=body, headers=headers) for _ in range(2)]
    assert twice[0].json() == twice[1].json()
    assert archive.kind(await archive.propose(archive.ben)) == (409, "nothing-to-destroy")
    await archive.ended()
    assert archive.kind(await archive.propose(ended_before="2016-03-02")) == (409, "nothing-to-destroy")
    assert (await archive.propose(ended_before="2016-03-03")).json()["cases"] == 1


async def test_the_other_council_and_whoever_may_not_sees_no_list(archive: Archive) -> None:
    case = await archive.ended()
    list_id = await archive.proposed()
    path = f"/destruction-lists/{list_id}"
    assert archive.kind(await archive.propose(archive.elsewhere)) == (409, "nothing-to-destroy")
    for url in (path, f"{path}/cases"):
        assert (await archive.client.get(url, headers=archive.elsewhere)).status_code == 404
    for url, body in (
        (f"{path}/confirmation", None),
        (f"{path}/stop", None),
        (f"{path}/cases/{case}/removal", {"because": "wrong_date"}),
    ):
        assert (await archive.send(url, body, archive.elsewhere)).status_code == 404
        assert (await archive.send(url, body, archive.town.officer(permissions=["cases:write"]))).status_code == 403
    theirs = await archive.town.get("case-crm", "/destruction-lists", archive.elsewhere)
    assert theirs["items"] == []
    ours = await archive.town.get("case-crm", "/destruction-lists?limit=1", archive.ada)
    assert [each["list_id"] for each in ours["items"]] == [list_id]


async def test_pages_of_a_list_hold_each_case_once(archive: Archive) -> None:
    cases = {await archive.ended() for _ in range(5)}
    list_id, found, cursor = await archive.proposed(), [], ""
    while True:
        page = await archive.town.get("case-crm", f"/destruction-lists/{list_id}/cases?limit=2{cursor}", archive.ada)
        found += [each["case_id"] for each in page["items"]]
        if not page["next"]:
            break
        cursor = f"&cursor={page['next']}"
    assert (len(found), set(found)) == (5, cases)
