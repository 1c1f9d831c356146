"""Promises of what partner-gateway hears: the cases that referrals belong to, and its own signposts."""

from __future__ import annotations

from typing import Any

import pytest
from common.contracts.cases import CaseOpened, CaseStatusChanged
from common.runtime.ids import new_id
from common.testing.stream import publish, said


async def view(desk: Any, referral_id: str, who: Any) -> Any:
    answer = await desk.get(f"/referrals/{referral_id}", who)
    assert answer.status_code == 200, answer.text
    return answer.json()


def opened(reference: str) -> CaseOpened:
    return CaseOpened(
        service="housing_repair",
        service_title="Housing repair",
        definition_version=1,
        reference=reference,
        tracking_digest="0" * 64,
        need_id=new_id(),
        interaction_id=new_id(),
        channel="phone",
        status="submitted",
        stage="submitted",
        told_to_resident="We have your request.",
    )


async def test_the_referrer_and_the_person_see_where_the_case_stands_and_the_receiver_does_not(desk: Any) -> None:
    person, case = new_id(), new_id()
    sent = await desk.sent(person_id=str(person), case_id=str(case))
    path = sent["referral_id"]
    assert (await view(desk, path, desk.officer))["case"] is None
    moved = CaseStatusChanged(
        transition="start", was="submitted", status="in_progress", stage="doing", told_to_resident="We are on it."
    )
    rows = [
        said(event, case, number, person_id=person) for number, event in enumerate((opened("NBC-000001-A"), moved), 1)
    ]
    await publish(desk.town.nats, rows, speaker="case-crm")
    await desk.town.heard(f"case/{case}@2")
    expected = {"case_id": str(case), "reference": "NBC-000001-A", "service": "housing_repair", "status": "in_progress"}
    assert (await view(desk, path, desk.officer))["case"] == expected
    assert (await view(desk, path, desk.resident(person)))["case"] == expected
    assert (await desk.get("/me/referrals", desk.resident(person))).json()["items"][0]["case"] == expected
    assert (await view(desk, path, desk.advice))["case"] is None


@pytest.mark.parametrize("wrong", ["person", "council"])
async def test_a_case_of_somebody_else_is_never_shown(desk: Any, wrong: str) -> None:
    person, case = new_id(), new_id()
    sent = await desk.sent(person_id=str(person), case_id=str(case))
    council = "southholt" if wrong == "council" else "northmere"
    whose = new_id() if wrong == "person" else person
    await publish(desk.town.nats, [said(opened("X-1"), case, 1, council=council, person_id=whose)], speaker="case-crm")
    await desk.town.heard(f"case/{case}@1")
    for who in (desk.officer, desk.resident(person)):
        assert (await view(desk, sent["referral_id"], who))["case"] is None


async def test_rebuilt_signposts_are_what_they_were(desk: Any) -> None:
    service = await desk.published(needs=["rebuilt"])
    body = {"need": "rebuilt", "district": "ZZ99", "offered": [service["service_id"]]}
    for who in (desk.officer, desk.fire, desk.resident()):
        assert (await desk.post("/signposts", body, who)).status_code == 201
    await desk.town.until(lambda: kept(desk, 3))
    before = (await desk.get("/signposts", desk.officer)).json()
    await desk.town.sql("partner-gateway", "UPDATE signpost SET need = 'damaged'")
    await desk.town["partner-gateway"].inner.again.start("partner-gateway-keep-signposts")
    await desk.town.until(lambda: rebuilt(desk), seconds=30)
    assert (await desk.get("/signposts", desk.officer)).json() == before


async def kept(desk: Any, number: int) -> bool:
    return len((await desk.get("/signposts", desk.officer)).json()["items"]) == number


async def rebuilt(desk: Any) -> bool:
    return not await desk.town.sql("partner-gateway", "SELECT 1 FROM onedoor.rebuild")
