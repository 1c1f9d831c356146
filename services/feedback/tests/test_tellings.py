"""What was told once is followed like all that is under way, with its parts; when it is over we ask how it went."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from common.contracts.base import Event
from common.contracts.tellings import (
    DeliveryActioned,
    DeliverySent,
    TellingCompleted,
    TellingConfirmed,
    TellingDestroyed,
    TellingDrafted,
    TellingSuperseded,
    TellingWithdrawn,
)
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import Row, publish, said

TOLD_AT = datetime.fromisoformat("2026-12-14T09:30:00+00:00")
COMPLETED = {"status": "completed", "told_to_resident": "Every service you told has answered."}
DELIVERY = {"interest": "fire_safety", "council": "northmere", "recipient": "frs-nsfr", "title": "Fire and rescue"}


@dataclass
class Telling:
    """A telling as case-crm says it, one event after the other."""

    town: Platform
    life_event: str = "caring"
    person: UUID = field(default_factory=new_id)
    id: UUID = field(default_factory=new_id)
    part: UUID = field(default_factory=new_id)
    version: int = 0

    async def begun(self) -> None:
        await self.says(TellingDrafted(life_event=self.life_event, channel="online"))
        confirmed = TellingConfirmed(
            life_event=self.life_event,
            reference=f"NBC-{self.id.hex[-6:].upper()}",
            channel="online",
            interests=14,
            excluded=0,
            told_to_resident="We tell 14 services what you told us.",
            title="Somebody has died",
        )
        await self.says(confirmed)

    async def says(self, event: Event, *, at: datetime = TOLD_AT) -> Row:
        self.version += 1
        row = said(event, self.id, self.version, person_id=self.person, occurred=at)
        await publish(self.town.nats, [row], speaker="case-crm")
        await self.town.heard(f"telling/{self.id}@{self.version}")
        return row

    async def part_is(self, event: Event, version: int) -> None:
        row = said(event, self.part, version, person_id=self.person, occurred=TOLD_AT)
        await publish(self.town.nats, [row], speaker="case-crm")
        await self.town.heard(f"delivery/{self.part}@{version}")

    async def followed(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (
            await self.town.get("feedback", "/me/transactions", self.town.resident(self.person))
        )["items"]
        return items

    async def asked(self) -> list[Row]:
        """What was said of asking how it went."""
        sql = "SELECT name, data FROM onedoor.said WHERE aggregate = 'invitation' AND data->>'case_id' = $1"
        return [dict(row) for row in await self.town.sql("feedback", sql, str(self.id))]

    async def invitations(self) -> list[dict[str, Any]]:
        who = self.town.resident(self.person)
        items: list[dict[str, Any]] = (await self.town.get("feedback", "/me/invitations", who))["items"]
        return items


async def test_what_was_told_once_is_under_way_with_its_parts_wherever_they_are_heard_first(town: Platform) -> None:
    telling = Telling(town)
    await telling.part_is(DeliverySent(**DELIVERY, telling_id=telling.id, status="sent"), 1)
    await telling.begun()
    [shown] = await telling.followed()
    assert (shown["kind"], shown["case_id"], shown["status"]) == ("telling", str(telling.id), "confirmed")
    part = {"title": "Fire and rescue", "council": "northmere", "recipient": "frs-nsfr", "sends": "telling"}
    assert shown["parts"] == [part | {"status": "sent"}]
    done = DeliveryActioned(
        **DELIVERY, telling_id=telling.id, status="actioned", effect="record_closed", effective_date="2026-12-18"
    )
    await telling.part_is(done, 2)
    await telling.says(TellingCompleted(**COMPLETED))
    [shown] = await telling.followed()
    assert (shown["status"], shown["told_to_resident"]) == ("completed", COMPLETED["told_to_resident"])
    assert (shown["unread"], shown["parts"]) == (True, [part | {"status": "actioned"}])
    seen = await town.post("feedback", f"/me/transactions/{telling.id}/seen", {}, town.resident(telling.person))
    assert (seen["unread"], seen["parts"]) == (False, [part | {"status": "actioned"}])
    assert await Telling(town).followed() == []


async def test_what_is_begun_and_never_confirmed_is_not_under_way(town: Platform) -> None:
    telling = Telling(town)
    await telling.says(TellingDrafted(life_event="caring", channel="online"))
    assert await telling.followed() == []


async def test_when_everybody_is_done_we_ask_once_how_it_went(town: Platform) -> None:
    telling = Telling(town)
    await telling.begun()
    ended = await telling.says(TellingCompleted(**COMPLETED))
    await publish(town.nats, [ended], speaker="case-crm")
    [invited] = await telling.asked()
    assert (invited["name"], invited["data"]["service"], invited["data"]["case_channel"]) == (
        "feedback.invited",
        "caring",
        "online",
    )
    [invitation] = await telling.invitations()
    path = f"/me/invitations/{invitation['invitation_id']}/feedback"
    town.at("2026-12-15T09:30:00+00:00")
    answered = await town.post("feedback", path, {"rating": 5}, town.resident(telling.person))
    assert answered["rating"] == 5


async def test_of_a_death_nobody_is_asked_within_sixty_days_of_telling_it(town: Platform) -> None:
    telling, later = Telling(town, "bereavement"), Telling(town, "bereavement")
    await telling.begun()
    await telling.says(TellingCompleted(**COMPLETED), at=datetime.fromisoformat("2027-01-06T11:00:00+00:00"))
    [held] = await telling.asked()
    assert held["name"] == "feedback.invitation_suppressed"
    assert (held["data"]["because"], held["data"]["until"]) == ("bereavement", "2027-02-12T09:30:00Z")
    assert await telling.invitations() == []
    await later.begun()
    await later.says(TellingCompleted(**COMPLETED), at=datetime.fromisoformat("2027-02-12T09:30:00+00:00"))
    assert [each["name"] for each in await later.asked()] == ["feedback.invited"]


async def test_nor_with_what_it_led_to(town: Platform, case: Callable[..., Any]) -> None:
    soon, later, of_a_move = (case(person=new_id(), life_event=each) for each in ("bereavement", "bereavement", "move"))
    for each, ended in ((soon, "2027-01-06"), (later, "2027-02-13"), (of_a_move, "2027-01-06")):
        each.opened(occurred=TOLD_AT)
        at = datetime.fromisoformat(f"{ended}T11:00:00+00:00")
        each.ended(occurred=at)
        await each.told()
    assert [len(await each.invitations()) for each in (soon, later, of_a_move)] == [0, 1, 1]
    sql = "SELECT data FROM onedoor.said WHERE name = 'feedback.invitation_suppressed' AND data->>'case_id' = $1"
    [held] = await town.sql("feedback", sql, str(soon.id))
    assert (held["data"]["because"], held["data"]["until"]) == ("bereavement", "2027-02-12T09:30:00Z")


async def test_what_was_taken_back_or_put_right_is_said_so_and_not_asked_about(town: Platform) -> None:
    for event, status in (
        (TellingWithdrawn(because="told_in_error", told_to_resident="This was told in error."), "withdrawn"),
        (TellingSuperseded(superseded_by=new_id()), "superseded"),
    ):
        telling = Telling(town)
        await telling.begun()
        await telling.says(event)
        [shown] = await telling.followed()
        assert (shown["status"], await telling.asked()) == (status, [])


async def test_what_is_kept_no_longer_is_let_go_of(town: Platform) -> None:
    telling = Telling(town)
    await telling.part_is(DeliverySent(**DELIVERY, telling_id=telling.id, status="sent"), 1)
    await telling.begun()
    await telling.says(TellingDestroyed())
    assert await telling.followed() == []
    assert await town.sql("feedback", "SELECT FROM transaction_part WHERE telling_id = $1", telling.id) == []
    assert await town.sql("feedback", "SELECT FROM watched_case WHERE case_id = $1", telling.id) == []
