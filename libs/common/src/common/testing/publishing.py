"""A service that a council publishes while the platform runs: for tests of definitions."""

from __future__ import annotations

from typing import Any

import httpx

from common.testing.platform import Platform

PARTY = """\
service: street_party
version: 1
title: Close your street for a party
summary: Say when and where, and we tell you what to do.
councils: [northmere]
owner: highways
about_a_person: false
questions:
  - {question: street, text: "Which street is it?", purpose: We close that one.}
  - {question: day, text: "On which day?", type: date, purpose: Buses go another way on that day.}
start: asked
stages:
  asked: {status: submitted, told: We have your request.}
  done: {status: resolved, told: Your street is yours for the day.}
transitions:
  - {transition: agree, label: Agree, leaves: [asked], to: done, results: [decided_approved]}
"""
SECOND = PARTY.replace("version: 1", "version: 2").replace("told: We have your request.", "told: We read your request.")
ANSWERS = {"street": "Mill Lane", "day": "2027-06-01"}


def administrator(town: Platform, *councils: str, council: str = "northmere") -> dict[str, str]:
    """Whoever publishes for these councils."""
    return {**town.bearer("administrator", "admin-1", councils or ("northmere",)), "Onedoor-Council": council}


async def publish(town: Platform, text: str, who: dict[str, str] | None = None) -> httpx.Response:
    """A definition is sent to be published."""
    headers = who or administrator(town)
    return await town["case-crm"].client.post("/definitions", json={"definition": text}, headers=headers)


async def check(town: Platform, text: str) -> Any:
    """What is wrong with a definition, without publishing it."""
    answer = await town["case-crm"].client.post(
        "/definitions/checks", json={"definition": text}, headers=administrator(town)
    )
    assert answer.status_code == 200
    return answer.json()


async def document(town: Platform, service: str, council: str) -> Any:
    """What a council offers now: the whole document of its newest version."""
    who = administrator(town, council, council=council)
    answer = await town["case-crm"].client.get(f"/definitions/{service}/versions", headers=who)
    return answer.json()["items"][0]["document"]


async def services(town: Platform, council: str = "northmere") -> dict[str, int]:
    """What a council offers, each in which version."""
    answer = await town["case-crm"].client.get(f"/councils/{council}/services")
    return {each["service"]: each["definition_version"] for each in answer.json()["items"]}
