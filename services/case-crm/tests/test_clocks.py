"""Clocks of cases over HTTP: every date that a council promises, in its own working days; pauses, extensions and lateness."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from case_crm.app import service
from common.contracts.people import FactsProtected
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.killing import killed_while_ringing
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.stream import publish, said

LONDON = ZoneInfo("Europe/London")
HOME = {"address": "41 Tower Court", "phone": "07700 900021"}
DAMP = HOME | {"what": "Damp or mould", "dangerous": False}
TAP = HOME | {"what": "Water", "dangerous": False}
INCOME = {
    "full_name": "Priya Nair",
    "date_of_birth": "1995-08-02",
    "address": "27 Mill Lane",
    "household_size": 3,
    "number_of_children": 2,
    "weekly_income": 180,
    "savings": 20,
    "disability": True,
}


def at(day: str, clock: str = "23:59") -> datetime:
    """A moment to the minute; without a time, the end of the day."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=LONDON)


def minute(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(second=0, microsecond=0)


class Desk:
    """A resident and their council's officer."""

    def __init__(self, town: Platform, council: str = "northmere", person: UUID | None = None) -> None:
        self.town = town
        self.client = town["case-crm"].client
        self.person = person or new_id()
        self.resident = {**town.resident(self.person), "Onedoor-Council": council}
        self.officer = town.officer(council)
        self.case = ""

    async def opened(self, service: str, answers: dict[str, Any]) -> Desk:
        body = {"service": service, "channel": "phone", "answers": answers}
        answer = await self.client.post("/cases", json=body, headers=self.resident)
        assert answer.status_code == 201, answer.text
        self.case = answer.json()["case_id"]
        return self

    async def move(self, transition: str, *, who: str = "officer", **more: Any) -> None:
        body = {"transition": transition} | more
        path = f"/cases/{self.case}/transitions"
        answer = await self.client.post(path, json=body, headers=getattr(self, who))
        assert answer.status_code == 200, answer.text

    async def extend(self, term: str, reason: str = "The report of the surveyor is missing.") -> httpx.Response:
        clock = (await self.clocks())[term]["clock_id"]
        path = f"/cases/{self.case}/clocks/{clock}/extensions"
        return await self.client.post(path, json={"reason": reason}, headers=self.officer)

    async def clocks(self, who: str = "officer") -> dict[str, Any]:
        answer = await self.client.get(f"/cases/{self.case}", headers=getattr(self, who))
        return {clock["term"]: clock for clock in answer.json()["clocks"]}

    async def due(self, term: str) -> datetime | None:
        moment = (await self.clocks())[term]["due_at"]
        return minute(moment) if moment else None

    async def states(self) -> dict[str, str]:
        return {term: clock["state"] for term, clock in (await self.clocks()).items()}

    async def said(self) -> list[Any]:
        sql = "SELECT * FROM onedoor.said WHERE aggregate_id = $1 AND name LIKE 'clock.%' ORDER BY version"
        return await self.town.sql("case-crm", sql, UUID(self.case))

    async def names(self, term: str) -> list[str]:
        return [row["name"] for row in await self.said() if row["data"]["term"] == term]

    async def until(self, name: str, *, times: int = 1) -> Any:
        async def there() -> bool:
            return len([row for row in await self.said() if row["name"] == name]) == times

        await self.town.until(there)
        return [row for row in await self.said() if row["name"] == name][-1]


async def witnessed(town: Platform, moment: str) -> None:
    """It is that moment, and whoever rings has looked since: an emergency of the day before is late."""
    town.at((datetime.fromisoformat(moment) - timedelta(hours=24, minutes=5)).isoformat())
    emergency = await Desk(town).opened("housing_repair", TAP | {"dangerous": True})
    town.at(moment)
    await emergency.until("clock.breached")


@pytest.mark.parametrize("council", ["northmere", "southholt"])
async def test_a_hazard_is_counted_in_hours_and_in_working_days(town: Platform, council: str) -> None:
    town.at("2026-12-10T14:21:00+00:00")  # story c: the fire officer's awareness reaches the landlord
    desk = await Desk(town, council).opened("housing_repair", DAMP | {"dangerous": True})
    assert await desk.due("emergency") == at("2026-12-11", "14:21")
    assert await desk.due("investigation") == at("2026-12-24")
    await desk.move("start_work")
    town.at("2026-12-11T11:40:00+00:00")
    await desk.move("make_safe")
    town.at("2026-12-18T15:00:00+00:00")
    await desk.move("investigate")
    assert await desk.due("summary") == at("2026-12-23")
    assert await desk.due("safety_works") == at("2026-12-29")  # counting weekdays alone: Christmas Day
    town.at("2026-12-22T15:00:00+00:00")
    await desk.move("send_summary")
    assert await desk.due("further_works") == at("2027-03-12")
    town.at("2026-12-29T16:00:00+00:00")
    await desk.move("finish_works")
    await desk.move("begin_further_works")
    await desk.move("resolve", result="fixed")
    assert set((await desk.states()).values()) == {"met"}
    met = [row for row in await desk.said() if row["name"] == "clock.met"]
    assert [(row["data"]["term"], row["data"]["late"]) for row in met] == [
        ("acknowledgement", False),
        ("emergency", False),
        ("investigation", False),
        ("summary", False),
        ("safety_works", False),
        ("further_works", False),
    ]


async def test_an_emergency_does_not_wait_for_a_weekend_and_is_late_at_once(town: Platform) -> None:
    town.at("2026-12-25T22:00:00+00:00")
    desk = await Desk(town).opened("housing_repair", TAP | {"dangerous": True})
    assert await desk.due("emergency") == at("2026-12-26", "22:00")
    await desk.until("clock.due_soon")  # one working day is more than there is
    town.at("2026-12-26T22:00:01+00:00")
    breached = await desk.until("clock.breached")
    assert breached["data"]["told_to_resident"] == (
        "We are late. We said that we make it safe by 22:00 on Saturday 26 December 2026."
    )


async def test_a_hazard_that_is_found_later_counts_from_when_it_was_found(town: Platform) -> None:
    town.at("2026-12-10T14:21:00+00:00")
    desk = await Desk(town).opened("housing_repair", TAP)
    assert await desk.states() == {"acknowledgement": "running", "repair": "running"}
    town.at("2026-12-14T10:00:00+00:00")
    await desk.move("find_damp")
    await desk.move("find_emergency")
    assert await desk.due("investigation") == at("2026-12-30")
    assert await desk.due("emergency") == at("2026-12-15", "10:00")


async def test_a_decision_counts_from_complete_information(town: Platform) -> None:
    town.at("2027-02-22T10:12:00+00:00")  # story b
    desk = await Desk(town).opened("council_tax_reduction", INCOME)
    assert await desk.due("acknowledgement") == at("2027-02-24")
    assert "decision" not in await desk.clocks()
    await desk.move("request_information", reason="Two payslips.")
    town.at("2027-02-26T09:00:00+00:00")
    await desk.move("resume")
    assert await desk.due("decision") == at("2027-03-12")
    assert await desk.states() == {"acknowledgement": "met", "decision": "running"}


async def test_pauses_add_up_and_only_declared_stages_pause(town: Platform) -> None:
    town.at("2027-02-01T10:00:00+00:00")
    desk = await Desk(town).opened("council_tax_reduction", INCOME)
    await desk.move("start_work")
    for asked, came, due in (("03", "05", "17"), ("08", "11", "20")):
        town.at(f"2027-02-{asked}T10:00:00+00:00")
        await desk.move("request_information", reason="A payslip.")
        assert (await desk.clocks())["decision"]["state"] == "paused"
        assert await desk.due("decision") is None
        town.at(f"2027-02-{came}T10:00:00+00:00")
        await desk.move("resume")
        assert await desk.due("decision") == at(f"2027-02-{due}")
    history = (await desk.clocks())["decision"]["history"]
    assert [each["why"] for each in history] == ["started", "resumed", "resumed"]
    assert [datetime.fromisoformat(each["due_at"]).day for each in history] == [15, 17, 20]


async def test_a_paused_clock_is_never_late(town: Platform) -> None:
    town.at("2027-02-01T10:00:00+00:00")
    paused = await Desk(town).opened("council_tax_reduction", INCOME)
    await paused.move("start_work")
    running = await Desk(town).opened("council_tax_reduction", INCOME)
    await running.move("start_work")
    await paused.move("request_information", reason="A payslip.")
    town.at("2027-03-31T10:00:00+00:00")
    await running.until("clock.breached")
    assert await paused.states() == {"acknowledgement": "met", "decision": "paused"}
    assert not (await paused.clocks())["decision"]["late"]
    await paused.move("resume")
    assert await paused.due("decision") == at("2027-04-14")


async def test_waiting_for_a_partner_stops_the_teams_clock_and_not_the_residents(town: Platform) -> None:
    town.at("2027-02-01T10:00:00+00:00")
    desk = await Desk(town).opened("housing_repair", TAP)
    await desk.move("triage")
    assert [await desk.due("repair"), await desk.due("team_repair")] == [at("2027-03-01"), at("2027-02-22")]
    await desk.move("refer_out")
    states = {"acknowledgement": "met", "repair": "running", "team_repair": "paused", "contractor": "running"}
    assert await desk.states() == states
    assert await desk.due("contractor") == at("2027-02-15")
    assert set(await desk.clocks("resident")) == {"acknowledgement", "repair"}
    town.at("2027-02-08T10:00:00+00:00")
    await desk.move("resume")
    assert await desk.states() == states | {"team_repair": "running", "contractor": "met"}
    assert [await desk.due("repair"), await desk.due("team_repair")] == [at("2027-03-01"), at("2027-03-01")]
    directions = {term: clock["direction"] for term, clock in (await desk.clocks()).items()}
    assert directions == {
        "acknowledgement": "council_to_customer",
        "repair": "council_to_customer",
        "team_repair": "within_council",
        "contractor": "partner_to_council",
    }


async def test_a_partner_who_is_late_is_no_news_for_the_resident(town: Platform) -> None:
    town.at("2027-02-01T10:00:00+00:00")
    desk = await Desk(town).opened("housing_repair", TAP)
    await desk.move("triage")
    await desk.move("refer_out")
    town.at("2027-02-16T09:00:01+00:00")
    breached = await desk.until("clock.breached")
    assert (breached["data"]["term"], breached["data"]["told_to_resident"]) == ("contractor", None)
    town.at("2027-02-17T10:00:00+00:00")
    await desk.move("resume")
    assert (await desk.states())["contractor"] == "breached"
    assert await desk.names("contractor") == ["clock.started", "clock.breached", "clock.met"]
    assert (await desk.states())["team_repair"] == "running"  # it goes on
    late = {row["data"]["term"]: row["data"]["late"] for row in await desk.said() if row["name"] == "clock.met"}
    assert late == {"acknowledgement": False, "contractor": True}


async def test_it_is_due_soon_a_working_day_before_and_late_as_service_opens(town: Platform) -> None:
    town.at("2026-12-16T10:00:00+00:00")
    desk = await Desk(town).opened("council_tax_reduction", INCOME)
    await desk.move("start_work")  # due on Wednesday 30 December, as delivery 2 of story a
    assert await desk.due("decision") == at("2026-12-30")
    await witnessed(town, "2026-12-29T08:50:00+00:00")
    assert await desk.names("decision") == ["clock.started"]
    town.at("2026-12-29T09:00:01+00:00")
    await desk.until("clock.due_soon")
    await witnessed(town, "2026-12-31T08:50:00+00:00")
    assert await desk.names("decision") == ["clock.started", "clock.due_soon"]
    clock = (await desk.clocks())["decision"]
    assert (clock["state"], clock["late"]) == ("running", True)
    town.at("2026-12-31T09:00:01+00:00")
    breached = await desk.until("clock.breached")
    assert breached["occurred"] >= at("2026-12-31", "09:00")
    assert (breached["actor_kind"], breached["actor_id"]) == ("service", "case-crm")
    assert breached["data"]["told_to_resident"] == "We are late. We said that we decide by Wednesday 30 December 2026."


async def test_what_is_done_too_late_is_said_to_be_late_before_anybody_was_told(town: Platform) -> None:
    town.at("2026-12-16T10:00:00+00:00")
    desk = await Desk(town).opened("council_tax_reduction", INCOME)
    await desk.move("start_work")
    town.at("2026-12-31T00:30:00+00:00")  # past the day, before the morning
    await desk.move("decide", result="decided_approved")
    assert [name for name in await desk.names("decision") if name != "clock.due_soon"] == [
        "clock.started",
        "clock.breached",
        "clock.met",
    ]
    assert (await desk.clocks())["decision"]["state"] == "breached"


async def test_an_extension_starts_where_the_term_ended_and_the_person_reads_why(town: Platform) -> None:
    town.at("2027-02-26T09:00:00+00:00")
    desk = await Desk(town).opened("council_tax_reduction", INCOME)
    await desk.move("start_work")
    answer = await desk.extend("decision")
    assert answer.status_code == 200
    clock = (await desk.clocks("resident"))["decision"]
    assert clock["state"] == "extended"
    assert clock["extended_because"] == "The report of the surveyor is missing."
    assert await desk.due("decision") == at("2027-03-26")
    said = (await desk.said())[-1]
    assert said["data"]["told_to_resident"] == "We need longer. We now say that we decide by Friday 26 March 2027."
    assert minute(said["data"]["was_due_at"]) == at("2027-03-12")
    sql = "SELECT data FROM onedoor.said WHERE name = 'message.requested' AND data ->> 'template' = 'longer_than_said'"
    [message] = [row["data"] for row in await town.sql("case-crm", sql)]
    assert message["values"]["day"] == "2027-03-26"
    again = await desk.extend("decision")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/no-such-extension")


async def test_a_reason_that_tells_where_a_protected_person_is_is_shown_to_the_cleared(
    town: Platform, nats: Nats
) -> None:
    desk = await Desk(town).opened("housing_repair", TAP)
    assert (await desk.extend("repair", "She is at 12 Mill Lane until the part is there.")).status_code == 200
    mark = FactsProtected(kinds=["home_address"], visible_to=["northmere"])
    await publish(nats, [said(mark, desk.person, 1, person_id=desk.person)], speaker="customer-account")
    await town.heard(f"facts/{desk.person}@1")
    assert (await desk.clocks())["repair"]["extended_because"] is None
    assert "Mill Lane" in (await desk.clocks("resident"))["repair"]["extended_because"]
    for listed in ("/cases", f"/persons/{desk.person}/cases"):
        assert "Mill Lane" not in (await desk.client.get(listed, headers=desk.officer)).text
    other = await Desk(town, person=desk.person).opened("housing_repair", TAP)
    refused = await other.extend("repair", "She is at 12 Mill Lane until the part is there.")
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/address-in-text")


async def test_what_may_not_take_longer_or_is_over_is_not_extended(town: Platform) -> None:
    town.at("2027-02-26T09:00:00+00:00")
    desk = await Desk(town).opened("council_tax_reduction", INCOME)
    assert (await desk.extend("acknowledgement")).json()["type"] == "/problems/no-such-extension"
    await desk.move("start_work")
    town.at("2027-03-13T00:00:01+00:00")  # its day is over: nothing was told beforehand
    assert (await desk.extend("decision")).json()["type"] == "/problems/not-running"
    path = f"/cases/{desk.case}/clocks/{uuid4()}/extensions"
    assert (await desk.client.post(path, json={"reason": "Snow."}, headers=desk.officer)).status_code == 404


async def test_a_case_that_is_taken_back_leaves_nothing_to_be_late(town: Platform) -> None:
    town.at("2027-02-01T10:00:00+00:00")
    gone, stays = [await Desk(town).opened("housing_repair", TAP) for _ in range(2)]
    await gone.move("withdraw", who="resident")
    assert await gone.states() == {"acknowledgement": "stopped", "repair": "stopped"}
    town.at("2027-03-10T10:00:00+00:00")
    await stays.until("clock.breached", times=2)
    assert await gone.names("repair") == ["clock.started", "clock.stopped"]


async def test_a_reopened_case_is_promised_anew(town: Platform) -> None:
    town.at("2027-02-01T10:00:00+00:00")
    desk = await Desk(town).opened("housing_repair", TAP)
    await desk.move("start_work")
    await desk.move("resolve", result="fixed")
    town.at("2027-02-03T10:00:00+00:00")
    await desk.move("reopen", who="resident", reason="It drips again.")
    answer = await desk.client.get(f"/cases/{desk.case}", headers=desk.officer)
    assert [clock["state"] for clock in answer.json()["clocks"]] == ["met", "met", "running"]
    assert minute(answer.json()["clocks"][2]["due_at"]) == at("2027-03-03")


async def test_lists_show_the_clocks_of_each_case(town: Platform) -> None:
    town.at("2027-02-01T10:00:00+00:00")
    desk = await Desk(town).opened("housing_repair", TAP)
    await desk.move("triage")
    await desk.move("refer_out")
    mine = (await desk.client.get("/me/cases", headers=desk.resident)).json()["items"][0]
    queue = (await desk.client.get("/cases?limit=100", headers=desk.officer)).json()["items"]
    theirs = next(each for each in queue if each["case_id"] == desk.case)
    assert sorted(clock["term"] for clock in mine["clocks"]) == ["acknowledgement", "repair"]
    of_council = ["acknowledgement", "contractor", "repair", "team_repair"]
    assert sorted(clock["term"] for clock in theirs["clocks"]) == of_council


async def test_what_another_system_kept_is_not_late(town: Platform) -> None:
    row = {
        "source": "old_system",
        "source_id": str(uuid4()),
        "service": "housing_repair",
        "channel": "online",
        "opened_at": "2018-01-01T10:00:00+00:00",
        "answers": TAP,
    }
    desk = Desk(town)
    answer = await desk.client.post("/imported-cases", json=row, headers=desk.officer)
    desk.case = answer.json()["case_id"]
    assert await desk.clocks() == {}


async def test_a_breach_is_said_once_although_a_replica_is_killed_while_it_says_it(
    servers: Servers, nats: Nats
) -> None:
    async with platform(servers, nats, [service]) as alone:
        desks = [await Desk(alone).opened("housing_repair", TAP) for _ in range(3)]
        await killed_while_ringing(alone, "case-crm", after=1, days=40)
        for desk in desks:
            await desk.until("clock.breached", times=2)
            assert await desk.names("repair") == ["clock.started", "clock.breached"]
        assert await alone.sql("case-crm", "SELECT FROM onedoor.timer WHERE name = 'case_clock'") == []
