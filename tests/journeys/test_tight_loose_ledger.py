"""The tight-loose ledger: both councils offer the same, but for the listed differences, each with its reason."""

from __future__ import annotations

from typing import Any

import pytest
from case_crm.domain.definitions import without
from common.testing.platform import BOTH, Platform
from common.testing.publishing import PARTY, publish

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


async def test_where_the_councils_themselves_differ_is_in_the_ledger_and_what_is_not_is_the_same(
    town: Platform,
) -> None:
    every = (await town["case-crm"].client.get("/definitions/ledger")).json()
    assert every["only_here"] == {}
    days = {each: (await town["case-crm"].client.get(f"/councils/{each}/calendar")).json() for each in BOTH}
    hours = {each: {span["day"]: span["hours"] for span in days[each]["open"]} for each in BOTH}
    closed = {each: {day["day"]: day["why"] for day in days[each]["closed"]} for each in BOTH}
    noted = {(each["council"], each["at"]): each for each in every["councils"] if each["of"] == "calendar"}
    for kind, said in (("open", hours), ("closed", closed)):
        for here, there in (BOTH, BOTH[::-1]):
            for day, value in said[here].items():
                entry = noted.pop((here, f"/{kind}/{day}"), None)
                assert (entry is None) == (said[there].get(day) == value), (here, day)
                assert entry is None or (entry["here"], entry["because"]) == (
                    value,
                    value if kind == "closed" else None,
                )
    assert noted == {}
    assert ("southholt", "/closed/2026-10-14", "Staff training day") in {
        (each["council"], each["at"], each["because"]) for each in every["councils"]
    }
    one = (await town["case-crm"].client.get("/definitions/ledger", params={"council": "southholt"})).json()
    assert one["councils"] == [each for each in every["councils"] if each["council"] == "southholt"]
    assert one["items"] == [each for each in every["items"] if each["council"] == "southholt"]


async def test_what_only_one_council_offers_is_named_with_it(town: Platform) -> None:
    assert (await publish(town, PARTY.replace("street_party", "quay_party"))).status_code == 201
    offered_here = (await town["case-crm"].client.get("/definitions/ledger")).json()["only_here"]
    assert offered_here == {"quay_party": ["northmere"]}


async def test_residents_of_each_council_are_asked_by_their_own_rule(town: Platform) -> None:
    answers = {"full_name": "Ewa Kowalska", "address": "8 Mill Lane ZZ99 1LN", "garden": True, "bins": 3}
    body = {"service": "garden_waste", "channel": "online", "answers": answers}
    found = {}
    for council in BOTH:
        headers = {**town.resident(), "Onedoor-Council": council}
        found[council] = (await town["case-crm"].client.post("/cases", json=body, headers=headers)).status_code
    assert found == {"northmere": 201, "southholt": 422}
