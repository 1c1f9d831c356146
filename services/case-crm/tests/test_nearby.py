"""What is reported already: found near a place and in time, shown without who reported it, followed, and said to be the same."""

from __future__ import annotations

from math import cos, radians
from typing import Any
from uuid import UUID

import httpx
import pytest
from case_crm.app import service
from case_crm.domain import places
from case_crm.publishing import BrokenDefinition, read_definition
from common.contracts.cases import Point
from common.contracts.people.rights import ErasureRequested
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.platform import Platform, serving
from common.testing.stream import publish, said
from hypothesis import given
from hypothesis import strategies as st

LAT, LON = 51.5, -1.25
METRE = 1 / 111_195  # degrees of latitude
PLACES = iter(range(1000))


@pytest.fixture
def here() -> dict[str, float]:
    """A place a kilometre from any that another test has."""
    return {"lat": LAT + next(PLACES) * 1000 * METRE, "lon": LON}


def away(place: dict[str, float], *, north: float = 0, east: float = 0) -> dict[str, float]:
    """A place so many metres from another."""
    wide = METRE / cos(radians(place["lat"]))
    return {"lat": place["lat"] + north * METRE, "lon": place["lon"] + east * wide}


def me(town: Platform, person: UUID | None = None, council: str = "northmere") -> dict[str, str]:
    return {**town.resident(person or new_id()), "Onedoor-Council": council}


async def reported(town: Platform, place: dict[str, float], who: dict[str, str] | None = None) -> str:
    """Report a blocked drain."""
    told = {"place": place, "problem": "Smells", "note": "By the gate of Margaret Hartley"}
    body = {"service": "blocked_drain", "channel": "online", "answers": told}
    return str((await town.post("case-crm", "/cases", body, who or me(town)))["case_id"])


async def near(
    town: Platform, place: dict[str, float], who: dict[str, str] | None = None, **more: Any
) -> httpx.Response:
    body = {"service": "blocked_drain", "place": place} | more
    return await town["case-crm"].client.post("/nearby-cases", json=body, headers=who or me(town))


async def found(town: Platform, place: dict[str, float], who: dict[str, str] | None = None) -> list[str]:
    return [each["case_id"] for each in (await near(town, place, who)).json()["items"]]


async def move(town: Platform, case: str, transition: str, **more: Any) -> None:
    await town.post("case-crm", f"/cases/{case}/transitions", {"transition": transition} | more)


async def test_what_is_reported_within_a_hundred_metres_is_offered_the_nearest_first(
    town: Platform, here: dict[str, float]
) -> None:
    far, close, beyond = (
        await reported(town, away(here, east=95)),
        await reported(town, away(here, north=-12)),
        await reported(town, away(here, north=80, east=80)),  # in the box, and 113 metres away
    )
    answer = (await near(town, here)).json()
    assert [(each["case_id"], each["metres"]) for each in answer["items"]] == [(close, 20), (far, 100)]
    assert (answer["within_metres"], answer["days"]) == (100, 14)
    assert await found(town, away(here, north=80, east=60)) == [beyond, far]


async def test_nobody_learns_who_reported_it(town: Platform, here: dict[str, float]) -> None:
    person = new_id()
    await reported(town, here, me(town, person))
    for who in (me(town), town.officer()):
        answer = await near(town, here, who)
        assert set(answer.json()["items"][0]) == {
            "case_id",
            "title",
            "status",
            "told_to_resident",
            "opened_at",
            "metres",
        }
        for hidden in (str(person), "Margaret", "gate", "NBC-"):
            assert hidden not in answer.text


async def test_only_what_goes_on_of_the_council_and_the_service_is_offered(
    town: Platform, here: dict[str, float]
) -> None:
    case, south = await reported(town, here), await reported(town, here, me(town, council="southholt"))
    assert await found(town, here) == [case]
    assert await found(town, here, me(town, council="southholt")) == [south]
    await move(town, case, "resolve", result="fixed")
    assert await found(town, here) == []
    await move(town, case, "reopen", reason="It is full again")
    assert await found(town, here) == [case]
    other = await near(town, here, service="missed_bin")
    assert other.json() == {"items": [], "within_metres": 0, "days": 0}
    assert (await near(town, here, service="moon_walk")).json()["type"] == "/problems/unknown-service"


async def test_what_is_older_than_a_fortnight_is_not(town: Platform, here: dict[str, float]) -> None:
    case = await reported(town, here)
    town.step(days=13, hours=23)
    assert await found(town, here) == [case]
    town.step(hours=2)
    assert await found(town, here) == []


async def test_somebody_follows_what_another_reported_sees_how_it_stands_and_stops(
    town: Platform, here: dict[str, float]
) -> None:
    case, who = await reported(town, here), me(town)
    followed = await town.post("case-crm", f"/cases/{case}/followers", {}, who)
    assert (followed["status"], followed["told_to_resident"]) == ("submitted", "We have your report.")
    assert await town.post("case-crm", f"/cases/{case}/followers", {}, who) == followed
    await move(town, case, "send_out")
    [shown] = (await town.get("case-crm", "/me/followed-cases", who))["items"]
    assert (shown["case_id"], shown["status"], shown["told_to_resident"]) == (
        case,
        "in_progress",
        "A crew will clear it.",
    )
    assert (await town.get("case-crm", "/me/followed-cases", me(town)))["items"] == []
    assert (await town["case-crm"].client.get(f"/cases/{case}", headers=who)).status_code == 404
    stopped = await town["case-crm"].client.delete(f"/me/followed-cases/{case}", headers=who)
    assert stopped.status_code == 200, stopped.text
    assert (await town.get("case-crm", "/me/followed-cases", who))["items"] == []
    assert (await town["case-crm"].client.delete(f"/me/followed-cases/{case}", headers=who)).status_code == 404


async def test_who_is_erased_follows_nothing(town: Platform, nats: Nats, here: dict[str, float]) -> None:
    case, person = await reported(town, here), new_id()
    await town.post("case-crm", f"/cases/{case}/followers", {}, me(town, person))
    asked = said(ErasureRequested(persons=[person]), new_id(), 1, person_id=person)
    await publish(nats, [asked], speaker="customer-account")

    async def gone() -> bool:
        return not await town.sql("case-crm", "SELECT FROM case_follower WHERE person_id = $1", person)

    await town.until(gone, seconds=30)
    assert await found(town, here) == [case]


async def test_only_what_is_about_a_place_in_public_is_followed(town: Platform) -> None:
    body = {"service": "missed_bin", "channel": "online", "answers": {"address": "14 Weavers Row", "bin": "Rubbish"}}
    bin_ = (await town.post("case-crm", "/cases", body, me(town)))["case_id"]
    for case in (bin_, new_id()):
        answer = await town["case-crm"].client.post(f"/cases/{case}/followers", headers=me(town))
        assert answer.status_code == 404


async def test_whoever_reported_what_was_reported_before_follows_the_first(
    town: Platform, here: dict[str, float]
) -> None:
    person, client = new_id(), town["case-crm"].client
    first, second = await reported(town, here), await reported(town, here, me(town, person))
    answer = await client.put(f"/cases/{second}/duplicate", json={"of": first}, headers=town.officer())
    assert (answer.status_code, answer.json()["of"]) == (200, first)
    assert answer.headers["etag"] == f'"{answer.json()["version"]}"'
    ends = {"transition": "resolve", "result": "duplicate_of"}
    next_ = {**town.officer(), "If-Match": answer.headers["etag"]}
    assert (await client.post(f"/cases/{second}/transitions", json=ends, headers=next_)).is_success
    await town.heard(answer)
    followed = (await town.get("case-crm", "/me/followed-cases", me(town, person)))["items"]
    assert [each["case_id"] for each in followed] == [first]
    assert await found(town, here) == [first]
    for case, of in ((first, first), (first, second)):
        refused = await client.put(f"/cases/{case}/duplicate", json={"of": of}, headers=town.officer())
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/its-own-duplicate")


async def test_what_ends_as_the_same_as_another_says_first_as_which(town: Platform, here: dict[str, float]) -> None:
    first, second = await reported(town, here), await reported(town, here)
    client, who = town["case-crm"].client, town.officer()
    ends = {"transition": "resolve", "result": "duplicate_of"}
    for path in (f"/cases/{second}/transitions", f"/cases/{first}/transitions"):
        refused = await client.post(path, json=ends, headers=who)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/duplicate-of-which")
    assert (await client.put(f"/cases/{second}/duplicate", json={"of": first}, headers=who)).is_success
    together = await client.post("/queue/transitions", json=ends | {"case_ids": [first, second]}, headers=who)
    became = {each["case_id"]: (each["done"], each["problem"]) for each in together.json()}
    assert became == {first: (False, "/problems/duplicate-of-which"), second: (True, None)}


async def test_whoever_follows_the_first_under_another_of_their_ids_follows_it_once(
    town: Platform, here: dict[str, float]
) -> None:
    person, before = new_id(), new_id()
    first, second = await reported(town, here), await reported(town, here, me(town, person))
    await town.post("case-crm", f"/cases/{first}/followers", {}, me(town, before))
    await town.sql("case-crm", "INSERT INTO also_known_as VALUES ($1, $2)", before, person)
    path = f"/cases/{second}/duplicate"
    answer = await town["case-crm"].client.put(path, json={"of": first}, headers=town.officer())
    assert answer.status_code == 200
    follows = await town.sql("case-crm", "SELECT person_id FROM case_follower WHERE case_id = $1", UUID(first))
    assert [row["person_id"] for row in follows] == [before]


async def test_no_case_is_the_same_as_one_of_another_council(town: Platform, here: dict[str, float]) -> None:
    case, south = await reported(town, here), await reported(town, here, me(town, council="southholt"))
    client = town["case-crm"].client
    for one, other in ((case, south), (south, case), (case, str(new_id()))):
        answer = await client.put(f"/cases/{one}/duplicate", json={"of": other}, headers=town.officer())
        assert answer.status_code == 404


async def test_where_cases_are_about_is_made_anew_from_what_was_said(town: Platform, here: dict[str, float]) -> None:
    case = await reported(town, here)
    await move(town, case, "send_out")
    rows = "SELECT * FROM case_place ORDER BY case_id"
    before = await town.sql("case-crm", rows)
    await town.make_anew("case-crm", "case-crm-keep-places")
    assert await town.sql("case-crm", rows) == before


@pytest.mark.parametrize("place", ["here", {"lat": 91, "lon": 0}, {"lat": 51.5}, {"lat": 51.5, "lon": 0, "who": "me"}])
async def test_a_place_that_is_none_is_refused(town: Platform, place: Any) -> None:
    assert (await near(town, place)).status_code == 422
    body = {"service": "blocked_drain", "channel": "online", "answers": {"place": place, "problem": "Smells"}}
    answer = await town["case-crm"].client.post("/cases", json=body, headers=me(town))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/wrong-answer")


async def test_a_definition_that_was_published_before_duplicates_were_looked_for_is_as_it_was(town: Platform) -> None:
    await town.sql("case-crm", "UPDATE definition SET document = document - 'duplicates' WHERE service = 'missed_bin'")
    async with serving(service, town.told["case-crm"]) as again:
        assert (await again.client.get("/councils/northmere/services")).status_code == 200


GOOD = """
service: pothole
version: 1
title: A hole
summary: In the road
councils: [northmere]
about_a_person: false
questions: [{question: place, text: "Where?", type: place}, {question: what, text: "What?"}]
duplicates: {place: place}
start: reported
stages: {reported: {status: submitted, told: Thanks.}, mended: {status: resolved, told: Mended.}}
transitions: [{transition: mend, label: Mend it, leaves: [reported], to: mended, by: [officer], results: [fixed]}]
"""


@pytest.mark.parametrize(
    ("change", "to", "why"),
    [
        (
            "duplicates: {place: place}",
            "duplicates: {place: what}",
            "the question what, which does not ask for a place",
        ),
        (
            "duplicates: {place: place}",
            "duplicates: {place: gone}",
            "the question gone, which does not ask for a place",
        ),
        ("about_a_person: false", "about_a_person: true", "services that are not about a person"),
        ("{place: place}", "{place: place, within_metres: 9}", "duplicates.within_metres"),
    ],
)
def test_a_definition_whose_duplicates_cannot_be_found_is_refused(change: str, to: str, why: str) -> None:
    assert read_definition(GOOD, name="pothole.yaml").duplicates
    with pytest.raises(BrokenDefinition, match=why):
        read_definition(GOOD.replace(change, to), name="pothole.yaml")


@given(
    lat=st.floats(-85, 85),
    lon=st.floats(-179, 179),
    north=st.floats(-0.02, 0.02),
    east=st.floats(-0.02, 0.02),
    metres=st.integers(10, 2000),
)
def test_whatever_is_near_is_in_the_box(lat: float, lon: float, north: float, east: float, metres: int) -> None:
    one, other = Point(lat=lat, lon=lon), Point(lat=lat + north, lon=lon + east)
    box = places.around(one, metres)
    if places.metres_between(one, other) <= metres * 0.999:
        assert box.south <= other.lat <= box.north
        assert box.west <= other.lon <= box.east
