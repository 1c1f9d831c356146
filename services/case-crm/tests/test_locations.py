"""Locations and their sessions over HTTP: kept by officers, free by the clocks and closed days of the council; ended, and told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from common.contracts.people import FactsProtected
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said

from .booking import ALL, PLACE, TUESDAYS, Hall, kind
from .conftest import MONDAY

LATER = "2027-01-05T09:00:00Z"
SAID = "SELECT person_id, data FROM onedoor.said WHERE name = 'message.requested' AND person_id = $1"


@pytest.fixture
async def hall(town: Platform) -> Hall:
    town.at(MONDAY)
    return await Hall(town).opened()


async def test_a_location_is_kept_by_officers_with_the_permission_and_by_its_council_alone(hall: Hall) -> None:
    town = hall.town
    plain, elsewhere = hall.ben, town.officer("southholt", permissions=ALL)
    assert (await hall.send("/locations", PLACE, plain)).status_code == 403
    for path, body in ((f"/locations/{hall.place}/sessions", TUESDAYS), (_ending(hall), {"last_day": "2027-01-01"})):
        assert (await hall.send(path, body, plain)).status_code == 403
        assert (await hall.send(path, body, elsewhere)).status_code == 404
    unknown = await hall.send("/locations", PLACE | {"shared_with": ["atlantis"]}, hall.lead)
    assert kind(unknown) == (422, "unknown-council")
    for wrong in ({"ends": "09:20"}, {"day": "someday"}, {"last_day": "2026-11-30"}, {"at_once": 0}, {"services": []}):
        answer = await hall.send(f"/locations/{hall.place}/sessions", TUESDAYS | wrong, hall.lead)
        assert answer.status_code == 422, wrong
    told = {"title": "The Old Town Hall", "address": "2 Market Square"}
    changed = await hall.client.put(f"/locations/{hall.place}", json=told, headers=hall.lead)
    assert (changed.json()["title"], len(changed.json()["sessions"])) == ("The Old Town Hall", 1)
    offered = (await hall.client.get("/councils/northmere/locations")).json()["items"]
    assert "The Old Town Hall" in [each["title"] for each in offered]
    theirs = (await hall.client.get("/councils/southholt/locations")).json()["items"]
    assert hall.place not in [each["location_id"] for each in theirs]


async def test_free_times_are_a_fortnight_and_go_on_from_where_it_ends(hall: Hall) -> None:
    await hall.also(begins="10:00", ends="11:00")
    page = await hall.times()
    assert [each["starts_at"][:10] for each in page["items"]] == ["2026-12-15"] * 4 + ["2026-12-22"] * 4
    assert [each["free"] for each in page["items"]] == [1, 1, 2, 2] * 2
    assert page["next"] == "2026-12-28"
    assert {each["starts_at"][:10] for each in (await hall.times(page["next"]))["items"]} == {
        "2026-12-29",
        "2027-01-05",
    }
    assert (await hall.times(service="library_membership"))["items"] == []
    assert (await hall.times("2150-01-01")) | {"items": [], "next": None} == await hall.times("2150-01-01")


async def test_it_is_not_open_on_closed_days_of_its_council_but_may_be_on_a_saturday(hall: Hall) -> None:
    await hall.also(day="fri")
    await hall.also(day="sat", begins="10:00", ends="10:30")
    days = {moment[:10] for moment in await hall.starts("2026-12-21")}
    assert days == {"2026-12-22", "2026-12-26", "2026-12-29", "2027-01-02"} - {"2026-12-26"}  # Christmas and Boxing Day


async def test_it_goes_by_the_clocks_of_its_council_when_they_change(hall: Hall) -> None:
    hall.town.at("2027-03-15T09:30:00+00:00")
    thursdays = await Hall(hall.town).opened(day="thu", begins="09:00", ends="10:00")
    assert await thursdays.starts("2027-03-22") == [
        *("2027-03-25T09:00:00Z", "2027-03-25T09:30:00Z"),  # in winter
        *("2027-04-01T08:00:00Z", "2027-04-01T08:30:00Z"),  # in summer
    ]
    night = await Hall(hall.town).opened(day="sun", begins="00:00", ends="04:00", minutes=60)
    assert len(await night.starts("2027-03-28")) == 3 + 4  # the night that has an hour less, and the one a week after
    couple = await (await thursdays.couple()).booked("2027-04-01T08:00:00Z")
    assert (await couple.view())["appointment"]["starts_at"] == "2027-04-01T08:00:00Z"


async def test_who_is_booked_after_the_last_day_of_a_session_is_to_be_moved_and_whoever_deals_with_it_is_told(
    hall: Hall,
) -> None:
    before, after = (
        await (await hall.couple()).booked("2026-12-22T09:00:00Z"),
        await (await hall.couple()).booked(LATER),
    )
    assert (await hall.send(_ending(hall), {"last_day": "2026-12-22"}, hall.lead)).status_code == 200
    assert await hall.starts("2026-12-28") == []
    hall.town.step(minutes=2)

    async def told() -> Any:
        return [task for task in (await after.view(hall.ben))["tasks"] if task["kind"] == "alert"]

    [task] = await hall.town.until(told)
    assert "find another time" in task["what"]
    view = await after.view()
    assert (view["appointment"]["state"], view["appointment"]["to_be_moved"]) == ("booked", True)
    assert "We are sorry" in view["appointment"]["told"]
    assert [each["template"] for each in await after.written()] == ["appointment_booked", "appointment_to_be_moved"]
    reminders = "SELECT FROM onedoor.timer WHERE name = 'appointment_reminder' AND aggregate_id = $1"
    assert await hall.town.sql("case-crm", reminders, UUID(after.case)) == []  # nobody is reminded of what is not held
    assert (await before.view(hall.ben))["tasks"] == []
    await hall.also(first_day="2026-12-23", begins="14:00", ends="15:00")
    moved = (await after.move("2027-01-05T14:00:00Z")).json()["appointment"]
    assert (moved["to_be_moved"], moved["told"]) == (False, "You have an appointment.")


async def test_its_person_is_reminded_on_the_working_day_before_of_what_is_still_booked(hall: Hall) -> None:
    tuesday, gone = "2027-01-05T09:00:00Z", "2027-01-05T09:30:00Z"
    monday = await Hall(hall.town).opened(day="mon")
    kept, cancelled = await (await hall.couple()).booked(tuesday), await (await hall.couple()).booked(gone)
    weekend = await (await monday.couple()).booked("2027-01-04T09:00:00Z")
    await cancelled.cancel()
    sql = "SELECT due_at FROM onedoor.timer WHERE name = 'appointment_reminder' AND aggregate_id = $1"
    [timer] = await hall.town.sql("case-crm", sql, UUID(weekend.case))
    assert timer["due_at"].isoformat() == "2026-12-31T09:00:00+00:00"  # New Year's Day and a weekend lie between
    assert await hall.town.sql("case-crm", sql, UUID(cancelled.case)) == []
    hall.town.at("2027-01-04T09:00:01+00:00")

    async def reminded(who: Any) -> list[Any]:
        rows = await hall.town.sql("case-crm", SAID, who.person)
        return [row["data"] for row in rows if row["data"]["template"] == "appointment_reminder"]

    [message] = await hall.town.until(lambda: reminded(kept))
    reference = (await kept.view())["reference"]
    on = {"day": "2027-01-05", "time": "09:00", "place": PLACE["title"]}
    assert message["values"] == {"reference": reference} | on
    assert message["expires_at"] == tuesday
    assert await reminded(cancelled) == await reminded(weekend) == []  # what has begun, nobody is reminded of


async def test_where_a_protected_person_will_be_is_shown_to_them_and_to_officers_who_are_cleared(
    hall: Hall, nats: Nats
) -> None:
    person = new_id()
    event = FactsProtected(kinds=["home_address"], visible_to=["northmere"])
    await publish(nats, [said(event, person, 1, person_id=person)], speaker="customer-account")
    await hall.town.heard(f"facts/{person}@1")
    couple = await (await hall.couple(person=person)).booked(LATER)
    cleared = hall.town.officer("northmere", permissions=[*ALL, "protection:read"])
    path = f"/locations/{hall.place}/appointments?day=2027-01-05"
    for who, shown in ((hall.ben, False), (cleared, True)):
        assert ((await couple.view(who))["appointment"]["place"] is not None) == shown
        assert bool((await hall.client.get(path, headers=who)).json()["items"]) == shown
    assert (await couple.view())["appointment"]["place"]["title"] == PLACE["title"]
    refused = await couple.cancel(hall.ben, reason="She moved to 3 Quay Street, Southholt ZZ99 2QS.")
    assert kind(refused) == (422, "address-in-text")


def _ending(hall: Hall) -> str:
    return f"/locations/{hall.place}/sessions/{hall.session}/end"
