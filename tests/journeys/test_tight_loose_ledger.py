"""The tight-loose ledger: both councils offer the same, but for the listed differences, each with its reason."""

from __future__ import annotations

from typing import Any

import pytest
from case_crm.domain.definitions import without
from common.testing.platform import BOTH, Platform

Documents = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
async def ledger(town: Platform) -> dict[str, list[dict[str, Any]]]:
    """The entries of each service, as anybody reads them."""
    found: dict[str, list[dict[str, Any]]] = {}
    answer = await town["case-crm"].client.get("/definitions/ledger")
    for entry in answer.json()["items"]:
        found.setdefault(entry["service"], []).append(entry)
    return found


@pytest.fixture(scope="module")
async def offered(town: Platform) -> dict[str, Documents]:
    """What each council offers, by the service: the whole document that is published."""
    return {council: await documents(town, council) for council in BOTH}


async def documents(town: Platform, council: str) -> Documents:
    admin = town.bearer("administrator", f"admin-{council}", [council])
    listed = await town["case-crm"].client.get(f"/councils/{council}/services")
    names = [each["service"] for each in listed.json()["items"]]
    versions = {name: await town.get("case-crm", f"/definitions/{name}/versions", admin) for name in names}
    return {name: found["items"][0]["document"] for name, found in versions.items()}


def test_both_councils_offer_the_same_services(offered: dict[str, Documents]) -> None:
    assert {*offered["northmere"]} == {*offered["southholt"]}
    assert len(offered["northmere"]) >= 20


def test_every_shared_service_is_the_same_once_the_ledgers_entries_are_taken_out(
    offered: dict[str, Documents], ledger: dict[str, list[dict[str, Any]]]
) -> None:
    for name, document in offered["northmere"].items():
        places = [entry["at"] for entry in ledger.get(name, [])]
        assert without(document, places) == without(offered["southholt"][name], places), name


def test_no_service_that_differs_is_the_same_with_an_entry_left_in(
    offered: dict[str, Documents], ledger: dict[str, list[dict[str, Any]]]
) -> None:
    assert len(ledger) >= 5
    for name, entries in ledger.items():
        for kept in entries:
            places = [entry["at"] for entry in entries if entry is not kept]
            assert without(offered["northmere"][name], places) != without(offered["southholt"][name], places), kept


def test_every_entry_says_what_was_there_what_is_now_and_why(ledger: dict[str, list[dict[str, Any]]]) -> None:
    for entry in (entry for entries in ledger.values() for entry in entries):
        assert entry["was"] != entry["becomes"]
        assert entry["because"]
    bins = {entry["at"]: entry for entry in ledger["garden_waste"]}
    assert bins["/questions/bins/wrong"]["was"] == "You can have one, two or three bins."
    assert bins["/questions/bins/wrong"]["becomes"] == "You can have one or two bins."
    assert bins["/questions/bins/wrong"]["because"].startswith("Southholt's lanes are narrow")


async def test_residents_of_each_council_are_asked_by_their_own_rule(town: Platform) -> None:
    answers = {"full_name": "Ewa Kowalska", "address": "8 Mill Lane ZZ99 1LN", "garden": True, "bins": 3}
    body = {"service": "garden_waste", "channel": "online", "answers": answers}
    found = {}
    for council in BOTH:
        headers = {**town.resident(), "Onedoor-Council": council}
        found[council] = (await town["case-crm"].client.post("/cases", json=body, headers=headers)).status_code
    assert found == {"northmere": 201, "southholt": 422}
