"""How people are reached: safe hours that no change of clocks moves, and what an officer sees at once."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pytest
from common.contracts.people import SafeHours
from common.runtime.ids import new_id
from common.testing.platform import Platform
from customer_account.domain.contact import ContactPoint, may_contact, next_safe_time
from hypothesis import given
from hypothesis import strategies as st

Registers = Callable[..., Awaitable[dict[str, Any]]]
MOBILE = {"kind": "mobile", "value": "07700 900345", "label": "Mine"}
WEEKDAYS = {"days": ["mon", "tue"], "from": "10:00", "to": "15:00"}


def reached(*hours: tuple[str, str, str], zone: str = "Europe/London") -> ContactPoint:
    """A number with these safe hours: days, from, to."""
    safe = [SafeHours.model_validate({"days": d.split(), "from": begin, "to": end}) for d, begin, end in hours]
    plain: dict[str, Any] = {"kind": "mobile", "value": "+447700900345", "label": None, "preferred": False}
    return ContactPoint(id=UUID(int=1), safe_to_leave_message=False, safe_hours=safe, time_zone=zone, **plain)


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


# -- when


@pytest.mark.parametrize(
    ("hours", "now", "following"),
    [
        ([], "2026-12-14T03:00+00:00", None),
        ([("mon tue", "10:00", "15:00")], "2026-12-14T10:00+00:00", None),
        ([("mon tue", "10:00", "15:00")], "2026-12-14T14:59:59+00:00", None),
        ([("mon tue", "10:00", "15:00")], "2026-12-14T09:59:59+00:00", "2026-12-14T10:00+00:00"),
        ([("mon tue", "10:00", "15:00")], "2026-12-14T15:00+00:00", "2026-12-15T10:00+00:00"),
        ([("mon tue", "10:00", "15:00")], "2026-12-15T15:00+00:00", "2026-12-21T10:00+00:00"),
        ([("mon", "16:00", "17:00"), ("mon", "08:00", "09:00")], "2026-12-14T09:30+00:00", "2026-12-14T16:00+00:00"),
        ([("sat", "20:00", "24:00")], "2026-12-19T23:59:59+00:00", None),
        # in summer ten o'clock is nine by Greenwich
        ([("mon", "10:00", "15:00")], "2026-07-06T09:30+00:00", None),
        ([("mon", "10:00", "15:00")], "2026-07-06T08:30+00:00", "2026-07-06T09:00+00:00"),
        # the clocks go forward before the next Monday, and back before another
        ([("mon", "10:00", "15:00")], "2026-03-28T12:00+00:00", "2026-03-30T09:00+00:00"),
        ([("mon", "10:00", "15:00")], "2026-10-24T12:00+00:00", "2026-10-26T10:00+00:00"),
        # 29 March 2026 has no time between one and two
        ([("sun", "01:15", "01:45")], "2026-03-29T00:30+00:00", "2026-04-05T00:15+00:00"),
        ([("sun", "01:30", "03:00")], "2026-03-29T00:30+00:00", "2026-03-29T01:00+00:00"),
        ([("sun", "01:30", "03:00")], "2026-03-29T01:15+00:00", None),
        # 25 October 2026 has it twice
        ([("sun", "01:30", "01:45")], "2026-10-25T00:00+00:00", "2026-10-25T00:30+00:00"),
        ([("sun", "01:30", "01:45")], "2026-10-25T00:50+00:00", "2026-10-25T01:30+00:00"),
        ([("sun", "00:30", "01:30")], "2026-10-25T00:45+00:00", "2026-10-25T01:00+00:00"),
        ([("sun", "00:30", "01:30")], "2026-10-25T01:15+00:00", None),
    ],
)
def test_a_person_is_rung_in_their_safe_hours_by_the_clocks_of_the_council(
    hours: list[tuple[str, str, str]], now: str, following: str | None
) -> None:
    point = reached(*hours)
    assert may_contact(point, at(now)) is (following is None)
    assert next_safe_time(point, at(now)) == (at(following) if following else None)


ZONES = st.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
TIMES = st.integers(min_value=0, max_value=24 * 60)
SPANS = st.tuples(st.sampled_from(["mon", "wed", "sat", "sun"]), TIMES, TIMES).filter(lambda span: span[1] < span[2])


@given(
    spans=st.lists(SPANS, min_size=1, max_size=3),
    zone=ZONES,
    now=st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_the_next_safe_time_is_safe_and_none_before_it_is(
    spans: list[tuple[str, int, int]], zone: str, now: datetime
) -> None:
    def clock(minutes: int) -> str:
        return f"{minutes // 60:02}:{minutes % 60:02}"

    point = reached(*((day, clock(begin), clock(end)) for day, begin, end in spans), zone=zone)
    following = next_safe_time(point, now)
    if may_contact(point, now):
        assert following is None
        return
    assert following is not None
    assert now < following < now + timedelta(days=15)
    assert may_contact(point, following)
    assert not may_contact(point, following - timedelta(seconds=1))
    shown = following.astimezone(ZoneInfo(zone))
    assert any(
        shown.strftime("%a").lower() == day and clock(begin) <= f"{shown:%H:%M}" < clock(end)
        for day, begin, end in spans
    )
    midday = now + (following - now) / 2
    assert not may_contact(point, midday)


# -- what is kept and shown


@pytest.fixture
def monday_morning(town: Platform) -> None:
    town.at("2026-12-14T09:30:00+00:00")


async def added(client: httpx.AsyncClient, path: str, headers: dict[str, str], **said: Any) -> dict[str, Any]:
    answer = await client.post(f"{path}/contact-points", json={**MOBILE, **said}, headers=headers)
    assert answer.status_code == 201, answer.text
    point: dict[str, Any] = answer.json()
    return point


@pytest.mark.usefixtures("monday_morning")
async def test_an_officer_sees_at_once_whether_to_ring_now_and_if_not_when(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    path = f"/persons/{(await register())['person_id']}"
    point = await added(client, path, town.officer(), safe_hours=[WEEKDAYS], safe_to_leave_message=True)
    assert (point.pop("version"), point.pop("id") is not None) == (1, True)
    assert point == {
        "kind": "mobile",
        "value": "+447700900345",
        "label": "Mine",
        "preferred": False,
        "safe_to_leave_message": True,
        "safe_hours": [WEEKDAYS],
        "time_zone": "Europe/London",
        "verified_at": None,
        "may_contact_now": False,
        "may_leave_message_now": False,
        "next_safe_time": "2026-12-14T10:00:00Z",
    }
    town.step(minutes=30)
    record = (await client.get(path, headers=town.officer())).json()
    shown = record["contact_points"][0]
    assert (shown["may_contact_now"], shown["may_leave_message_now"], shown["next_safe_time"]) == (True, True, None)
    listed = await client.get(f"{path}/contact-points", headers=town.officer())
    assert listed.json() == {"version": 1, "items": [shown]}
    assert listed.headers["ETag"] == '"1"'


async def test_a_message_is_not_left_where_it_is_not_safe_to(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    point = await added(client, "/me", town.resident(person))
    assert (point["may_contact_now"], point["may_leave_message_now"]) == (True, False)


async def test_there_are_several_and_one_is_preferred(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    me = town.resident((await register())["person_id"])
    first = await added(client, "/me", me, preferred=True)
    await added(client, "/me", me, kind="landline", value="01632 960001")
    last = await added(client, "/me", me, kind="text_relay", value="18001 01632 960002", preferred=True)
    items = (await client.get("/me/contact-points", headers=me)).json()["items"]
    assert [(each["kind"], each["value"], each["preferred"]) for each in items] == [
        ("text_relay", "+441632960002", True),
        ("mobile", "+447700900345", False),
        ("landline", "+441632960001", False),
    ]
    back = await client.put(f"/me/contact-points/{first['id']}", json={**MOBILE, "preferred": True}, headers=me)
    assert (back.status_code, back.json()["preferred"]) == (200, True)
    gone = await client.post(f"/me/contact-points/{last['id']}/removal", headers=me)
    assert gone.json()["items"][0]["id"] == first["id"]
    assert len(gone.json()["items"]) == 2
    again = await client.post(f"/me/contact-points/{last['id']}/removal", headers=me)
    assert again.status_code == 404


async def test_a_change_is_told_once_and_only_by_who_read_the_last(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    me = town.resident((await register())["person_id"])
    point = await added(client, "/me", me)
    path, other = f"/me/contact-points/{point['id']}", {**MOBILE, "label": "Work"}
    stale = await client.put(path, json=other, headers={**me, "If-Match": '"0"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/changed-meanwhile")
    changed = await client.put(path, json=other, headers={**me, "If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    same = await client.put(path, json=other, headers=me)
    assert same.headers["ETag"] == '"2"'
    assert "Onedoor-After" not in same.headers


@pytest.mark.usefixtures("monday_morning")
async def test_a_number_somebody_was_reached_at_is_verified_until_it_is_another(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    path = f"/persons/{(await register())['person_id']}"
    point = await added(client, path, town.officer())
    one = f"{path}/contact-points/{point['id']}"
    verified = await client.post(f"{one}/verification", headers=town.officer())
    assert verified.json()["verified_at"].startswith("2026-12-14T09:30:0")
    labelled = await client.put(one, json={**MOBILE, "label": "Her own"}, headers=town.officer())
    assert labelled.json()["verified_at"] == verified.json()["verified_at"]
    other = await client.put(one, json={**MOBILE, "value": "07700 900346"}, headers=town.officer())
    assert other.json()["verified_at"] is None


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"value": "07700"}, "not-a-phone-number"),
        ({"value": "01632 960001"}, "not-that-kind-of-number"),
        ({"kind": "landline"}, "not-that-kind-of-number"),
        ({"kind": "email"}, "not-an-email-address"),
        ({"safe_hours": [{**WEEKDAYS, "from": "15:00"}]}, "hours-cannot-be"),
        ({"safe_hours": [{**WEEKDAYS, "from": "25:00"}]}, "not-understood"),
        ({"safe_hours": [{**WEEKDAYS, "days": []}]}, "not-understood"),
        ({"kind": "post", "value": "27 Mill Lane", "safe_hours": [WEEKDAYS]}, "hours-cannot-be"),
        ({"kind": "pigeon"}, "not-understood"),
    ],
)
async def test_what_cannot_be_rung_or_kept_is_refused_without_repeating_it(
    town: Platform, client: httpx.AsyncClient, register: Registers, said: dict[str, Any], problem: str
) -> None:
    person = await register()
    answer = await client.post(
        f"/persons/{person['person_id']}/contact-points", json={**MOBILE, **said}, headers=town.officer()
    )
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{problem}")
    assert "900345" not in answer.text
    assert "pigeon" not in answer.text


async def test_the_same_number_again_is_known_and_there_is_an_end_to_them(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    me = town.resident((await register())["person_id"])
    await added(client, "/me", me)
    twice = await client.post("/me/contact-points", json={**MOBILE, "value": "+447700900345"}, headers=me)
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/told-already")
    for number in range(19):
        await added(client, "/me", me, value=f"07700 9004{number:02}")
    refused = await client.post("/me/contact-points", json={**MOBILE, "value": "07700 900499"}, headers=me)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/too-many-kept")


# -- being found by it


async def found_by(town: Platform, client: httpx.AsyncClient, **asked: str) -> list[str]:
    answer = await client.post("/person-searches", json=asked, headers=town.officer())
    return [each["person_id"] for each in answer.json()["items"]]


async def test_somebody_without_a_number_or_e_mail_address_is_found_by_how_they_are_reached(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register(phone=None))["person_id"]
    path = f"/persons/{person}"
    await added(client, path, town.officer(), value="07700 900701")
    second = await added(client, path, town.officer(), value="07700 900702")
    await added(client, path, town.officer(), kind="email", value="Reached@example.org")
    assert await found_by(town, client, phone="07700 900701") == [person]
    assert await found_by(town, client, phone="07700 900702") == []
    assert await found_by(town, client, email="reached@example.org") == [person]
    items = (await client.get(f"{path}/contact-points", headers=town.officer())).json()["items"]
    await client.post(f"{path}/contact-points/{items[0]['id']}/removal", headers=town.officer())
    assert await found_by(town, client, phone="07700 900701") == []
    assert await found_by(town, client, phone="07700 900702") == [person]
    assert second["id"] != items[0]["id"]


async def test_whoever_told_a_number_is_found_by_that_one_still(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register(phone="07700 900711"))["person_id"]
    point = await added(client, f"/persons/{person}", town.officer(), value="07700 900712")
    assert await found_by(town, client, phone="07700 900711") == [person]
    assert await found_by(town, client, phone="07700 900712") == []
    await client.post(f"/persons/{person}/contact-points/{point['id']}/removal", headers=town.officer())
    assert await found_by(town, client, phone="07700 900711") == [person]


async def test_a_resident_nobody_knows_becomes_known_by_telling_how_to_reach_them(
    town: Platform, client: httpx.AsyncClient
) -> None:
    person = str(new_id())
    me = town.resident(person, councils=["northmere"])
    assert (await client.get("/me/contact-points", headers=me)).json() == {"version": 0, "items": []}
    point = await added(client, "/me", me, value="07700 900721")
    assert (await client.get("/me", headers=me)).json()["contact_points"][0]["id"] == point["id"]
    assert await found_by(town, client, phone="07700 900721") == [person]


# -- who sees and hears it


async def test_nobody_else_sees_or_changes_how_a_person_is_reached(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    path = f"/persons/{(await register())['person_id']}"
    point = await added(client, path, town.officer())
    one, there = f"{path}/contact-points/{point['id']}", town.officer("southholt")
    answers = [
        await client.get(f"{path}/contact-points", headers=there),
        await client.post(f"{path}/contact-points", json=MOBILE, headers=there),
        await client.put(one, json=MOBILE, headers=there),
        await client.post(f"{one}/verification", headers=there),
        await client.post(f"{one}/removal", headers=there),
        await client.put(f"/me/contact-points/{point['id']}", json=MOBILE, headers=town.resident()),
        await client.post(f"/me/contact-points/{point['id']}/removal", headers=town.resident()),
        await client.put(f"{path}/contact-points/{new_id()}", json=MOBILE, headers=town.officer()),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)
    agreed = await client.post(
        f"{path}/councils", json={"council": "southholt", "wording": "v4"}, headers=town.officer()
    )
    assert agreed.status_code == 200
    seen = await client.get(f"{path}/contact-points", headers=there)
    assert [each["id"] for each in seen.json()["items"]] == [point["id"]]
    changed = await client.put(one, json={**MOBILE, "label": "Told Southholt"}, headers=there)
    assert changed.status_code == 200


async def test_others_hear_the_kind_and_never_the_number(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    path = f"/persons/{person}"
    point = await added(client, path, town.officer(), safe_hours=[WEEKDAYS], preferred=True)
    one = f"{path}/contact-points/{point['id']}"
    await client.put(one, json=MOBILE, headers=town.officer())
    await client.post(f"{one}/verification", headers=town.officer())
    gone = await client.post(f"{one}/removal", headers=town.officer())
    said = await town.sql(
        "customer-account",
        "SELECT name, version, person_id::text, data FROM onedoor.said "
        "WHERE aggregate = 'contact' AND aggregate_id::text = $1 ORDER BY version",
        person,
    )
    about = {"contact_point_id": point["id"], "kind": "mobile", "visible_to": ["northmere"]}
    flags = {"preferred": True, "safe_to_leave_message": False, "has_safe_hours": True}
    assert [tuple(row) for row in said] == [
        ("contact_point.added", 1, person, {**about, **flags}),
        ("contact_point.changed", 2, person, {**about, **flags, "preferred": False, "has_safe_hours": False}),
        ("contact_point.verified", 3, person, about),
        ("contact_point.removed", 4, person, about),
    ]
    assert "900345" not in json.dumps([row["data"] for row in said])
    await town.heard(gone)
    entries = (await client.get("/me/timeline", headers=town.resident(person))).json()["items"]
    assert [entry["label"] for entry in entries[:4]] == [
        "You told us not to reach you that way any more",
        "We checked that we can reach you",
        "You told us to reach you otherwise",
        "You told us how to reach you",
    ]


async def test_somebody_an_earlier_release_registered_meanwhile_is_seen_and_reached_as_well(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    await town.sql("customer-account", "DELETE FROM contact_of_person WHERE id::text = $1", person)
    path = f"/persons/{person}"
    assert (await client.get(path, headers=town.officer())).json()["contact_points"] == []
    assert (await client.get(f"{path}/contact-points", headers=town.officer())).json() == {"version": 0, "items": []}
    point = await added(client, path, town.officer())
    seen = await client.get("/me/contact-points", headers=town.resident(person))
    assert [each["id"] for each in seen.json()["items"]] == [point["id"]]
