"""Queues: looked through in the order things are to be seen to, kept as filters, taken as a file, and done together."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

import httpx
import pytest
from common.contracts.people import FactsProtected
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said

from .conftest import ALL, MONDAY

Headers = dict[str, str]
REPAIR = {
    "address": "1 Mill Lane, Northmere ZZ99 1AB",
    "what": "Electricity",
    "dangerous": True,
    "phone": "07700 900123",
}


class Hall:
    """Officers of a council, and whoever asks it for something."""

    def __init__(self, town: Platform) -> None:
        self.town = town
        self.client = town["case-crm"].client
        self.ada = town.officer("northmere", id=str(new_id()), permissions=ALL)
        self.person = new_id()

    async def case(self, service: str = "hardship_fund", **answers: Any) -> str:
        resident = self.town.resident(self.person) | {"Onedoor-Council": "northmere"}
        said = {"service": service, "channel": "online", "answers": answers or {"what": "A cooker"}}
        opened = await self.client.post("/cases", json=said, headers=resident)
        assert opened.status_code == 201, opened.text
        case: str = opened.json()["case_id"]
        return case

    async def take(self, *cases: str) -> None:
        body = {"case_ids": cases, "called": "Ada"}
        done = await self.client.post("/queue/owner", json=body, headers=self.ada)
        assert [each["done"] for each in done.json()] == [True] * len(cases), done.text

    async def get(self, path: str = "/queue", who: Headers | None = None, **asked: Any) -> httpx.Response:
        return await self.client.get(path, params=asked, headers=who or self.ada)

    async def found(self, **asked: Any) -> list[str]:
        answer = await self.get(**asked)
        assert answer.status_code == 200, answer.text
        return [each["case_id"] for each in answer.json()["items"]]

    async def together(self, what: str, who: Headers | None = None, **body: Any) -> list[dict[str, Any]]:
        answer = await self.client.post(f"/queue/{what}", json=body, headers=who or self.ada)
        assert answer.status_code == 200, answer.text
        report: list[dict[str, Any]] = answer.json()
        return report


@pytest.fixture
def hall(office: Platform) -> Hall:
    office.at(MONDAY)
    return Hall(office)


async def test_what_is_due_first_is_first_and_what_is_urgent_stands_where_it_came(hall: Hall) -> None:
    plain = await hall.case()
    repair = await hall.case("housing_repair", **REPAIR)
    urgent = await hall.case("street_light", place="Mill Lane", fault="The post is damaged", wires=True)
    await hall.take(plain, repair, urgent)
    shown = (await hall.get(held="mine")).json()["items"]
    assert [each["case_id"] for each in shown] == [urgent, repair, plain]
    due = min(clock["due_at"] for clock in shown[1]["clocks"])
    assert shown[1]["queued_for"] == due
    assert shown[0]["queued_for"] == shown[0]["opened_at"]
    pages, cursor = [], None
    while True:
        asked = {"held": "mine", "limit": 1} | ({"cursor": cursor} if cursor else {})
        page = (await hall.get(**asked)).json()
        pages += [each["case_id"] for each in page["items"]]
        if not (cursor := page["next"]):
            break
    assert pages == [urgent, repair, plain]


async def test_a_case_keeps_its_place_by_what_is_promised_now(hall: Hall) -> None:
    case = await hall.case("housing_repair", **REPAIR)
    await hall.take(case)
    places = [(await hall.get(held="mine")).json()["items"][0]["queued_for"]]
    for transition in ("triage", "start_work", "make_safe"):
        assert (await hall.together("transitions", case_ids=[case], transition=transition))[0]["done"]
        places.append((await hall.get(held="mine")).json()["items"][0]["queued_for"])
    assert [place[:16] for place in places] == ["2026-12-15T09:30"] * 3 + [
        "2027-01-11T23:59"
    ]  # the whole repair, within 20 working days


async def test_cases_are_looked_for_by_team_service_status_priority_owner_and_day(hall: Hall) -> None:
    mine, other = await hall.case(), await hall.case()
    light = await hall.case("street_light", place="Quay Street", fault="It is out")
    await hall.take(mine, light)
    assert await hall.found(held="mine", service="hardship_fund") == [mine]
    assert await hall.found(held="mine", team="street_lighting", priority="normal") == [light]
    assert await hall.found(held="mine", status="in_progress") == []
    assert mine not in await hall.found(held="nobodys", service="hardship_fund", limit=200)
    assert other in await hall.found(held="nobodys", service="hardship_fund", limit=200)
    assert {mine, other} <= {*await hall.found(service="hardship_fund", limit=200)}
    assert await hall.found(held="mine", due_within_days=0) == []
    assert {*await hall.found(held="mine", due_within_days=366)} == {mine, light}
    await hall.client.post(f"/cases/{mine}/transitions", json={"transition": "cancel", "reason": "x"}, headers=hall.ada)
    assert await hall.found(held="mine", service="hardship_fund") == []


async def test_cases_are_looked_for_by_where_they_are(hall: Hall) -> None:
    here, there = ({"lat": 54.9712, "lon": -1.6123}, {"lat": 54.9912, "lon": -1.6123})
    cases = [await hall.case("blocked_drain", place=place, problem="Smells") for place in (here, there)]
    near = {"lat": 54.9713, "lon": -1.6122, "within_metres": 300}
    assert await hall.found(**near) == [cases[0]]
    assert {*await hall.found(**near | {"within_metres": 5000})} == {*cases}
    corner = {
        "lat": 54.9712 + 0.0025,
        "lon": -1.6123 + 0.0043,
        "within_metres": 300,
    }  # 278 m north and 275 m east of it
    assert await hall.found(**corner) == []
    assert await hall.found(**corner | {"within_metres": 400}) == [cases[0]]
    assert await hall.found(**near, held="mine") == []
    await hall.take(cases[0])
    assert await hall.found(**near, held="mine") == [cases[0]]
    assert await hall.found(**near, held="nobodys") == []
    half = await hall.get(lat=54.97)
    assert (half.status_code, half.json()["type"]) == (422, "/problems/half-a-place")
    assert (await hall.get(lat=200, lon=0)).status_code == 422


async def test_a_queue_is_of_ones_own_council_alone(hall: Hall) -> None:
    case = await hall.case()
    southholt = hall.town.officer("southholt", id="sam", permissions=ALL)
    elsewhere = (await hall.get(who=southholt, limit=200)).json()["items"]
    assert case not in [each["case_id"] for each in elsewhere]
    body = {"case_ids": [case], "called": "Sam"}
    [report] = await hall.together("owner", southholt, **body)
    [unknown] = await hall.together("owner", southholt, **body | {"case_ids": [str(new_id())]})
    assert report == unknown | {"case_id": case}
    assert report["problem"] == "/problems/not-found"


async def test_a_filter_is_kept_for_its_officer_under_a_name(hall: Hall) -> None:
    kept = {"name": "Mine, urgent", "filter": {"held": "mine", "priority": "urgent"}}
    saved = await hall.client.post("/queue/filters", json=kept, headers=hall.ada)
    assert saved.status_code == 201, saved.text
    again = await hall.client.post("/queue/filters", json=kept, headers=hall.ada)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/name-taken")
    [shown] = (await hall.get("/queue/filters")).json()
    assert (shown["name"], shown["filter"]["held"], shown["filter"]["priority"]) == ("Mine, urgent", "mine", "urgent")
    ben = hall.town.officer("northmere", id="ben", permissions=ALL)
    assert (await hall.get("/queue/filters", ben)).json() == []
    path = f"/queue/filters/{shown['filter_id']}"
    assert (await hall.client.delete(path, headers=ben)).status_code == 404
    assert (await hall.client.delete(path, headers=hall.ada)).status_code == 200
    assert (await hall.get("/queue/filters")).json() == []
    for number in range(50):
        body = {"name": f"Filter {number}", "filter": {}}
        assert (await hall.client.post("/queue/filters", json=body, headers=hall.ada)).status_code == 201
    full = await hall.client.post("/queue/filters", json=kept, headers=hall.ada)
    assert full.json()["type"] == "/problems/enough-saved"
    wrong = await hall.client.post("/queue/filters", json={"name": "x", "filter": {"held": "yours"}}, headers=ben)
    assert wrong.status_code == 422


async def test_a_list_is_taken_as_a_file_and_everybody_in_it_sees_that_it_was(hall: Hall) -> None:
    case = await hall.case()
    body = {"case_ids": [case], "called": "=HYPERLINK(1)"}
    assert (await hall.together("owner", **body))[0]["done"]
    taken = await hall.get("/queue/file", held="mine")
    assert (taken.status_code, taken.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert taken.headers["content-disposition"] == 'attachment; filename="cases-northmere-2026-12-14.csv"'
    [row] = csv.DictReader(io.StringIO(taken.text))
    assert (row["service"], row["dealt with by"], row["due"]) == ("hardship_fund", "'=HYPERLINK(1)", "")
    assert str(hall.person) not in taken.text
    sql = "SELECT data->>'reason' AS why FROM onedoor.said WHERE name = 'access.recorded' AND data->'persons' ? $1"
    looks = [each["why"] for each in await hall.town.sql("case-crm", sql, str(hall.person))]
    assert "took a list of cases as a file" in looks


async def test_of_several_each_is_done_for_itself_and_what_was_not_says_why(hall: Hall) -> None:
    one, other, over = await hall.case(), await hall.case(), await hall.case()
    cancel = {"transition": "cancel", "reason": "Asked for twice."}
    assert [each["done"] for each in await hall.together("transitions", case_ids=[over], **cancel)] == [True]
    asked = [one, other, over, one, str(new_id())]
    report = await hall.together("transitions", case_ids=asked, transition="acknowledge")
    assert [(each["done"], (each["problem"] or "").rpartition("/")[2]) for each in report] == [
        (True, ""),
        (True, ""),
        (False, "no-such-transition"),
        (False, "not-found"),
    ]
    assert all(each["reference"] for each in report[:3])
    statuses = [(await hall.get(f"/cases/{case}")).json()["status"] for case in (one, other, over)]
    assert statuses == ["received", "received", "cancelled"]
    moves = await hall.town.sql(
        "case-crm",
        "SELECT count(*) AS n FROM onedoor.said WHERE aggregate_id = $1 AND name = 'case.status_changed'",
        UUID(one),
    )
    assert moves[0]["n"] == 1
    ben = hall.town.officer("northmere", id="ben", permissions=["cases:read", "cases:write"])
    await hall.take(one)
    [refused, taken] = await hall.together("owner", ben, case_ids=[one, other], called="Ben")
    assert (refused["done"], refused["problem"]) == (False, "/problems/already-taken")
    assert taken["done"]
    many = await hall.client.post(
        "/queue/owner", json={"case_ids": [str(new_id()) for _ in range(201)], "called": "Ada"}, headers=hall.ada
    )
    assert many.status_code == 422


async def test_what_is_written_of_somebody_protected_is_not_written_of_several(hall: Hall, nats: Nats) -> None:
    case, other = await hall.case(), await Hall(hall.town).case()
    protected = FactsProtected(kinds=["home_address"], visible_to=["northmere"])
    await publish(nats, [said(protected, hall.person, 1, person_id=hall.person)], speaker="customer-account")
    await hall.town.heard(f"facts/{hall.person}@1")
    for who in (hall.ada, hall.town.officer("northmere", permissions=[*ALL, "protection:read"])):
        body = {"case_ids": [case, other], "called": "Ada", "reason": "She is on the phone."}
        [refused, done] = await hall.together("owner", who, **body)
        assert (refused["problem"], done["done"]) == ("/problems/one-by-one", True)
        assert "phone" not in refused["detail"]
    assert (await hall.together("owner", case_ids=[case], called="Ada"))[0]["done"]
