"""Story (c), in its middle: the charity has no room, another is asked, and Ewa, who told it once, is asked only whether it may."""

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

from tests.journeys.fire import CHARITY, FIRE, NAMES, Family, partner, referred_family

OTHER = "hearth-and-home"


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [customer_account, partner_gateway]) as running:
        for name, title in {**NAMES, OTHER: "Hearth & Home"}.items():
            await join(running, name, title)
        yield running


@pytest.fixture
async def family(town: Platform) -> Family:
    return await referred_family(town)


async def move(family: Family, referral: str, who: str, transition: str, **told: Any) -> dict[str, Any]:
    client, headers = family.town["partner-gateway"].client, partner(family.town, who)
    answer = await client.post(
        f"/referrals/{referral}/transitions", json={"transition": transition, **told}, headers=headers
    )
    assert answer.status_code == 200, answer.text
    moved: dict[str, Any] = answer.json()
    return moved


async def seen(family: Family, referral: str, who: str) -> Any:
    answer = await family.town["partner-gateway"].client.get(
        f"/referrals/{referral}", headers=partner(family.town, who)
    )
    return answer.json() if answer.status_code == 200 else None


async def passed_on(family: Family) -> str:
    """No room: Dee has another charity asked. Gives the referral that waits for Ewa's word."""
    first = family.to_charity["referral_id"]
    await move(family, first, CHARITY, "reject", reason="no_capacity")
    child = (await move(family, first, FIRE, "reroute", to_partner=OTHER))["rerouted_to"]

    async def asks() -> bool:
        shown = await seen(family, child, FIRE)
        return bool(shown and shown["person_is_asked"] and OTHER in await family.consents())

    await family.town.until(asks)
    assert await seen(family, child, OTHER) is None
    return str(child)


async def answers(family: Family, answer: str) -> None:
    question = (await family.consents())[OTHER]
    assert question["state"] == "requested"
    path = f"/me/consents/{question['consent_id']}/answer"
    told = {"answer": answer, "channel": "online"}
    answered = await family.town["customer-account"].client.post(path, json=told, headers=family.ewa)
    assert answered.status_code == 200, answered.text
    await family.town.heard(answered)


async def test_her_yes_lets_what_she_told_go_on_and_the_outcome_come_back(family: Family) -> None:
    child = await passed_on(family)
    question = (await family.consents())[OTHER]
    assert question["wording"].startswith("May Hearth & Home know your name")
    await answers(family, "given")
    told = await family.town.until(lambda: seen(family, child, OTHER))
    assert told["shared"] == {"identity": {"full_name": "Ewa Kowalska"}, "money": {"arrears": 412}}
    for step in ("accept", "start"):
        await move(family, child, OTHER, step)
    await move(family, child, OTHER, "outcome", outcome="got_help")
    assert (await seen(family, child, FIRE))["status"] == "outcome_recorded"
    mine = await family.town["partner-gateway"].client.get("/me/referrals", headers=family.ewa)
    stands = {each["to_partner"]: each["status"] for each in mine.json()["items"]}
    assert stands == {OTHER: "outcome_recorded", CHARITY: "rerouted", None: "sent"}


async def test_her_no_leaves_it_there(family: Family) -> None:
    child = await passed_on(family)
    await answers(family, "refused")

    async def over() -> Any:
        shown = await seen(family, child, FIRE)
        return shown if shown["status"] == "not_made" else None

    assert (await family.town.until(over))["ended_because"] == "consent_refused"
    assert await seen(family, child, OTHER) is None


async def test_what_she_takes_back_later_stops_at_the_new_one_alone(family: Family) -> None:
    child = await passed_on(family)
    await answers(family, "given")
    await family.town.until(lambda: seen(family, child, OTHER))
    consent = (await family.consents())[OTHER]["consent_id"]
    path = f"/me/consents/{consent}/withdrawal"
    taken = await family.town["customer-account"].client.post(path, json={"channel": "online"}, headers=family.ewa)
    await family.town.heard(taken)
    stopped = await seen(family, child, OTHER)
    assert (stopped["status"], stopped["shared"]) == ("cancelled", None)
    council = f"/referrals/{family.to_council['referral_id']}"
    shown = await family.town["partner-gateway"].client.get(council, headers=family.town.officer())
    assert shown.json()["status"] == "sent"
