"""Promises of what partner-gateway hears: the cases that referrals belong to, and its own signposts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from common.contracts.cases import CaseStatusChanged
from common.runtime.ids import new_id
from common.testing.stream import publish, said


async def view(desk: Any, referral_id: str, who: Any) -> Any:
    answer = await desk.get(f"/referrals/{referral_id}", who)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_referrer_and_the_person_see_where_the_case_stands_and_the_receiver_does_not(desk: Any) -> None:
    person = new_id()
    case = await desk.opened(person, reference="NBC-000001-A")
    path = (await desk.sent(person_id=str(person), case_id=case))["referral_id"]
    assert (await view(desk, path, desk.officer))["case"]["status"] == "submitted"
    moved = CaseStatusChanged(
        transition="start", was="submitted", status="in_progress", stage="doing", told_to_resident="We are on it."
    )
    await publish(desk.town.nats, [said(moved, UUID(case), 2, person_id=person)], speaker="case-crm")
    await desk.town.heard(f"case/{case}@2")
    expected = {"case_id": case, "reference": "NBC-000001-A", "service": "housing_repair", "status": "in_progress"}
    assert (await view(desk, path, desk.officer))["case"] == expected
    assert (await view(desk, path, desk.resident(person)))["case"] == expected
    assert (await desk.get("/me/referrals", desk.resident(person))).json()["items"][0]["case"] == expected
    assert (await view(desk, path, desk.advice))["case"] is None


@pytest.mark.parametrize("whose", ["somebody else's", "another council's", "nobody's", "not heard of"])
async def test_a_case_that_is_not_that_persons_with_this_council_is_refused(desk: Any, whose: str) -> None:
    person, case = new_id(), new_id()
    owner = {"somebody else's": new_id(), "nobody's": None}.get(whose, person)
    if whose != "not heard of":
        await desk.opened(owner, case=case, council="southholt" if whose == "another council's" else "northmere")
    told = {"case_id": str(case), "person_id": str(person)}
    oneself = told | {"type": "self_referral", "consent": desk.consent(given_via="online")}
    for refused in (await desk.refer(**told), await desk.refer(desk.resident(person), **oneself)):
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/not-that-case")
        assert refused.json()["title"].endswith("If it was opened a moment ago, please try again.")
    assert (await desk.get("/me/referrals", desk.resident(person))).json()["items"] == []


async def test_a_case_is_named_once_it_is_heard_of_by_the_council_and_by_its_person(desk: Any) -> None:
    person, case = new_id(), new_id()
    told = {"case_id": str(case), "person_id": str(person)}
    assert (await desk.refer(**told)).status_code == 422
    await desk.opened(person, case=case)
    assert (await desk.refer(**told)).status_code == 201
    oneself = told | {"type": "self_referral", "consent": desk.consent(given_via="online")}
    assert (await desk.asked(desk.resident(person), **oneself))["case"] is None
    items = (await desk.get("/me/referrals", desk.resident(person))).json()["items"]
    assert [each["case"]["case_id"] for each in items] == [str(case), str(case)]


async def test_partners_see_no_cases_and_so_name_none_not_even_that_of_whom_they_refer(desk: Any) -> None:
    person = new_id()
    case = await desk.opened(person)
    for asked in ({}, {"to_partner": None, "shared": {}, "consent": None}):
        refused = await desk.refer(desk.fire, person_id=str(person), case_id=case, **asked)
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/not-that-case")
        assert (await desk.refer(desk.fire, person_id=str(person), **asked)).status_code == 201


async def test_rebuilt_signposts_are_what_they_were(desk: Any) -> None:
    service = await desk.published(needs=["rebuilt"])
    body = {"need": "rebuilt", "district": "ZZ99", "offered": [service["service_id"]]}
    for who in (desk.officer, desk.fire, desk.resident()):
        assert (await desk.post("/signposts", body, who)).status_code == 201
    await desk.town.until(lambda: kept(desk, 3))
    before = (await desk.get("/signposts", desk.officer)).json()
    await desk.town.sql("partner-gateway", "UPDATE signpost SET need = 'damaged'")
    await desk.town.make_anew("partner-gateway", "partner-gateway-keep-signposts")
    assert (await desk.get("/signposts", desk.officer)).json() == before


async def kept(desk: Any, number: int) -> bool:
    return len((await desk.get("/signposts", desk.officer)).json()["items"]) == number
