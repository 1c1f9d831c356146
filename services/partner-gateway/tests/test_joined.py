"""Two records of one person are joined: the referrals and cases of either id are theirs, and parted again they are as they were."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from common.contracts.people.joining import PersonMerged, PersonUnmerged
from common.runtime.ids import new_id
from common.testing.stream import publish, said


class Two:
    """A and B, of whom it is said that they are the same, and that they are not."""

    def __init__(self, desk: Any) -> None:
        self.desk, self.a, self.b = desk, new_id(), new_id()

    async def joined(self) -> None:
        await self._said(1, PersonMerged(into=self.b, because="same_person", visible_to=[]))

    async def parted(self) -> None:
        await self._said(2, PersonUnmerged(out_of=self.b, visible_to=[]))

    async def _said(self, version: int, event: Any) -> None:
        row = said(event, self.a, version, person_id=self.a)
        await publish(self.desk.town.nats, [row], speaker="customer-account")
        await self.desk.town.heard(f"person/{self.a}@{version}")

    async def mine(self, whose: UUID) -> list[str]:
        shown = (await self.desk.get("/me/referrals", self.desk.resident(whose))).json()["items"]
        return [each["referral_id"] for each in shown]


@pytest.fixture
def two(desk: Any) -> Two:
    return Two(desk)


async def test_the_person_reads_and_moves_the_referrals_of_both_until_they_are_parted(desk: Any, two: Two) -> None:
    first, second = [(await desk.sent(person_id=str(each)))["referral_id"] for each in (two.a, two.b)]
    path, b = f"/referrals/{first}", desk.resident(two.b)
    assert (await desk.get(path, b)).status_code == 404
    await two.joined()
    assert await two.mine(two.b) == [second, first]
    shown = (await desk.get(path, b)).json()
    assert (shown["person_id"], shown["shared"]["money"]) == (str(two.a), {"arrears": 412})
    await two.parted()
    assert (await two.mine(two.b), await two.mine(two.a)) == ([second], [first])
    assert (await desk.get(path, b)).status_code == 404


async def test_what_they_stop_is_said_of_the_id_it_was_sent_for(desk: Any, two: Two) -> None:
    sent = await desk.sent(person_id=str(two.a))
    await two.joined()
    moved = await desk.moved(sent["referral_id"], desk.resident(two.b), "cancel")
    assert moved["status"] == "cancelled"
    last = (await desk.said(sent["referral_id"], "referral"))[-1]
    assert (last["person_id"], last["actor_id"]) == (two.a, str(two.b))


async def test_a_referral_belongs_to_a_case_of_either_id_as_long_as_they_are_joined(desk: Any, two: Two) -> None:
    case = await desk.opened(two.a)
    refused = await desk.refer(person_id=str(two.b), case_id=case)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/not-that-case")
    await two.joined()
    sent = await desk.sent(person_id=str(two.b), case_id=case)
    path = f"/referrals/{sent['referral_id']}"
    for who in (desk.officer, desk.resident(two.b)):
        assert (await desk.get(path, who)).json()["case"]["case_id"] == case
    await two.parted()
    for who in (desk.officer, desk.resident(two.b)):
        assert (await desk.get(path, who)).json()["case"] is None
