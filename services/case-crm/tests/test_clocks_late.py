"""Clocks of cases that are due or late: said once, extended with a reason, promised anew, and over with the case."""

from __future__ import annotations

from uuid import uuid4

from case_crm.app import service
from common.contracts.people import FactsProtected
from common.embedded import Nats
from common.testing.killing import killed_while_ringing
from common.testing.platform import Platform, platform
from common.testing.promised import INCOME, TAP, Promised, at, minute, witnessed
from common.testing.servers import Servers
from common.testing.stream import publish, said


async def test_it_is_due_soon_a_working_day_before_and_late_as_service_opens(town: Platform) -> None:
    town.at("2026-12-16T10:00:00+00:00")
    desk = await Promised(town).opened("council_tax_reduction", INCOME)
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
    desk = await Promised(town).opened("council_tax_reduction", INCOME)
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
    desk = await Promised(town).opened("council_tax_reduction", INCOME)
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
    desk = await Promised(town).opened("housing_repair", TAP)
    assert (await desk.extend("repair", "She is at 12 Mill Lane until the part is there.")).status_code == 200
    mark = FactsProtected(kinds=["home_address"], visible_to=["northmere"])
    await publish(nats, [said(mark, desk.person, 1, person_id=desk.person)], speaker="customer-account")
    await town.heard(f"facts/{desk.person}@1")
    assert (await desk.clocks())["repair"]["extended_because"] is None
    assert "Mill Lane" in (await desk.clocks("resident"))["repair"]["extended_because"]
    for listed in ("/cases", f"/persons/{desk.person}/cases"):
        assert "Mill Lane" not in (await desk.client.get(listed, headers=desk.officer)).text
    other = await Promised(town, person=desk.person).opened("housing_repair", TAP)
    refused = await other.extend("repair", "She is at 12 Mill Lane until the part is there.")
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/address-in-text")


async def test_what_may_not_take_longer_or_is_over_is_not_extended(town: Platform) -> None:
    town.at("2027-02-26T09:00:00+00:00")
    desk = await Promised(town).opened("council_tax_reduction", INCOME)
    assert (await desk.extend("acknowledgement")).json()["type"] == "/problems/no-such-extension"
    await desk.move("start_work")
    town.at("2027-03-13T00:00:01+00:00")  # its day is over: nothing was told beforehand
    assert (await desk.extend("decision")).json()["type"] == "/problems/not-running"
    path = f"/cases/{desk.case}/clocks/{uuid4()}/extensions"
    assert (await desk.client.post(path, json={"reason": "Snow."}, headers=desk.officer)).status_code == 404


async def test_a_case_that_is_taken_back_leaves_nothing_to_be_late(town: Platform) -> None:
    town.at("2027-02-01T10:00:00+00:00")
    gone, stays = [await Promised(town).opened("housing_repair", TAP) for _ in range(2)]
    await gone.move("withdraw", who="resident")
    assert await gone.states() == {"acknowledgement": "stopped", "repair": "stopped"}
    town.at("2027-03-10T10:00:00+00:00")
    await stays.until("clock.breached", times=2)
    assert await gone.names("repair") == ["clock.started", "clock.stopped"]


async def test_a_reopened_case_is_promised_anew(town: Platform) -> None:
    town.at("2027-02-01T10:00:00+00:00")
    desk = await Promised(town).opened("housing_repair", TAP)
    await desk.move("start_work")
    await desk.move("resolve", result="fixed")
    town.at("2027-02-03T10:00:00+00:00")
    await desk.move("reopen", who="resident", reason="It drips again.")
    answer = await desk.client.get(f"/cases/{desk.case}", headers=desk.officer)
    assert [clock["state"] for clock in answer.json()["clocks"]] == ["met", "met", "running"]
    assert minute(answer.json()["clocks"][2]["due_at"]) == at("2027-03-03")


async def test_lists_show_the_clocks_of_each_case(town: Platform) -> None:
    town.at("2027-02-01T10:00:00+00:00")
    desk = await Promised(town).opened("housing_repair", TAP)
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
    desk = Promised(town)
    answer = await desk.client.post("/imported-cases", json=row, headers=desk.officer)
    desk.case = answer.json()["case_id"]
    assert await desk.clocks() == {}


async def test_a_breach_is_said_once_although_a_replica_is_killed_while_it_says_it(
    servers: Servers, nats: Nats
) -> None:
    async with platform(servers, nats, [service]) as alone:
        desks = [await Promised(alone).opened("housing_repair", TAP) for _ in range(3)]
        await killed_while_ringing(alone, "case-crm", after=1, days=40)
        for desk in desks:
            await desk.until("clock.breached", times=2)
            assert await desk.names("repair") == ["clock.started", "clock.breached"]
        assert await alone.sql("case-crm", "SELECT FROM onedoor.timer WHERE name = 'case_clock'") == []
