"""Partners are told of a life event at the gateway: put right, agreed to no longer, late. (How each answers is in story a.)"""

from __future__ import annotations

from typing import Any

import pytest
from common.testing.platform import Platform
from common.testing.telling import HIS, REGISTERED, Teller

from tests.journeys.partners import COMPANIONS, FIRE, HOMES, Partner, active_partners, agrees

FIRE_SAFETY, TELECARE, SUPPORT = (
    f"northmere:{name}:telling" for name in ("fire_safety", "telecare_contractor", "bereavement_support")
)
RIGHT = "16 Weavers Row, Northmere ZZ99 1AB"


@pytest.fixture(scope="module")
async def open_to_partners(town: Platform) -> Platform:
    await active_partners(town)
    return town


@pytest.fixture
def teller(open_to_partners: Platform) -> Teller:
    open_to_partners.at("2026-12-14T09:30:00+00:00")
    return Teller(open_to_partners)


async def ids_of(teller: Teller, telling: dict[str, Any]) -> dict[str, str]:
    return {name: part["delivery_id"] for name, part in (await teller.parts(telling["telling_id"])).items()}


async def test_what_is_put_right_takes_the_place_of_what_a_partner_was_told(teller: Teller) -> None:
    fire = Partner(teller.town, FIRE)
    telling = await teller.told("bereavement", HIS, **REGISTERED)
    first = (await ids_of(teller, telling))[FIRE_SAFETY]
    assert (await fire.told(first))["facts"] == {each: HIS[each] for each in ("full_name", "home_address")}
    teller.town.step(minutes=1)
    put_right = {"facts": {"home_address": RIGHT}, "channel": "phone"}
    right = await teller.post(f"/tellings/{telling['telling_id']}/corrections", put_right)
    correction = (await ids_of(teller, right))["northmere:fire_safety:correction"]
    corrects = await fire.told(correction)
    assert (corrects["sends"], corrects["facts"]) == ("correction", {"home_address": RIGHT})
    before = await fire.told(first)
    assert (before["facts"], before["corrected"]) == ({"full_name": HIS["full_name"]}, ["home_address"])
    await fire.done(first, "record_closed", "2026-12-14")
    await fire.done(correction, "address_changed", "2026-12-14")
    parts = await teller.parts(right["telling_id"])
    assert parts["northmere:fire_safety:correction"]["effect"] == "address_changed"


async def test_whoever_is_agreed_to_no_longer_is_shown_it_no_longer(teller: Teller) -> None:
    told = {"full_name": "Margaret Hartley", "channel": "phone"}
    margaret = (await teller.town.post("customer-account", "/persons", told))["person_id"]
    telling = await teller.told("bereavement", HIS, **REGISTERED, other_person_id=margaret)
    delivery, companions = (await ids_of(teller, telling))[SUPPORT], Partner(teller.town, COMPANIONS)
    assert (await companions.get(f"/deliveries/{delivery}")).status_code == 404
    consent = await agrees(teller.town, margaret, COMPANIONS)
    assert (await companions.told(delivery))["facts"] == {"partner_name": "Margaret Hartley"}
    withdrawal = f"/persons/{margaret}/consents/{consent}/withdrawal"
    await teller.town.post("customer-account", withdrawal, {"channel": "phone"})

    async def stopped() -> bool:
        return bool((await companions.told(delivery))["status"] == "suppressed")

    await teller.town.until(stopped)
    assert (await companions.told(delivery))["facts"] is None
    part = (await teller.parts(telling["telling_id"]))[SUPPORT]
    assert (part["status"], part["reason"]) == ("suppressed", "consent_withdrawn")
    kept = "SELECT facts FROM delivery WHERE partner_id = $1"
    assert [row["facts"] for row in await teller.town.sql("partner-gateway", kept, COMPANIONS)] == [{}]


async def test_the_days_of_a_partner_who_answered_are_over_and_of_one_who_did_not_it_is_told(teller: Teller) -> None:
    telling = await teller.told("bereavement", HIS, **REGISTERED)
    ids, homes = await ids_of(teller, telling), Partner(teller.town, HOMES)
    await Partner(teller.town, FIRE).done(ids[FIRE_SAFETY], "record_closed", "2026-12-14")
    await homes.answers(ids[TELECARE], "acknowledge", "match", "ask_for_more")
    teller.town.at("2026-12-31T09:00:01+00:00")

    async def escalated() -> set[str]:
        return {each["recipient"] for each in await teller.said("delivery.overdue")} & {FIRE, HOMES}

    assert await teller.town.until(escalated) == {HOMES}
    late = (await homes.list())[ids[TELECARE]]
    assert (late["overdue"], late["act_by"]) == (True, "2026-12-30T23:59:59.999999Z")
    refused = await homes.answer(ids[TELECARE], "action", effect="equipment_collected", effective_date="2026-12-31")
    assert (refused.status_code, refused.json()["possible"]) == (409, ["start", "reject", "fail"])
    await homes.answers(ids[TELECARE], "start", "action", effect="equipment_collected", effective_date="2026-12-31")
    part = (await teller.parts(telling["telling_id"]))[TELECARE]
    assert (part["status"], part["overdue"]) == ("actioned", False)
    assert await escalated() == {HOMES}
