"""A day that a council closes after people were booked on it: each is cancelled once, its seat free, its person written to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from case_crm.app import service
from case_crm.commands import closing
from case_crm.queries.calendars import calendars
from common.contracts.people.limits import PersonRestricted
from common.testing.killing import killed_while_ringing
from common.testing.platform import Platform, platform, serving
from common.testing.servers import Servers
from common.testing.servers import nats as broker
from common.testing.stream import publish, said

from .booking import Couple, Hall, kind
from .conftest import MONDAY

CLOSED, WHY = date(2027, 1, 5), "The boiler is being mended"
NINE, HALF_PAST, TEN = (f"2027-01-05T{at}:00Z" for at in ("09:00", "09:30", "10:00"))
WEEK_AFTER = "2027-01-12T09:00:00Z"
TIMERS = (
    "SELECT due_at FROM onedoor.timer WHERE name = 'calendar_days_closed' AND council = 'northmere' AND due_at < $1"
)
Closes = Callable[..., Awaitable[None]]


@pytest.fixture
async def alone(servers: Servers) -> AsyncIterator[Platform]:
    """A town of its own: what closes in it is closed for nobody else."""
    with broker(servers.home) as nats:
        async with platform(servers, nats, [service]) as town:
            town.at(MONDAY)
            yield town


@pytest.fixture
def hall(alone: Platform) -> Hall:
    return Hall(alone)


@pytest.fixture
def closes(alone: Platform) -> Any:
    """A release in which a council is closed on one more day has started, and a minute has passed."""
    with pytest.MonkeyPatch.context() as patch:

        async def start(council: str = "northmere") -> None:
            known = calendars()
            changed = known[council].model_copy(update={"closed": {**known[council].closed, CLOSED: WHY}})
            patch.setattr("case_crm.queries.calendars.load_calendars", lambda _: {**known, council: changed})
            calendars.cache_clear()
            async with serving(service, alone.told[service.name]):
                pass
            alone.step(minutes=2)

        yield start
    calendars.cache_clear()


async def called_off(couple: Couple) -> dict[str, Any]:
    """The case of somebody, once their appointment was cancelled."""

    async def cancelled() -> Any:
        view = await couple.view()
        return view if view["appointment"]["state"] == "cancelled" else None

    view: dict[str, Any] = await couple.hall.town.until(cancelled)
    return view


async def looked(town: Platform) -> None:
    """The days were looked through, and will be once more within the hour."""

    async def done() -> bool:
        return not await town.sql("case-crm", TIMERS, town.clock.now())

    await town.until(done)


async def alerts(couple: Couple, council: str = "northmere") -> list[str]:
    view = await couple.view(couple.hall.town.officer(council))
    return [task["what"] for task in view["tasks"] if task["kind"] == "alert"]


async def test_who_is_booked_on_a_day_that_is_closed_since_is_called_off_told_why_and_books_anew(
    hall: Hall, closes: Closes
) -> None:
    await hall.opened()
    couple, other = await (await hall.couple()).booked(NINE), await (await hall.couple()).booked(WEEK_AFTER)
    await closes()
    view = await called_off(couple)
    assert (view["status"], view["stage"], view["appointment_actions"]) == ("submitted", "asked", ["book"])
    entries = (await hall.client.get(f"/cases/{couple.case}/timeline", headers=couple.me)).json()["items"]
    [why] = [each["text"] for each in entries if (each["kind"], each["what"]) == ("appointment", "cancelled")]
    assert why == (
        "We are closed on Tuesday 5 January 2027 after all: The boiler is being mended. "
        "We are sorry. Please book another time."
    )
    assert (await couple.said())[-3:] == ["appointment.cancelled", "case.status_changed", "task.opened"]
    [event] = await hall.town.sql("case-crm", "SELECT data FROM onedoor.said WHERE name = 'appointment.cancelled'")
    assert (event["data"]["asked_by"], event["data"]["reason"]) == ("council", why)
    assert await alerts(couple) == [closing.CALLED_OFF]
    [*_, written] = await couple.written()
    reference = view["reference"]
    assert (written["template"], written["values"]) == (
        "appointment_day_closed",
        {"reference": reference, "day": "2027-01-05", "time": "09:00"},
    )
    seats = await hall.town.sql("case-crm", "SELECT starts_at FROM location_seat")
    assert [f"{row['starts_at']:%Y-%m-%d}" for row in seats] == ["2027-01-12"]
    reminders = "SELECT FROM onedoor.timer WHERE name = 'appointment_reminder' AND aggregate_id = $1"
    assert await hall.town.sql("case-crm", reminders, UUID(couple.case)) == []
    assert (await other.view())["appointment"]["state"] == "booked"
    assert kind(await couple.book(HALF_PAST)) == (422, "closed-that-day")
    await couple.booked("2027-01-12T09:30:00Z")


async def test_it_is_done_once_and_looked_for_once_more_an_hour_later(hall: Hall, closes: Closes) -> None:
    await hall.opened()
    couple = await (await hall.couple()).booked(NINE)
    late = await (await hall.couple()).booked(WEEK_AFTER)
    await closes()
    await called_off(couple)
    before = await couple.said()
    on_that_day = "starts_at = starts_at - interval '7 days'"  # through a replica of the release before
    await hall.town.sql("case-crm", f"UPDATE appointment SET {on_that_day} WHERE case_id = $1", UUID(late.case))
    await hall.town.sql("case-crm", f"UPDATE location_seat SET {on_that_day}")
    hall.town.step(hours=1)
    await called_off(late)
    await looked(hall.town)
    assert await couple.said() == before
    assert len(await couple.written()) == 2
    assert await hall.town.sql("case-crm", "SELECT FROM location_seat") == []


async def test_many_are_called_off_some_at_a_time_and_each_once(
    hall: Hall, closes: Closes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "BATCH", 2)
    await hall.opened(at_once=2)
    times = [NINE, NINE, HALF_PAST, HALF_PAST, TEN]
    couples = [await (await hall.couple()).booked(at) for at in times]
    await closes()
    for couple in couples:
        await called_off(couple)
    await looked(hall.town)
    for couple in couples:
        assert (await couple.said()).count("appointment.cancelled") == 1
        assert [each["template"] for each in await couple.written()].count("appointment_day_closed") == 1
        assert await alerts(couple) == [closing.CALLED_OFF]
    assert await hall.town.sql("case-crm", "SELECT FROM location_seat") == []


async def test_what_has_begun_stays_as_it_was(hall: Hall, closes: Closes) -> None:
    await hall.opened()
    begun, to_come = await (await hall.couple()).booked(NINE), await (await hall.couple()).booked(TEN)
    hall.town.at("2027-01-05T09:10:00+00:00")
    await closes()
    await called_off(to_come)
    await looked(hall.town)
    assert (await begun.view())["appointment"]["state"] == "booked"
    assert [each["template"] for each in await begun.written()] == ["appointment_booked"]


async def test_another_council_that_shares_the_place_finds_another_time_for_its_own_cases(
    hall: Hall, closes: Closes
) -> None:
    await hall.opened(shared_with=["southholt"])
    theirs = await (await hall.couple("southholt")).booked(NINE)
    ours = await (await hall.couple()).booked(HALF_PAST)
    await closes()
    await called_off(ours)
    view = await theirs.view()
    assert (view["status"], view["appointment"]["state"], view["appointment"]["to_be_moved"]) == (
        "scheduled",
        "booked",
        True,
    )
    [what] = await alerts(theirs, "southholt")
    assert "find another time" in what
    assert [each["template"] for each in await theirs.written()] == ["appointment_booked", "appointment_to_be_moved"]
    assert "appointment.cancelled" not in await theirs.said()


async def test_a_day_on_which_another_council_is_closed_cancels_nothing_here(hall: Hall, closes: Closes) -> None:
    await hall.opened(shared_with=["southholt"])
    couples = [await (await hall.couple(each)).booked(at) for each, at in (("northmere", NINE), ("southholt", TEN))]
    await closes("southholt")

    async def published() -> bool:
        sql = "SELECT FROM council_calendar WHERE council = 'southholt' AND calendar_version = 2"
        pending = TIMERS.replace("northmere", "southholt")
        return bool(await hall.town.sql("case-crm", sql)) and not await hall.town.sql(
            "case-crm", pending, hall.town.clock.now()
        )

    await hall.town.until(published)
    for couple in couples:
        appointment = (await couple.view())["appointment"]
        assert (appointment["state"], appointment["to_be_moved"]) == ("booked", False)


async def test_whose_data_is_kept_and_not_used_has_another_time_found_by_an_officer(hall: Hall, closes: Closes) -> None:
    await hall.opened()
    couple = await (await hall.couple()).booked(NINE)
    event = PersonRestricted(because="unlawful", visible_to=["northmere"])
    row = said(event, couple.person, 1, person_id=couple.person)
    await publish(hall.town.nats, [row], speaker="customer-account")
    await hall.town.heard(f"{event.aggregate}/{couple.person}@1")
    await closes()

    async def alerted() -> list[str]:
        return await alerts(couple)

    [what] = await hall.town.until(alerted)
    assert "find another time" in what
    view = await couple.view()
    assert (view["status"], view["appointment"]["to_be_moved"]) == ("scheduled", True)


async def test_each_is_called_off_once_although_a_replica_is_killed_while_it_does_it(hall: Hall) -> None:
    """On Boxing Day's substitute, which every process knows to be closed: they were booked before that was known."""
    town = hall.town
    await hall.opened(day="tue", at_once=3)
    couples = [await (await hall.couple()).booked("2026-12-29T09:00:00Z") for _ in range(3)]
    await town.sql("case-crm", "UPDATE appointment SET starts_at = starts_at - interval '1 day'")
    await town.sql("case-crm", "UPDATE location_seat SET starts_at = starts_at - interval '1 day'")
    await town.sql("case-crm", "UPDATE council_calendar SET document = '{}' WHERE council = 'northmere'")
    async with serving(service, town.told[service.name]):
        pass
    await killed_while_ringing(town, service.name, minutes=2)
    for couple in couples:
        view = await called_off(couple)
        assert view["status"] == "submitted"
        assert (await couple.said()).count("appointment.cancelled") == 1
        assert [each["template"] for each in await couple.written()] == ["appointment_booked", "appointment_day_closed"]
    assert await town.sql("case-crm", "SELECT FROM location_seat") == []


async def test_a_calendar_that_closes_nothing_new_calls_nobody_off(hall: Hall) -> None:
    town = hall.town
    await hall.opened()
    couple = await (await hall.couple()).booked(NINE)
    await town.sql("case-crm", "UPDATE council_calendar SET document = '{}'")
    async with serving(service, town.told[service.name]):
        pass
    town.step(minutes=2)
    await looked(town)
    assert (await couple.view())["appointment"]["state"] == "booked"
    assert await alerts(couple) == []
