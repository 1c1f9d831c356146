"""Of a protected person a receiver is shown no more of where they are, unless they agreed to it since they are protected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from common.contracts.people import ProtectionEvent, ProtectionLifted, ProtectionMarked
from common.contracts.people.releases import ReleaseGranted
from common.runtime.ids import new_id
from common.testing.stream import publish, said

SHARED = {"contact": {"phone": "07700 900031"}, "money": {"arrears": 412}}
CLEARED = ["referrals:read", "protection:read"]


class Danger:
    """Priya, and what customer-account says of her protection."""

    def __init__(self, desk: Any) -> None:
        self.desk, self.priya, self.protection, self.said = desk, new_id(), new_id(), 0

    async def marked(self) -> datetime:
        now = datetime.now(UTC)
        day = now.date()
        await self._says(ProtectionMarked(since=day, review_on=day + timedelta(days=90), visible_to=["northmere"]))
        return now

    async def lifted(self) -> None:
        await self._says(ProtectionLifted())

    async def _says(self, event: ProtectionEvent) -> None:
        self.said += 1
        row = said(event, self.protection, self.said, person_id=self.priya)
        await publish(self.desk.town.nats, [row], speaker="customer-account")
        await self.desk.town.heard(f"protection/{self.protection}@{self.said}")

    def referral(self, **told: Any) -> dict[str, Any]:
        consent = self.desk.consent(groups=("contact", "money"), **told.pop("consent", {}))
        return {"person_id": str(self.priya), "shared": SHARED, "consent": consent, **told}

    async def shown(self, sent: dict[str, Any], who: Any) -> tuple[Any, Any]:
        view = (await self.desk.get(f"/referrals/{sent['referral_id']}", who)).json()
        return view["shared"], view["restricted"]


@pytest.fixture
def danger(desk: Any) -> Danger:
    return Danger(desk)


async def test_what_was_shared_before_is_restricted_for_its_receiver_as_long_as_the_person_is_protected(
    desk: Any, danger: Danger
) -> None:
    sent = await desk.sent(**danger.referral())
    assert await danger.shown(sent, desk.advice) == (SHARED, [])
    await danger.marked()
    assert await danger.shown(sent, desk.advice) == ({"money": SHARED["money"]}, ["contact"])
    assert await danger.shown(sent, desk.resident(danger.priya)) == (SHARED, [])
    await danger.lifted()
    assert await danger.shown(sent, desk.advice) == (SHARED, [])


async def test_a_council_that_received_it_shows_it_to_the_cleared_alone(desk: Any, danger: Danger) -> None:
    consent = {"recipient": "northmere"}
    sent = await desk.asked(desk.fire, **danger.referral(to_partner=None, consent=consent))
    await desk.granted(sent["referral_id"])
    await danger.marked()
    uncleared, cleared = desk.town.officer(), desk.town.officer(permissions=CLEARED)
    assert await danger.shown(sent, uncleared) == ({"money": SHARED["money"]}, ["contact"])
    assert await danger.shown(sent, cleared) == (SHARED, [])


async def test_what_they_agree_to_since_is_shown(desk: Any, danger: Danger) -> None:
    await danger.marked()
    assert await danger.shown(await desk.sent(**danger.referral()), desk.advice) == (SHARED, [])


async def test_what_waited_for_leave_goes_on_an_answer_of_since_and_on_none_of_before(
    desk: Any, danger: Danger
) -> None:
    first, second = [await desk.asked(**danger.referral()) for _ in range(2)]
    marked = await danger.marked()
    for made, answered in ((first, marked - timedelta(minutes=1)), (second, None)):
        await _granted_at(desk, made, answered)
    views = [(await desk.get(f"/referrals/{made['referral_id']}", desk.officer)).json() for made in (first, second)]
    assert [(view["status"], view["ended_because"]) for view in views] == [("not_made", "ask_again"), ("sent", None)]
    assert await danger.shown(second, desk.advice) == (SHARED, [])
    assert (await desk.get(f"/referrals/{first['referral_id']}", desk.advice)).status_code == 404


async def _granted_at(desk: Any, made: dict[str, Any], at: datetime | None) -> None:
    """Customer-account's answer, decided at that moment; now where none is named."""
    asked = (await desk.asks(made["referral_id"]))[0]
    person = asked["person_id"]
    desk.words[person] += 1
    event = ReleaseGranted(**asked["data"] | {"consents": [], "valid_until": None})
    row = said(event, person, desk.words[person], person_id=person, occurred=at)
    await publish(desk.town.nats, [row], speaker="customer-account")
    await desk.town.heard(f"consents/{person}@{desk.words[person]}")
