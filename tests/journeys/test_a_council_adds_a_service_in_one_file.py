"""A council writes one file, and offers a service: no code, no release, nothing started again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from common.testing.platform import Platform
from onedoor.defining import files

SERVICE = """\
service: compost_bin
version: 1
title: Get a compost bin
summary: A bin for your garden in which waste becomes soil.
councils: [northmere]
owner: waste
questions:
  - {question: full_name, text: "What is your full name?", fact_kind: full_name}
  - {question: address, text: "Where do you live?", fact_kind: home_address}
  - {question: garden, text: "Is there a garden at this address?", type: yes_no, purpose: The bin stands in a garden.}
  - question: size
    text: "Which size would you like?"
    type: choice
    options: [Small, Large]
    purpose: So that we bring the right one.
    asked_if: answers.garden
eligibility:
  - {rule: answers.garden, otherwise: A compost bin is for homes with a garden.}
routing:
  - {team: waste_rounds}
start: asked
stages:
  asked: {status: submitted, told: We have your request.}
  brought: {status: resolved, told: Your compost bin is there.}
transitions:
  - {transition: bring, label: Bring it, leaves: [asked], to: brought, results: [provided]}
texts:
  cy: {title: Cael bin compost, stages: {asked: Mae gennym eich cais.}}
"""
TRY = """\
council: northmere
today: 2026-12-14
applications:
  - who: Ewa, whose address is held
    held: {full_name: Ewa Kowalska, home_address: 8 Mill Lane ZZ99 1LN}
    answers: {garden: true, size: Small}
    asked: [garden, size]
    team: waste_rounds
    told: We have your request.
    steps: [{makes: bring, result: provided, told: Your compost bin is there.}]
"""
EWA = {"full_name": "Ewa Kowalska", "phone": "07700 900042", "channel": "phone"}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("services") / "compost_bin.yaml"
    made.write_text(SERVICE)
    return made


@pytest.fixture(scope="module")
async def told(town: Platform) -> dict[str, Any]:
    """Northmere's administrator publishes the file, Ewa asks, an officer brings the bin."""
    admin = town.bearer("administrator", "admin-northmere", ["northmere"])
    published = await town.post("case-crm", "/definitions", {"definition": SERVICE}, admin)
    ewa = (await town.post("customer-account", "/persons", EWA))["person_id"]
    fact = {"kind": "home_address", "value": "8 Mill Lane ZZ99 1LN", "channel": "phone"}
    await town.post("customer-account", f"/persons/{ewa}/facts", fact)
    form = await town.get("case-crm", f"/councils/northmere/services/compost_bin/form?person_id={ewa}", town.officer())
    asked = {"service": "compost_bin", "channel": "online", "answers": {"garden": True, "size": "Small"}}
    resident = {**town.resident(ewa), "Onedoor-Council": "northmere"}
    case = await town.post("case-crm", "/cases", asked, resident)
    moved = {"transition": "bring", "result": "provided"}
    await town.post("case-crm", f"/cases/{case['case_id']}/transitions", moved)
    return {"published": published, "form": form, "case": case, "resident": resident}


def test_the_file_is_sound_and_is_tried_before_anybody_meets_it(file: Path, tmp_path: Path) -> None:
    assert files.wrong_in([file]) == []
    (tmp_path / "try.yaml").write_text(TRY)
    seen = files.tried(file, tmp_path / "try.yaml")
    assert seen.otherwise == []
    assert "  is told: We have your request." in seen.lines


async def test_it_is_offered_at_once_in_its_council_alone(town: Platform, told: dict[str, Any]) -> None:
    offered = {}
    for council in ("northmere", "southholt"):
        answer = await town["case-crm"].client.get(f"/councils/{council}/services")
        offered[council] = "compost_bin" in [each["service"] for each in answer.json()["items"]]
    assert offered == {"northmere": True, "southholt": False}


async def test_its_form_asks_nothing_that_was_told_before(told: dict[str, Any]) -> None:
    held = {each["question"]: each["value"] for each in told["form"]["questions"] if each["held"]}
    assert held == {"full_name": "Ewa Kowalska", "address": "8 Mill Lane ZZ99 1LN"}
    assert told["form"]["still_to_tell"] == ["garden"]


async def test_whom_it_is_not_for_is_told_in_the_files_words(town: Platform, told: dict[str, Any]) -> None:
    body = {"service": "compost_bin", "channel": "online", "answers": {"garden": False}}
    answer = await town["case-crm"].client.post("/cases", json=body, headers=told["resident"])
    assert (answer.status_code, answer.json()["detail"]) == (422, "A compost bin is for homes with a garden.")


async def test_the_resident_follows_it_everywhere_like_any_other_service(town: Platform, told: dict[str, Any]) -> None:
    mine = await town.get("feedback", "/me/transactions", told["resident"])
    assert [(each["title"], each["status"]) for each in mine["items"]] == [("Get a compost bin", "resolved")]
    case = await town.get("case-crm", f"/cases/{told['case']['case_id']}?language=cy", told["resident"])
    assert case["title"] == "Cael bin compost"
    assert case["told_to_resident"] == "Your compost bin is there."  # what has no Welsh words is said in English
    timeline = await town.get("customer-account", "/me/timeline", told["resident"])
    assert "case.resolved" in [each["event"] for each in timeline["items"]]
