"""Of a protected person a receiver is shown no more of where they are, unless they agreed to it since they are protected."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from common.contracts.people import ProtectionLifted, ProtectionMarked
from common.contracts.people.joining import PersonMerged, PersonUnmerged
from common.contracts.people.releases import ReleaseGranted
from common.runtime.ids import new_id
from common.testing.stream import publish, said

SHARED = {"contact": {"phone": "07700 900031"}, "money": {"arrears": 412}}
WITHHELD = {"money": SHARED["money"]}, ["contact"]
CLEARED = ["referrals:read", "protection:read"]


class Danger:
    """Priya, who is known by two ids that may be joined, and what customer-account says of her protections."""

    def __init__(self, desk: Any) -> None:
        self.desk, self.priya, self.other = desk, new_id(), new_id()
        self.protections = [new_id(), new_id()]
        self.words: Counter[UUID] = Counter()

    async def marked(self, which: int = 0, *, at: datetime | None = None, whose: UUID | None = None) -> datetime:
        now = at or datetime.now(UTC)
        day = now.date()
        event = ProtectionMarked(since=day, review_on=day + timedelta(days=90), visible_to=["northmere"])
        await self.says(event, self.protections[which], whose=whose or self.priya, at=now)
        return now

    async def lifted(self, which: int = 0, *, at: datetime | None = None) -> None:
        await self.says(ProtectionLifted(), self.protections[which], whose=self.priya, at=at)

    async def joined(self) -> None:
        event = PersonMerged(into=self.priya, because="same_person", visible_to=[])
        await self.says(event, self.other, whose=self.other)

    async def parted(self) -> None:
        await self.says(PersonUnmerged(out_of=self.priya, visible_to=[]), self.other, whose=self.other)

    async def says(self, event: Any, on: UUID, *, whose: UUID, at: datetime | None = None) -> None:
        """What customer-account says, once it was heard here."""
        self.words[on] += 1
        row = said(event, on, self.words[on], person_id=whose, occurred=at)
        await publish(self.desk.town.nats, [row], speaker="customer-account")
        await self.desk.town.heard(f"{event.aggregate}/{on}@{self.words[on]}")

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
    assert await danger.shown(sent, desk.advice) == WITHHELD
    assert await danger.shown(sent, desk.resident(danger.priya)) == (SHARED, [])
    await danger.lifted()
    assert await danger.shown(sent, desk.advice) == (SHARED, [])


async def test_a_council_that_received_it_shows_it_to_the_cleared_alone(desk: Any, danger: Danger) -> None:
    consent = {"recipient": "northmere"}
    sent = await desk.asked(desk.fire, **danger.referral(to_partner=None, consent=consent))
    await desk.granted(sent["referral_id"])
    await danger.marked()
    uncleared, cleared = desk.town.officer(), desk.town.officer(permissions=CLEARED)
    assert await danger.shown(sent, uncleared) == WITHHELD
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


NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


ORDERS = [
    order
    for order in permutations(("marked", "lifted", "marked again", "granted"))
    if order.index("marked") < order.index("lifted")
]


@pytest.mark.parametrize("order", ORDERS, ids=", ".join)
async def test_in_whichever_order_it_is_heard_what_was_agreed_to_before_is_withheld_and_what_since_is_shown(
    desk: Any, danger: Danger, order: tuple[str, ...]
) -> None:
    before, since = [await desk.asked(**danger.referral()) for _ in range(2)]
    for heard in order:
        match heard:
            case "marked":
                await danger.marked(at=at(1))
            case "lifted":
                await danger.lifted(at=at(2))
            case "marked again":
                await danger.marked(1, at=at(3))
            case "granted":
                await _granted_at(desk, before, at(0))
                await _granted_at(desk, since, at(4))
    seen = await desk.get(f"/referrals/{before['referral_id']}", desk.advice)
    assert seen.status_code == 404 or (seen.json()["shared"], seen.json()["restricted"]) == WITHHELD
    assert await danger.shown(since, desk.advice) == (SHARED, [])
    await danger.lifted(1)
    if seen.status_code == 200:
        assert await danger.shown(before, desk.advice) == (SHARED, [])


async def test_an_answer_that_is_heard_late_leaves_nothing_with_the_receiver(desk: Any, danger: Danger) -> None:
    made = await desk.asked(**danger.referral())
    decided = datetime.now(UTC)
    marked = decided + timedelta(milliseconds=1)
    await _granted_at(desk, made, decided)
    await danger.marked(at=marked)
    sent = (await desk.get(f"/referrals/{made['referral_id']}", desk.officer)).json()
    assert datetime.fromisoformat(sent["sent_at"]) > marked
    assert await danger.shown(made, desk.advice) == WITHHELD


async def test_who_sent_it_and_who_helps_no_longer_cannot_tell_that_the_person_is_protected(
    desk: Any, danger: Danger
) -> None:
    consent = {"recipient": "northmere"}
    open_one = await desk.sent(desk.fire, **danger.referral(to_partner=None, consent=consent))
    ended = await desk.sent(desk.fire, **danger.referral())
    await desk.moved(ended["referral_id"], desk.advice, "reject", reason="no_capacity")
    looks = [(open_one, desk.fire), (ended, desk.fire), (ended, desk.advice)]
    before = [(await desk.get(f"/referrals/{each['referral_id']}", who)).json() for each, who in looks]
    await danger.marked()
    assert await danger.shown(open_one, desk.officer) == WITHHELD
    assert [(await desk.get(f"/referrals/{each['referral_id']}", who)).json() for each, who in looks] == before


async def test_the_receiver_reads_no_more_of_it_as_it_moves_on(desk: Any, danger: Danger) -> None:
    sent = await desk.sent(**danger.referral())
    await danger.marked()
    moved = await desk.moved(sent["referral_id"], desk.advice, "accept")
    assert (moved["shared"], moved["restricted"]) == WITHHELD


async def test_joined_they_are_protected_under_either_id_and_what_they_agreed_to_since_under_one_stays_shown(
    desk: Any, danger: Danger
) -> None:
    other = await desk.sent(**danger.referral(person_id=str(danger.other)))
    before = await desk.sent(**danger.referral())
    await danger.marked()
    since = await desk.sent(**danger.referral())
    assert await danger.shown(other, desk.advice) == (SHARED, [])
    await danger.joined()
    assert await danger.shown(other, desk.advice) == WITHHELD
    await danger.marked(1, whose=danger.other)
    for each, expected in ((other, WITHHELD), (before, WITHHELD), (since, (SHARED, []))):
        assert await danger.shown(each, desk.advice) == expected
    await danger.parted()
    assert await danger.shown(other, desk.advice) == WITHHELD
