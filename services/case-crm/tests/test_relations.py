"""Cases that belong together: read from either, one level deep, parts ended first."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from common.contracts.people.representations import RepresentationGiven
from common.runtime.ids import new_id
from common.testing.stream import publish, said


async def whole_and_part(desk: Any) -> tuple[str, str]:
    """Two cases of one person; the second is part of the first."""
    whole = (await desk.opened()).case
    part = (await desk.opened()).case
    assert (await relate(desk, part, whole, "part_of")).status_code == 200
    return whole, part


async def relate(desk: Any, case: str, to: str, relation: str, who: Any = None) -> Any:
    return await desk.send(f"/cases/{case}/related", {"case_id": to, "relation": relation}, who or desk.ada)


async def related(desk: Any, case: str, who: Any) -> list[tuple[str, str]]:
    shown = (await desk.client.get(f"/cases/{case}", headers=who)).json()
    return [(each["relation"], each["case_id"]) for each in shown["related"]]


async def acting(desk: Any, services: list[str]) -> Any:
    """Somebody who acts for the person, in these services alone."""
    friend, representation = new_id(), new_id()
    told = {"kind": "carer", "visible_to": [], "told_to_resident": "", "told_to_representative": ""}
    given = RepresentationGiven(
        representative_id=friend, may=["see"], services=services, effective_from="2026-01-05", **told
    )
    event = said(given, representation, 1, person_id=desk.person)
    await publish(desk.town.nats, [event], speaker="customer-account")
    await desk.town.heard(f"representation/{representation}@1")
    acts = {"may": ["see"], "services": services, "representation": representation}
    return desk.town.representative(desk.person, friend, **acts) | {"Onedoor-Council": "northmere"}


async def test_a_relation_is_read_from_either_case_by_officers_and_their_person(desk: Any) -> None:
    first, second = (await desk.opened()).case, (await desk.opened()).case
    answer = await relate(desk, second, first, "follows")
    assert [(each["relation"], each["case_id"]) for each in answer.json()["related"]] == [("follows", first)]
    for reader in (desk.ada, desk.resident):
        assert await related(desk, first, reader) == [("followed_by", second)]
        assert await related(desk, second, reader) == [("follows", first)]
    assert (await desk.said())[-1] == "case.related"


async def test_a_case_is_ended_after_its_parts(desk: Any) -> None:
    whole, part = await whole_and_part(desk)
    desk.case = whole
    refused = await desk.move("cancel", reason="Asked twice.")
    reference = (await desk.client.get(f"/cases/{part}", headers=desk.ada)).json()["reference"]
    assert (desk.kind(refused), refused.json()["references"]) == ((409, "parts-first"), [reference])
    assert desk.kind(await desk.move("withdraw", desk.resident)) == (409, "parts-first")
    desk.case = part
    assert (await desk.move("withdraw", desk.resident)).status_code == 200
    desk.case = whole
    assert (await desk.move("cancel", reason="Asked twice.")).json()["status"] == "cancelled"


async def test_a_part_that_is_somebody_elses_is_ended_first_too(desk: Any) -> None:
    """Whose case the whole is sees nothing of it: not how it stands, nor its reference."""
    whole, neighbour = (await desk.opened()).case, type(desk)(desk.town)
    part = (await neighbour.opened()).case
    await relate(desk, part, whole, "part_of")
    desk.case = whole
    refused = await desk.move("withdraw", desk.resident)
    assert (desk.kind(refused), refused.json()["references"]) == ((409, "parts-first"), [])
    assert await related(desk, whole, desk.resident) == []
    assert desk.kind(await desk.move("cancel", reason="Asked twice.")) == (409, "parts-first")
    await neighbour.move("withdraw", neighbour.resident)
    assert (await desk.move("cancel", reason="Asked twice.")).json()["status"] == "cancelled"


async def test_a_resident_reads_that_their_case_was_decided_although_a_part_of_it_is_somebody_elses(desk: Any) -> None:
    whole, neighbour = (await desk.assessed()).case, type(desk)(desk.town)
    part = (await neighbour.opened()).case
    await relate(desk, part, whole, "part_of")
    await neighbour.move("withdraw", neighbour.resident)
    desk.case = whole
    assert (await desk.move("decide", result="decided_refused", reason="Savings.")).status_code == 200
    assert (await desk.move("confirm", desk.resident)).json()["status"] == "closed"


@pytest.mark.parametrize("whose", ["theirs", "a neighbour's"])
async def test_a_part_is_taken_up_again_after_its_whole(desk: Any, whose: str) -> None:
    part = await type(desk)(desk.town).decided()
    other = desk if whose != "theirs" else part
    opened = {"service": "hardship_fund", "channel": "online", "answers": {"what": "A cooker"}}
    whole = (await desk.send("/cases", opened, other.resident)).json()
    assert (await relate(desk, part.case, whole["case_id"], "part_of")).status_code == 200
    desk.case = whole["case_id"]
    assert (await part.move("reopen", part.ada, reason="She rang.")).status_code == 200
    for item in ("income", "savings"):
        await part.send(f"{part.path}/checklist/{item}", None, part.ada)
    await part.move("decide", result="decided_refused", reason="Savings.")
    assert (await desk.move("withdraw", other.resident)).status_code == (200 if whose == "theirs" else 409)
    await desk.move("cancel", reason="Asked twice.")
    for who in (part.ada, part.resident):
        refused = await part.move("reopen", who, reason="It is still cold.")
        seen = who is part.ada or whose == "theirs"
        assert part.kind(refused) == (409, "whole-first")
        assert refused.json()["references"] == ([whole["reference"]] if seen else [])


async def test_whoever_acts_in_some_services_is_shown_no_related_case_of_another(desk: Any) -> None:
    bin_ = {"service": "missed_bin", "answers": {"bin": "Rubbish", "address": "14 Weavers Row"}}
    other, first = (await desk.opened(**bin_)).case, (await desk.opened()).case
    await relate(desk, other, first, "part_of")
    for services, sees in ((["hardship_fund"], []), (["hardship_fund", "missed_bin"], [("has_part", other)])):
        assert await related(desk, first, await acting(desk, services)) == sees


async def test_parts_go_one_level_deep(desk: Any) -> None:
    whole, part = await whole_and_part(desk)
    third = (await desk.opened()).case
    for case, to in ((third, part), (whole, third), (part, third), (part, whole), (whole, part), (third, third)):
        assert desk.kind(await relate(desk, case, to, "part_of")) == (409, "cannot-relate")
    assert (await relate(desk, third, whole, "part_of")).status_code == 200


async def test_two_who_relate_cases_the_other_way_round_at_once_do_not_nest_them(desk: Any) -> None:
    first, second = (await desk.opened()).case, (await desk.opened()).case
    answers = await asyncio.gather(
        relate(desk, first, second, "part_of"), relate(desk, second, first, "part_of", desk.ben)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_an_open_case_is_no_part_of_one_that_is_over(desk: Any) -> None:
    over = (await desk.opened()).case
    await desk.move("withdraw", desk.resident)
    fresh = (await desk.opened()).case
    assert desk.kind(await relate(desk, fresh, over, "part_of")) == (409, "parts-first")
    assert (await relate(desk, fresh, over, "follows")).status_code == 200


async def test_strangers_and_the_other_council_relate_nothing(desk: Any) -> None:
    first, second = (await desk.opened()).case, (await desk.opened()).case
    assert (await relate(desk, first, second, "follows", desk.elsewhere)).status_code == 404
    assert (await relate(desk, first, second, "follows", desk.resident)).status_code == 403
    abroad = {"service": "hardship_fund", "channel": "online", "answers": {"what": "A bed"}}
    theirs = {**desk.town.resident(desk.person), "Onedoor-Council": "southholt"}
    other = (await desk.send("/cases", abroad, theirs)).json()["case_id"]
    assert (await relate(desk, first, other, "follows")).status_code == 404
    assert await related(desk, first, desk.ada) == []
