"""Promises of the ranking: the most helpful first, and each says why."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from partner_gateway.domain.entries import reach
from partner_gateway.domain.ranking import Offer, Wanted, rank

WANTED = Wanted(frozenset({"food"}), frozenset({"ZZ99"}), frozenset({"northmere"}))


def offer(name: str, **told: Any) -> Offer:
    entry = {"status": "active", "capacity": 3, "waiting_days": 0, "districts": ("ZZ99",), "councils": (), **told}
    return Offer(service_id=uuid4(), name=name, needs=("food", "debt"), **entry)


def test_the_most_helpful_comes_first() -> None:
    offers = [
        offer("closed", status="temporarily_closed"),
        offer("full", capacity=0),
        offer("whole council", districts=(), councils=("northmere",)),
        offer("wait unknown", waiting_days=None),
        offer("later", waiting_days=9),
        offer("room unknown", capacity=None),
        offer("soon"),
        offer("roomy", capacity=8),
    ]
    expected = ["roomy", "soon", "room unknown", "later", "wait unknown", "whole council", "full", "closed"]
    assert [found.name for found, _ in rank(offers, WANTED)] == expected


def test_each_result_says_why_it_is_where_it_is() -> None:
    near, far = offer("near", waiting_days=1), offer("far", districts=(), councils=("northmere",), capacity=None)
    shut = offer("shut", status="temporarily_closed", capacity=0, waiting_days=None)
    said = {found.name: [(why.code, why.text) for why in reasons] for found, reasons in rank([near, far, shut], WANTED)}
    assert said["near"] == [
        ("serves_need", "Helps with food."),
        ("serves_district", "Serves ZZ99."),
        ("has_capacity", "It can take 3 more."),
        ("waiting", "The wait is about 1 day."),
    ]
    assert said["far"] == [
        ("serves_need", "Helps with food."),
        ("serves_council", "Serves the whole of Northmere."),
        ("capacity_unknown", "We do not know how many more people it can take."),
        ("no_waiting", "There is no wait."),
    ]
    assert [code for code, _ in said["shut"]] == [
        "serves_need",
        "serves_district",
        "temporarily_closed",
        "full",
        "waiting_unknown",
    ]


def test_the_same_offers_come_in_the_same_order_however_they_were_read() -> None:
    offers = [offer(name, waiting_days=wait) for name in "abc" for wait in (None, 0, 5)]
    assert rank(offers, WANTED) == rank(reversed(offers), WANTED)


def test_a_service_is_found_under_each_need_and_place_it_serves() -> None:
    assert reach(["food", "debt"], ["ZZ99"], [], "active") == {("food", "ZZ99"), ("debt", "ZZ99")}
    assert reach(["food"], [], ["northmere"], "active") == {("food", "northmere"), ("food", "*")}


def test_what_is_not_offered_is_found_nowhere() -> None:
    assert reach(["food"], ["ZZ99"], ["northmere"], "defunct") == set()
    assert reach(["food"], ["ZZ99"], ["northmere"], "inactive") == set()
