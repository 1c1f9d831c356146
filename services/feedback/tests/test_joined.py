"""Two records of one person are joined: what is under way under either id is theirs, and parted again it is as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from common.contracts.people.joining import PersonMerged, PersonUnmerged
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said


class Two:
    """A and B, of whom it is said that they are the same, and that they are not."""

    def __init__(self, town: Platform) -> None:
        self.town, self.client = town, town["feedback"].client
        self.a, self.b = new_id(), new_id()

    async def joined(self) -> None:
        await self._said(1, PersonMerged(into=self.b, because="same_person", visible_to=[]))

    async def parted(self) -> None:
        await self._said(2, PersonUnmerged(out_of=self.b, visible_to=[]))

    async def _said(self, version: int, event: Any) -> None:
        await publish(self.town.nats, [said(event, self.a, version, person_id=self.a)], speaker="customer-account")
        await self.town.heard(f"person/{self.a}@{version}")

    async def mine(self, path: str, whose: UUID) -> list[Any]:
        answer = await self.client.get(path, headers=self.town.resident(whose))
        assert answer.status_code == 200, answer.text
        items: list[Any] = answer.json()["items"]
        return items


@pytest.fixture
def two(town: Platform) -> Two:
    return Two(town)


async def test_what_is_under_way_is_in_one_list_and_seen_under_either_id(two: Two, case: Callable[..., Any]) -> None:
    first, second = case(person=two.a), case(person=two.b)
    for each in (first, second):
        each.opened()
        await each.told()
    await two.joined()
    shown = await two.mine("/me/transactions", two.b)
    assert [each["case_id"] for each in shown] == [str(second.id), str(first.id)]
    assert [each["unread"] for each in shown] == [True, True]
    headers = two.town.resident(two.b) | {"Onedoor-Council": "northmere"}
    seen = await two.client.post(f"/me/transactions/{first.id}/seen", headers=headers)
    assert seen.status_code == 200, seen.text
    assert [each["unread"] for each in await two.mine("/me/transactions", two.b)] == [True, False]
    await two.parted()
    assert [each["case_id"] for each in await two.mine("/me/transactions", two.b)] == [str(second.id)]
    assert [each["unread"] for each in await two.mine("/me/transactions", two.a)] == [False]


async def test_what_they_do_themselves_under_the_other_id_is_no_news(two: Two, case: Callable[..., Any]) -> None:
    theirs = case(person=two.a)
    theirs.opened(actor_kind="resident", actor_id=str(two.a))
    theirs.moved(actor_kind="resident", actor_id=str(two.b))
    await two.joined()
    await theirs.told()
    assert [each["unread"] for each in await two.mine("/me/transactions", two.b)] == [False]


async def test_an_invitation_of_before_is_answered_and_stays_with_the_id_that_was_invited(
    two: Two, case: Callable[..., Any]
) -> None:
    ended = await case(person=two.a).has_ended()
    [invited] = await two.mine("/me/invitations", two.a)
    path = f"/me/invitations/{invited['invitation_id']}/feedback"
    headers = two.town.resident(two.b) | {"Onedoor-Council": "northmere"}
    assert (await two.client.post(path, json={"rating": 5}, headers=headers)).status_code == 404
    await two.joined()
    assert [each["case_id"] for each in await two.mine("/me/invitations", two.b)] == [str(ended.id)]
    answered = await two.client.post(path, json={"rating": 5}, headers=headers)
    assert answered.status_code == 201, answered.text
    rows = await two.town.sql("feedback", "SELECT person_id FROM submission WHERE case_id = $1", ended.id)
    assert [row["person_id"] for row in rows] == [two.a]
    await two.parted()
    assert await two.mine("/me/invitations", two.b) == []
    assert [each["state"] for each in await two.mine("/me/invitations", two.a)] == ["answered"]
