"""A case that waits for its person: they are reminded, told until when, and only then is it closed, by the platform's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from case_crm.app import service
from case_crm.domain.definitions import NotSound, read
from common.contracts.people.limits import PersonRestricted, PersonUnrestricted
from common.embedded import Nats
from common.testing.killing import killed_while_ringing
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.stream import publish, said

from .conftest import DEFINITIONS, Desk
from .test_attachments import attach, picture

MONDAY = datetime(2027, 2, 1, 10, tzinfo=UTC)
FORTNIGHT, MINUTE = timedelta(days=14), timedelta(minutes=1)
REMINDED = "We still need something more from you before we can go on."
TOUCH = {"channel": "phone", "purpose": "chase"}


class Waits(Desk):
    """A case that waits for its person since some moment."""

    async def since(self, at: datetime, **body: Any) -> Waits:
        self.town.at(at.isoformat())
        await self.opened(**{"service": "home_check", "answers": {"what": "The roof"}} | body)
        assert (await self.move("ask")).is_success
        return self

    def at(self, moment: datetime) -> None:
        self.town.at(moment.isoformat())

    async def told(self) -> list[tuple[str, dict[str, str]]]:
        """What they were written, oldest first."""
        sql = "SELECT data FROM onedoor.said WHERE name = 'message.requested' AND person_id = $1 ORDER BY occurred, id"
        rows = [row["data"] for row in await self.town.sql("case-crm", sql, self.person)]
        return [(row["template"], row["values"]) for row in rows if row["template"] != "request_received"]

    async def reads(self) -> list[str]:
        """What their case's timeline tells them by way of updates."""
        answer = await self.client.get(f"{self.path}/timeline", headers=self.resident)
        return [each["text"] for each in answer.json()["items"] if each["kind"] == "update"]

    async def reminded(self, times: int) -> None:
        async def so_often() -> bool:
            return len(await self.told()) == times

        await self.town.until(so_often)

    async def until(self, status: str) -> None:
        async def reached() -> bool:
            return bool((await self.view(self.ada))["status"] == status)

        await self.town.until(reached)

    async def due(self) -> list[datetime]:
        sql = "SELECT due_at FROM onedoor.timer WHERE aggregate_id = $1 AND name = 'case_waits'"
        rows = await self.town.sql("case-crm", sql, UUID(self.case))
        return [row["due_at"].replace(second=0, microsecond=0) for row in rows]

    async def hears(self, version: int, event: Any) -> None:
        row = said(event, self.person, version, person_id=self.person)
        await publish(self.town.nats, [row], speaker="customer-account")
        await self.town.heard(f"{event.aggregate}/{self.person}@{version}")


@pytest.fixture
def waits(office: Platform) -> Waits:
    return Waits(office)


async def test_they_are_reminded_twice_and_told_the_day_before_it_is_closed_and_can_reopen_it(waits: Waits) -> None:
    await waits.since(MONDAY)
    assert await waits.due() == [MONDAY + FORTNIGHT]
    first = MONDAY + FORTNIGHT + MINUTE
    waits.at(first)
    await waits.reminded(1)
    second = first + FORTNIGHT + MINUTE
    waits.at(second)
    await waits.reminded(2)
    reference = (await waits.view(waits.ada))["reference"]
    last = date.fromisoformat((await waits.told())[1][1]["day"])
    assert last == second.date() + FORTNIGHT
    assert await waits.told() == [
        ("still_needed", {"reference": reference}),
        ("closes_unless_heard", {"reference": reference, "day": last.isoformat()}),
    ]
    ends = f"If we do not hear from you by {last:%A} {last.day} {last:%B %Y} we close your request; you can reopen it then."
    assert sorted(await waits.reads()) == [REMINDED, f"{REMINDED} {ends}"]
    waits.at(datetime(last.year, last.month, last.day, 23, 59, tzinfo=UTC))
    assert (await waits.view(waits.ada))["status"] == "awaiting_customer"
    waits.at(datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1, minutes=1))
    await waits.until("closed")
    shown = await waits.view(waits.resident)
    assert (shown["result"], shown["told_to_resident"]) == ("unable_to_contact", "Your request is closed.")
    [closed] = [row for row in await waits.rows() if row["name"] == "case.closed"]
    assert (closed["data"]["transition"], closed["data"]["was"]) == ("no_answer", "awaiting_customer")
    assert closed["data"]["reason"] == "We reminded you twice of what we still need, and did not hear from you."
    assert await waits.due() == []
    reopened = await waits.move("reopen", waits.resident)
    assert (reopened.json()["status"], reopened.json()["reference"]) == ("submitted", reference)
    assert (await waits.move("ask")).is_success
    assert len(await waits.due()) == 1
    assert len(await waits.told()) == 2


async def test_whatever_is_heard_of_it_begins_the_waiting_anew_and_going_on_ends_it(waits: Waits) -> None:
    await waits.since(MONDAY)
    waits.at(MONDAY + FORTNIGHT + MINUTE)
    await waits.reminded(1)
    heard = MONDAY + timedelta(days=21)
    waits.at(heard)
    assert (await waits.send(f"{waits.path}/interactions", TOUCH, waits.ada)).is_success
    assert await waits.due() == [heard + FORTNIGHT]
    sent = heard + timedelta(days=1)
    waits.at(sent)
    answer = await attach(waits.town, waits.case, waits.resident, picture(), "image/jpeg")
    assert answer.status_code == 201, answer.text
    assert await waits.due() == [sent + FORTNIGHT]
    waits.at(sent + FORTNIGHT + MINUTE)
    await waits.reminded(2)
    assert [template for template, _ in await waits.told()] == ["still_needed", "still_needed"]
    assert (await waits.move("resume")).is_success
    assert await waits.due() == []


async def test_what_falls_on_no_hour_of_service_is_said_in_the_next(waits: Waits) -> None:
    saturday_fortnight = datetime(2027, 2, 6, 10, tzinfo=UTC)
    await waits.since(saturday_fortnight)
    assert await waits.due() == [datetime(2027, 2, 22, 9, tzinfo=UTC)]


async def test_where_their_data_is_kept_and_not_used_they_are_neither_reminded_nor_shut_out(waits: Waits) -> None:
    await waits.since(MONDAY)
    await waits.hears(1, PersonRestricted(because="unlawful", visible_to=["northmere"]))
    look = MONDAY + FORTNIGHT + MINUTE
    waits.at(look)

    async def looked_at() -> bool:
        return await waits.due() > [look]

    await waits.town.until(looked_at)
    assert await waits.told() == []
    await waits.hears(2, PersonUnrestricted(visible_to=["northmere"]))
    waits.at(look + timedelta(days=1, minutes=1))
    await waits.reminded(1)


async def test_a_service_has_its_own_days_and_may_say_why_its_cases_stay_open(office: Platform) -> None:
    desk = Waits(office)
    desk.at(MONDAY)
    await desk.assessed()
    assert (await desk.move("request_information", reason="The bill is missing.")).is_success
    assert await desk.due() == [MONDAY + timedelta(days=7)]
    for times, after in ((1, 7), (2, 10)):
        desk.at(MONDAY + timedelta(days=after) + times * MINUTE)
        await desk.reminded(times)
    assert [template for template, _ in await desk.told()] == ["still_needed", "still_needed"]
    assert await desk.due() == []
    desk.at(MONDAY + timedelta(days=100))
    assert (await desk.view(desk.ada))["status"] == "awaiting_customer"


async def test_it_is_said_once_and_closed_once_although_a_replica_is_killed_at_each(
    servers: Servers, nats: Nats
) -> None:
    async with platform(servers, nats, [service], definitions=DEFINITIONS) as alone:
        desks = [await Waits(alone).since(MONDAY) for _ in range(3)]
        for times in (1, 2):
            await killed_while_ringing(alone, "case-crm", after=1, days=15)
            for desk in desks:
                await desk.reminded(times)
        await killed_while_ringing(alone, "case-crm", after=1, days=16)
        for desk in desks:
            await desk.until("closed")
            assert [template for template, _ in await desk.told()] == ["still_needed", "closes_unless_heard"]
            assert (await desk.said()).count("case.closed") == 1
            assert await desk.due() == []


def test_what_stays_open_is_not_closed_after_any_days() -> None:
    text = (DEFINITIONS / "hardship_fund.yaml").read_text()
    changed = text.replace("  stays_open:", "  close_after_days: 3\n  stays_open:")
    line = next(number for number, each in enumerate(changed.splitlines(), 1) if each.startswith("waiting:"))
    with pytest.raises(NotSound, match=f"line {line}: waiting: what stays open is not closed after any days"):
        read(changed)
