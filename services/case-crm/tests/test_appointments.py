"""Appointments over HTTP on real servers: a free time is booked, once, by any channel; moved, given back, kept or missed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from itertools import cycle
from uuid import UUID

import pytest
from case_crm.app import service
from common.runtime.ids import new_id
from common.testing.platform import Platform, platform, serving
from common.testing.servers import Servers
from common.testing.servers import nats as broker

from .booking import PLACE, SERVICE, Couple, Hall, kind
from .conftest import MONDAY

NINE, HALF_PAST, TEN = "2026-12-15T09:00:00Z", "2026-12-15T09:30:00Z", "2026-12-15T10:00:00Z"
LATER = "2027-01-05T09:00:00Z"


@pytest.fixture
async def hall(town: Platform) -> Hall:
    town.at(MONDAY)
    return await Hall(town).opened()


async def test_a_free_time_is_booked_and_the_case_is_scheduled_and_tells_where_and_when(hall: Hall) -> None:
    couple = await hall.couple()
    before = await couple.view()
    assert (before["status"], before["appointment"], before["appointment_actions"]) == ("submitted", None, ["book"])
    answer = await couple.book(LATER)
    assert answer.status_code == 200, answer.text
    view = answer.json()
    assert (view["status"], view["stage"], view["told_to_resident"]) == (
        "scheduled",
        "arranged",
        "Your appointment is booked.",
    )
    shown = view["appointment"]
    assert (shown["starts_at"], shown["ends_at"], shown["state"]) == (LATER, "2027-01-05T09:30:00Z", "booked")
    assert (shown["place"]["title"], shown["place"]["accessibility"]) == (
        "Northmere Town Hall",
        ["A lift to every floor"],
    )
    assert view["appointment_actions"] == ["move", "cancel"]
    again = await couple.view()
    assert (again["appointment"], again["appointment_actions"]) == (shown, ["move", "cancel"])
    [listed] = (await hall.client.get("/me/cases", headers=couple.me)).json()["items"]
    assert listed["appointment"] == shown
    assert (await couple.said())[-2:] == ["appointment.booked", "case.status_changed"]
    timeline = (await hall.client.get(f"/cases/{couple.case}/timeline", headers=couple.me)).json()["items"]
    assert ("appointment", "booked") in [(each["kind"], each["what"]) for each in timeline]


async def test_a_time_that_is_taken_is_refused_with_the_next_ones_that_are_free(hall: Hall) -> None:
    await (await hall.couple()).booked(LATER)
    answer = await (await hall.couple()).book(LATER)
    assert kind(answer) == (409, "time-taken")
    assert [moment[:16] for moment in answer.json()["next"]][:3] == [
        *("2027-01-05T09:30", "2027-01-05T10:00", "2027-01-05T10:30")
    ]
    assert LATER not in await hall.starts("2027-01-05")


async def test_why_a_time_is_not_to_be_had_is_said(hall: Hall) -> None:
    town, couple = hall.town, await hall.couple()
    await hall.also(day="fri")
    for starts_at, why in (
        ("2026-12-08T09:00:00Z", (422, "time-over")),
        ("2026-12-25T09:00:00Z", (422, "closed-that-day")),  # a Friday, and Christmas Day
        ("2027-01-05T09:10:00Z", (422, "no-such-time")),
        ("2027-01-05T11:00:00Z", (422, "no-such-time")),
        ("2027-01-06T09:00:00Z", (422, "no-such-time")),
        ("2027-06-15T08:00:00Z", (422, "too-far-ahead")),
    ):
        assert kind(await couple.book(starts_at)) == why, starts_at
    assert kind(await couple.book(LATER, location_id=str(new_id())))[0] == 404
    other = await Hall(town).opened(services=["library_membership"])
    assert kind(await couple.book(LATER, location_id=other.place)) == (422, "not-given-there")
    elsewhere = await hall.couple("southholt")
    assert kind(await elsewhere.book(LATER)) == (422, "not-for-your-council")
    assert kind(await couple.book(LATER, town.resident(new_id())))[0] == 404
    assert (await couple.said())[-1] != "appointment.booked"
    await couple.booked(LATER)
    assert kind(await couple.book(HALF_PAST)) == (409, "booked-already")
    answer = await hall.send(f"/cases/{couple.case}/transitions", {"transition": "withdraw"}, couple.me)
    assert answer.json()["appointment_actions"] == []
    assert kind(await couple.book(LATER)) == (409, "takes-no-appointment")
    assert kind(await couple.book(LATER, hall.ben)) == (403, "closed-for-good")
    address = {"address": "4 Mill Lane, Northmere ZZ99 1AB", "bin": "Rubbish"}
    rubbish = await hall.couple(service="missed_bin", answers=address)
    assert (await rubbish.view())["appointment_actions"] == []
    assert kind(await rubbish.book(LATER)) == (409, "takes-no-appointment")


async def test_a_place_that_is_shared_is_booked_by_the_other_council_for_its_own_cases(town: Platform) -> None:
    town.at(MONDAY)
    hall = await Hall(town).opened(shared_with=["southholt"])
    couple = await (await hall.couple("southholt")).booked(LATER)
    for council, seen in (("northmere", []), ("southholt", [couple.case])):
        who = town.officer(council)
        path = f"/locations/{hall.place}/appointments"
        day = await hall.client.get(path, params={"day": LATER[:10]}, headers=who)
        assert [each["case_id"] for each in day.json()["items"]] == seen
        offered = (await hall.client.get(f"/councils/{council}/locations", params={"service": SERVICE})).json()["items"]
        assert hall.place in [each["location_id"] for each in offered]
        change = await hall.client.put(
            f"/locations/{hall.place}", json=PLACE | {"shared_with": ["southholt"]}, headers=who
        )
        assert change.status_code == (200 if council == "northmere" else 404)


async def test_a_time_is_moved_and_the_one_before_is_free_again(hall: Hall) -> None:
    couple = await (await hall.couple()).booked(LATER)
    moved = (await couple.move("2027-01-05T10:30:00Z")).json()
    assert (moved["appointment"]["starts_at"], moved["status"]) == ("2027-01-05T10:30:00Z", "scheduled")
    starts = await hall.starts("2027-01-05")
    assert (LATER in starts, "2027-01-05T10:30:00Z" in starts) == (True, False)
    assert kind(await couple.move(LATER, hall.ben)) == (422, "reason-needed")
    assert (await couple.move(LATER, hall.ben, reason="The registrar is away.")).status_code == 200
    assert kind(await couple.move(LATER)) == (409, "booked-already")
    assert (await couple.said()).count("appointment.moved") == 2


async def test_a_time_is_given_back_by_its_person_until_the_notice_and_by_officers_after(hall: Hall) -> None:
    hall.town.at("2026-12-14T09:29:00+00:00")
    late = await (await hall.couple()).booked(HALF_PAST)
    assert (await late.view())["appointment_actions"] == ["move", "cancel"]  # a day and some seconds before
    hall.town.step(minutes=1)
    assert (await late.view())["appointment_actions"] == []
    assert kind(await late.cancel()) == kind(await late.move(LATER)) == (409, "short-notice")
    assert kind(await late.cancel(hall.ben)) == (422, "reason-needed")
    view = (await late.cancel(hall.ben, reason="She rang: her train is late.", asked_by="person")).json()
    assert (view["status"], view["appointment"]["state"]) == ("submitted", "cancelled")
    assert view["appointment_actions"] == ["book"]
    assert HALF_PAST in await hall.starts()
    assert kind(await late.cancel(hall.ben, reason="Again")) == (409, "nothing-booked")
    await late.booked(LATER)


async def test_who_came_is_noted_and_who_was_missed_is_told_kindly_and_books_again(hall: Hall) -> None:
    came, missed = await (await hall.couple()).booked(NINE), await (await hall.couple()).booked(HALF_PAST)
    assert kind(await came.record("attended")) == (409, "not-yet-begun")
    assert kind(await came.record("attended", came.me))[0] == 403
    hall.town.at("2026-12-15T10:00:00+00:00")
    assert (await came.view(hall.ben))["appointment_actions"] == ["record"]
    assert (await came.record("attended")).json()["appointment"]["state"] == "attended"
    view = (await missed.record("missed")).json()
    assert (view["status"], view["appointment_actions"]) == ("submitted", ["book"])
    told = (await missed.view())["appointment"]["told"]
    assert "please book another time" in told
    assert kind(await missed.record("missed")) == (409, "nothing-booked")
    await missed.booked(LATER)
    assert (await came.said())[-1] == "appointment.attended"
    kept = await hall.town.sql("case-crm", "SELECT FROM location_seat WHERE session_id = $1", UUID(hall.session))
    assert len(kept) == 1  # of what is over, none is


async def test_a_case_that_goes_on_otherwise_lets_its_time_go(hall: Hall) -> None:
    couple = await (await hall.couple()).booked(LATER)
    answer = await hall.send(f"/cases/{couple.case}/transitions", {"transition": "withdraw"}, couple.me)
    assert (answer.json()["status"], answer.json()["appointment"]["state"]) == ("withdrawn", "cancelled")
    assert (await couple.said())[-1] == "appointment.cancelled"
    await (await hall.couple()).booked(LATER)


async def test_who_booked_is_written_to_when_it_is_booked_moved_and_cancelled_by_an_officer(hall: Hall) -> None:
    couple = await (await hall.couple()).booked(LATER)
    moved_to = "2027-01-05T10:30:00Z"
    assert (await couple.move(moved_to)).is_success
    reason = {"reason": "The registrar is away."}
    assert (await couple.cancel(hall.ben, **reason)).is_success
    booked, moved, cancelled = await couple.written()
    on = {"reference": (await couple.view())["reference"], "day": "2027-01-05"}
    where = {"place": PLACE["title"]}
    assert (booked["template"], booked["values"]) == ("appointment_booked", on | where | {"time": "09:00"})
    assert (moved["template"], moved["values"]) == ("appointment_moved", on | where | {"time": "10:30"})
    assert (cancelled["template"], cancelled["values"]) == ("appointment_cancelled", on | {"time": "10:30"})
    assert (booked["expires_at"], moved["expires_at"]) == (LATER, moved_to)
    assert "registrar" not in str(cancelled)  # why stands in their account


async def test_who_cancels_it_themself_is_not_told_so_and_whose_request_is_stopped_is(hall: Hall) -> None:
    mine, stopped = (
        await (await hall.couple()).booked(LATER),
        await (await hall.couple()).booked("2027-01-05T09:30:00Z"),
    )
    assert (await mine.cancel()).is_success
    stop = {"transition": "cancel", "reason": "It was registered elsewhere."}
    assert (await hall.send(f"/cases/{stopped.case}/transitions", stop, hall.ben)).is_success
    assert [each["template"] for each in await mine.written()] == ["appointment_booked"]
    assert [each["template"] for each in await stopped.written()] == ["appointment_booked", "appointment_cancelled"]


async def test_the_same_request_twice_is_one_booking(hall: Hall) -> None:
    couple = await hall.couple()
    key = couple.me | {"Idempotency-Key": "booking"}
    first, second = await couple.book(LATER, key), await couple.book(LATER, key)
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert (await couple.said()).count("appointment.booked") == 1
    assert len(await couple.written()) == 1
    stale = couple.me | {"If-Match": '"1"'}
    assert (await couple.cancel(stale)).status_code == 412


@pytest.fixture
async def replicas(servers: Servers) -> AsyncIterator[tuple[Hall, Hall]]:
    """A hall as two replicas of the service know it."""
    with broker(servers.home) as nats:
        async with platform(servers, nats, [service]) as town:
            town.at(MONDAY)
            async with serving(service, town.told[service.name]) as second:
                hall, other = await Hall(town).opened(at_once=3), Hall(town)
                other.client, other.place = second.client, hall.place
                yield hall, other


async def test_sixteen_who_book_the_last_places_of_two_replicas_at_once_are_exactly_as_many_as_there_are(
    replicas: tuple[Hall, Hall],
) -> None:
    hall, _ = replicas
    people = [await hall.couple() for _ in range(16)]
    for couple, through in zip(people, cycle(replicas), strict=False):
        couple.hall = through

    async def twice(couple: Couple) -> list[tuple[int, str]]:
        answers = await asyncio.gather(couple.book(LATER), couple.book(LATER))
        return [(200, "") if answer.is_success else kind(answer) for answer in answers]

    answers = [each for both in await asyncio.gather(*map(twice, people)) for each in both]
    assert Counter(answers)[200, ""] == 3
    assert {*answers} - {(200, ""), (409, "time-taken"), (409, "booked-already")} == set()
    seats = await hall.town.sql("case-crm", "SELECT number FROM location_seat ORDER BY number")
    assert [row["number"] for row in seats] == [0, 1, 2]
    rows = await hall.town.sql("case-crm", "SELECT case_id FROM appointment WHERE state = 'booked'")
    assert len({row["case_id"] for row in rows}) == len(rows) == 3
