"""Teams: which one a case waits for, who takes it, and how the work is shared out, over HTTP on real servers."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest
from case_crm.app import service
from common.runtime.ids import new_id
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.servers import nats as broker

from .conftest import ALL

Headers = dict[str, str]


class Team:
    """A team of its own for each test, and people who ask for what it deals with."""

    def __init__(self, town: Platform, name: str) -> None:
        self.town, self.name = town, name
        self.client = town["case-crm"].client
        self.lead = town.officer("northmere", id="lead", permissions=ALL)

    async def post(self, path: str, body: Any = None, who: Headers | None = None) -> httpx.Response:
        return await self.client.post(path, json=body or {}, headers=who or self.lead)

    async def member(self, officer: str, *, capacity: int = 50, **more: Any) -> Headers:
        body = {"called": officer.title(), "capacity": capacity} | more
        path = f"/teams/{self.name}/members/{officer}"
        answer = await self.client.put(path, json=body, headers=self.lead)
        assert answer.status_code == 200, answer.text
        return self.town.officer("northmere", id=officer)

    async def case(self, **where: Any) -> str:
        """A case that waits for this team."""
        person = self.town.resident(new_id()) | {"Onedoor-Council": "northmere"}
        said = {"service": "hardship_fund", "channel": "online", "answers": {"what": "A cooker"}}
        opened = await self.client.post("/cases", json=said, headers=person)
        assert opened.status_code == 201, opened.text
        case: str = opened.json()["case_id"]
        sent = await self.post(f"/cases/{case}/team", {"team": self.name, "reason": "It is yours."} | where)
        assert sent.status_code == 200, sent.text
        return case

    async def next(self, who: Headers) -> httpx.Response:
        return await self.post(f"/teams/{self.name}/next", None, who)

    async def work(self) -> dict[str, Any]:
        answer = await self.client.get(f"/teams/{self.name}", headers=self.lead)
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def queue(self, **asked: Any) -> list[dict[str, Any]]:
        found = await self.client.get("/queue", params={"team": self.name} | asked, headers=self.lead)
        assert found.status_code == 200, found.text
        items: list[dict[str, Any]] = found.json()["items"]
        return items


@pytest.fixture
def team(office: Platform, request: pytest.FixtureRequest) -> Team:
    return Team(office, request.node.name[:60].rstrip("_"))


def kind(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).removeprefix("/problems/")


async def test_a_case_waits_for_the_team_that_its_service_names_by_its_answers(office: Platform) -> None:
    person = office.resident(new_id()) | {"Onedoor-Council": "northmere"}
    client = office["case-crm"].client
    for wires, skill, priority in ((False, None, "normal"), (True, "live_wires", "urgent")):
        said = {"place": "Mill Lane", "fault": "The post is damaged", "wires": wires}
        form = {"service": "street_light", "channel": "online", "answers": said}
        opened = await client.post("/cases", json=form, headers=person)
        assert opened.status_code == 201, opened.text
        asked = {"team": "street_lighting", "priority": priority}
        found = (await client.get("/queue", params=asked, headers=office.officer("northmere"))).json()["items"]
        assert [(each["case_id"], each["skill"], each["owner"]) for each in found] == [
            (opened.json()["case_id"], skill, None)
        ]


async def test_whoever_asks_for_the_next_is_given_what_comes_first_of_what_they_can_deal_with(team: Team) -> None:
    hard = await team.case(skill="probate")
    easy, later = await team.case(), await team.case()
    ada, ben = await team.member("ada", skills=["probate"]), await team.member("ben")
    taken = await team.next(ben)
    assert taken.status_code == 200, taken.text
    assert (taken.json()["case_id"], taken.json()["owner"]) == (easy, {"called": "Ben", "officer_id": "ben"})
    assert (await team.next(ada)).json()["case_id"] == hard
    assert (await team.next(ada)).json()["case_id"] == later
    nothing = await team.next(ben)
    assert (nothing.status_code, kind(nothing)) == (409, "nothing-waiting")
    stranger = await team.next(team.town.officer("northmere", id="stranger"))
    assert (stranger.status_code, kind(stranger)) == (403, "not-of-the-team")


async def test_only_specialists_are_given_what_was_sent_to_specialists(team: Team) -> None:
    case = await team.case(specialist=True)
    ada, ben = await team.member("ada", specialist=True), await team.member("ben")
    assert kind(await team.next(ben)) == "nothing-waiting"
    assert (await team.next(ada)).json()["case_id"] == case


async def test_nobody_is_given_more_than_they_deal_with_at_a_time(team: Team) -> None:
    for _ in range(2):
        await team.case()
    cy = await team.member("cy-full", capacity=1)
    assert (await team.next(cy)).status_code == 200
    full = await team.next(cy)
    assert (full.status_code, kind(full)) == (409, "hands-full")
    shared = (await team.post(f"/teams/{team.name}/sharing")).json()
    assert (shared["shared"], [each["because"] for each in shared["left_waiting"]]) == ([], ["capacity"])
    [member] = (await team.work())["members"]
    assert (member["holding"], (await team.work())["waiting"]) == (1, 1)


async def test_of_many_who_ask_at_once_each_is_given_another_case(team: Team) -> None:
    cases = {await team.case() for _ in range(16)}
    crew = [await team.member(f"many-{n}") for n in range(16)]
    answers = await asyncio.gather(*(team.next(who) for who in crew))
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["case_id"] for answer in answers} == cases


async def test_an_officer_of_two_teams_is_given_no_more_than_their_capacity_however_often_they_ask_at_once(
    office: Platform,
) -> None:
    teams = [Team(office, name) for name in ("two_teams_one", "two_teams_other")]
    for each in teams:
        await asyncio.gather(*(each.case() for _ in range(9)))  # enough, should all take theirs from one team
    for officer in ("asks-once", "asks-again", "asks-once-more"):
        for each in teams:
            who = await each.member(officer, capacity=3)
        answers = await asyncio.gather(*(each.next(who) for _ in range(8) for each in teams))
        assert Counter(answer.status_code for answer in answers) == {200: 3, 409: 13}
        assert {kind(answer) for answer in answers if answer.status_code == 409} == {"hands-full"}
        held = [
            member for each in teams for member in (await each.work())["members"] if member["officer_id"] == officer
        ]
        assert [member["holding"] for member in held] == [3, 3]


async def test_who_is_shared_to_in_two_teams_and_asks_too_is_given_no_more_than_their_capacity(
    office: Platform,
) -> None:
    teams = [Team(office, name) for name in ("shared_one", "shared_other")]
    for each in teams:
        await asyncio.gather(*(each.case() for _ in range(4)))
        who = await each.member("shared-to", capacity=3)
    asks = [*(each.next(who) for each in teams), *(each.post(f"/teams/{each.name}/sharing") for each in teams)]
    answers = await asyncio.gather(*asks)
    assert {answer.status_code for answer in answers} <= {200, 409}
    for each in teams:
        [member] = (await each.work())["members"]
        assert member["holding"] == 3


async def test_two_leads_who_share_out_at_once_give_each_case_once_and_alike(team: Team) -> None:
    cases = {await team.case() for _ in range(20)}
    for n in range(8):
        await team.member(f"fair-{n}")
    other = team.town.officer("northmere", id="other-lead", permissions=ALL)
    path = f"/teams/{team.name}/sharing"
    answers = await asyncio.gather(*(team.post(path, None, who) for who in (team.lead, other, team.lead)))
    assert {answer.status_code for answer in answers} == {200}
    shared = [each for answer in answers for each in answer.json()["shared"]]
    assert sorted(each["case_id"] for each in shared) == sorted(cases)
    held = Counter(each["officer_id"] for each in shared)
    assert max(held.values()) - min(held.values()) <= 1
    assert {each["owner"]["officer_id"] for each in await team.queue()} == {*held}


async def test_a_case_that_is_sent_on_is_nobodys_again_and_what_was_to_do_for_it_too(team: Team) -> None:
    case = await team.case()
    ada = await team.member("ada")
    await team.next(ada)
    todo = {"kind": "to_do", "what": "Ring the landlord.", "due_at": "2030-01-07T12:00:00+00:00"}
    assert (await team.post(f"/cases/{case}/tasks", todo, ada)).status_code == 201
    body = {"team": team.name, "specialist": True, "reason": "It takes a specialist."}
    sent = await team.post(f"/cases/{case}/team", body, ada)
    assert sent.status_code == 200, sent.text
    assert (sent.json()["owner"], sent.json()["handoffs"]) == (None, 2)
    assert [task["officer_id"] for task in sent.json()["tasks"]] == [None]
    [waiting] = await team.queue(held="nobodys")
    assert (waiting["case_id"], waiting["specialist"]) == (case, True)
    again = await team.post(f"/cases/{case}/team", body, ada)
    assert [task["kind"] for task in again.json()["tasks"] if task["kind"] == "alert"] == ["alert"]
    timeline = (await team.client.get(f"/cases/{case}/timeline", headers=ada)).json()
    assert [each["text"] for each in timeline["items"]].count("It takes a specialist.") == 2


async def test_who_is_in_a_team_is_settled_by_whoever_assigns_its_work_and_by_council(team: Team) -> None:
    await team.member("ada", skills=["rent", "rent", "probate"])
    await team.member("ada", capacity=3, skills=["rent"])
    [member] = (await team.work())["members"]
    assert (member["skills"], member["capacity"]) == (["rent"], 3)
    path = f"/teams/{team.name}/members/ada"
    plain = team.town.officer("northmere", permissions=["cases:read", "cases:write"])
    assert (await team.client.put(path, json={"called": "A", "capacity": 1}, headers=plain)).status_code == 403
    elsewhere = team.town.officer("southholt", id="ada", permissions=ALL)
    assert kind(await team.next(elsewhere)) == "not-of-the-team"
    assert (await team.client.get(f"/teams/{team.name}", headers=elsewhere)).json()["members"] == []
    assert (await team.client.delete(path, headers=elsewhere)).status_code == 404
    assert (await team.client.delete(path, headers=team.lead)).json()["capacity"] == 3
    assert (await team.work())["members"] == []
    bad = await team.client.put(path, json={"called": "A", "capacity": -1, "skills": ["No Skill"]}, headers=team.lead)
    assert bad.status_code == 422


async def test_a_thousand_cases_shared_among_sixteen_each_taken_once(servers: Servers) -> None:
    with broker(servers.home) as nats:
        async with platform(servers, nats, [service]) as town:
            await _thousand(town)


async def _thousand(town: Platform) -> None:
    """As another system brings them; shared out by two leads at once."""
    client, lead = town["case-crm"].client, town.officer("northmere", id="lead", permissions=ALL)
    old = town.officer("northmere", permissions=["history:write"])

    async def bring(number: int) -> None:
        row = {
            "service": "missed_bin",
            "source": "old",
            "source_id": str(number),
            "channel": "online",
            "opened_at": "2026-11-02T09:00:00+00:00",
            "answers": {"address": f"{number} Weavers Row, Northmere ZZ99 1AB", "bin": "Rubbish"},
        }
        answer = await client.post("/imported-cases", json=row, headers=old)
        assert answer.status_code in {200, 201}, answer.text

    for start in range(0, 1000, 100):
        await asyncio.gather(*(bring(number) for number in range(start, start + 100)))
    [first] = (await client.get("/queue", params={"limit": 1}, headers=lead)).json()["items"]
    path = f"/teams/{first['team']}"
    for number in range(16):
        body = {"called": f"Officer {number}", "capacity": 100}
        assert (await client.put(f"{path}/members/w{number}", json=body, headers=lead)).status_code == 200
    taken: list[str] = []
    while True:
        answers = await asyncio.gather(*(client.post(f"{path}/sharing", json={}, headers=lead) for _ in range(2)))
        shared = [each["case_id"] for answer in answers for each in answer.json()["shared"]]
        taken += shared
        if not shared:
            break
    assert len(taken) == len(set(taken)) == 1000
    members = (await client.get(path, headers=lead)).json()["members"]
    assert {member["holding"] for member in members} == {62, 63}
