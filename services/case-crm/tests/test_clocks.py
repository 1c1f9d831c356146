"""Clocks of cases over HTTP: every date that a council promises, in its own working days, and what stops them."""

from __future__ import annotations

from datetime import datetime

import pytest
from common.testing.platform import Platform
from common.testing.promised import DAMP, INCOME, TAP, Promised, at


@pytest.mark.parametrize("council", ["northmere", "southholt"])
async def test_a_hazard_is_counted_in_hours_and_in_working_days(town: Platform, council: str) -> None:
    town.at("2026-12-10T14:21:00+00:00")  # story c: the fire officer's awareness reaches the landlord
    desk = await Promised(town, council).opened("housing_repair", DAMP | {"dangerous": True})
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
    desk = await Promised(town).opened("housing_repair", TAP | {"dangerous": True})
    assert await desk.due("emergency") == at("2026-12-26", "22:00")
    await desk.until("clock.due_soon")  # one working day is more than there is
    town.at("2026-12-26T22:00:01+00:00")
    breached = await desk.until("clock.breached")
    assert breached["data"]["told_to_resident"] == (
        "We are late. We said that we make it safe by 22:00 on Saturday 26 December 2026."
    )


async def test_a_hazard_that_is_found_later_counts_from_when_it_was_found(town: Platform) -> None:
    town.at("2026-12-10T14:21:00+00:00")
    desk = await Promised(town).opened("housing_repair", TAP)
    assert await desk.states() == {"acknowledgement": "running", "repair": "running"}
    town.at("2026-12-14T10:00:00+00:00")
    await desk.move("find_damp")
    await desk.move("find_emergency")
    assert await desk.due("investigation") == at("2026-12-30")
    assert await desk.due("emergency") == at("2026-12-15", "10:00")


async def test_a_decision_counts_from_complete_information(town: Platform) -> None:
    town.at("2027-02-22T10:12:00+00:00")  # story b
    desk = await Promised(town).opened("council_tax_reduction", INCOME)
    assert await desk.due("acknowledgement") == at("2027-02-24")
    assert "decision" not in await desk.clocks()
    await desk.move("request_information", reason="Two payslips.")
    town.at("2027-02-26T09:00:00+00:00")
    await desk.move("resume")
    assert await desk.due("decision") == at("2027-03-12")
    assert await desk.states() == {"acknowledgement": "met", "decision": "running"}


async def test_pauses_add_up_and_only_declared_stages_pause(town: Platform) -> None:
    town.at("2027-02-01T10:00:00+00:00")
    desk = await Promised(town).opened("council_tax_reduction", INCOME)
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
    paused = await Promised(town).opened("council_tax_reduction", INCOME)
    await paused.move("start_work")
    running = await Promised(town).opened("council_tax_reduction", INCOME)
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
    desk = await Promised(town).opened("housing_repair", TAP)
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
    desk = await Promised(town).opened("housing_repair", TAP)
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
