"""Story (c), its last variant: Ewa changes her mind about the charity. It stops and says so; the council goes on as before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from common.embedded import Nats
from common.testing.partnering import join
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from customer_account.app import service as customer_account
from partner_gateway.app import service as partner_gateway

from tests.journeys.fire import CHARITY, FIRE, NAMES, Family, partner, referral, referred, referred_family


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [customer_account, partner_gateway]) as running:
        for partner, name in NAMES.items():
            await join(running, partner, name)
        yield running


@pytest.fixture
async def family(town: Platform) -> Family:
    return await referred_family(town)


async def changes_her_mind(family: Family) -> None:
    consent = (await family.consents())[CHARITY]["consent_id"]
    path = f"/me/consents/{consent}/withdrawal"
    taken = await family.town["customer-account"].client.post(path, json={"channel": "online"}, headers=family.ewa)
    assert taken.status_code == 200, taken.text
    await family.town.heard(taken)


async def test_she_reads_who_may_know_what_of_her(family: Family) -> None:
    consents = await family.consents()
    assert consents[CHARITY]["told"].startswith(
        "Warmth & Debt Advice may know your name and date of birth, your income"
    )
    assert consents["northmere"]["told"].startswith(
        "Northmere Council may know your housing, to help you. You agreed on "
    )
    assert consents[CHARITY]["wording"].startswith("May Warmth & Debt Advice know your name")
    assert all(each["released_at"] for each in consents.values())


async def test_the_charity_stops_and_says_so_and_the_council_goes_on(family: Family) -> None:
    client, charity = family.town["partner-gateway"].client, partner(family.town, CHARITY)
    place = f"/referrals/{family.to_charity['referral_id']}"
    assert (await client.get(place, headers=charity)).json()["shared"]["money"] == {"arrears": 412}
    await changes_her_mind(family)
    stopped = (await client.get(place, headers=charity)).json()
    assert (stopped["status"], stopped["shared"]) == ("cancelled", None)
    assert "was told to stop. It has not confirmed this yet" in (await family.consents())[CHARITY]["stopped"]
    (told,) = [
        each
        for each in (await client.get("/withdrawals", headers=charity)).json()["items"]
        if each["referrals"] == [family.to_charity["referral_id"]]
    ]
    said = await client.post(f"/withdrawals/{told['withdrawal_id']}/confirmation", headers=charity)
    await family.town.heard(said)
    assert "has confirmed that it stopped on" in (await family.consents())[CHARITY]["stopped"]
    council = await client.get(f"/referrals/{family.to_council['referral_id']}", headers=family.town.officer())
    assert (council.json()["status"], council.json()["shared"] is None) == ("sent", False)
    assert (await family.consents())["northmere"]["state"] == "given"


async def test_afterwards_nothing_goes_to_it_until_she_agrees_anew(family: Family) -> None:
    await changes_her_mind(family)
    client, person = family.town["customer-account"].client, family.person
    again = {
        "purpose": "referral",
        "recipient": CHARITY,
        "field_groups": ["identity"],
        "wording_version": "1",
        "language": "pl",
        "channel": "phone",
        "answer": "refused",
    }
    said_no = await client.post(f"/persons/{person}/consents", json=again, headers=family.town.officer())
    assert said_no.status_code == 201
    body = referral(person, CHARITY, {"identity": {"full_name": "Ewa Kowalska"}})
    body["consent"]["given_at"] = family.to_charity["consent"][
        "given_at"
    ]  # what she agreed to before she changed her mind
    dee, gateway = partner(family.town, FIRE), family.town["partner-gateway"].client
    made = (await gateway.post("/referrals", json=body, headers=dee)).json()

    async def not_made() -> Any:
        shown = (await gateway.get(f"/referrals/{made['referral_id']}", headers=dee)).json()
        return shown if shown["status"] == "not_made" else None

    assert (await family.town.until(not_made))["ended_because"] == "consent_refused"
    anew = await referred(family.town, person, CHARITY, {"identity": {"full_name": "Ewa Kowalska"}})
    assert anew["status"] == "sent"


async def test_where_nobody_can_be_asked_nothing_is_released_and_then_it_is(town: Platform, nats: Nats) -> None:
    client, dee = town["partner-gateway"].client, partner(town, FIRE)
    someone = {"full_name": "Marcin Kowalski", "channel": "face_to_face", "not_the_same_as": []}
    person = (await town["customer-account"].client.post("/persons", json=someone, headers=town.officer())).json()
    body = referral(person["person_id"], CHARITY, {"money": {"arrears": 412}})
    nats.stop()
    try:
        made = (await client.post("/referrals", json=body, headers=dee)).json()
        place = f"/referrals/{made['referral_id']}"
        assert (await client.get(place, headers=dee)).json()["status"] == "sending"
        assert (await client.get(place, headers=partner(town, CHARITY))).status_code == 404
    finally:
        nats.start()

    async def sent() -> bool:
        return bool((await client.get(place, headers=partner(town, CHARITY))).status_code == 200)

    await town.until(sent, seconds=60)
