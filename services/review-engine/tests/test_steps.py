"""Of every aggregate that there is it is said whether its events are steps of journeys: none slips in by itself."""

from __future__ import annotations

from onedoor.contracts import catalogue
from review_engine.domain import events

# What describes people, services and partners themselves, and what people ask about their data.
RECORDS = {
    "access",
    "access_package_download",
    "access_package_part",
    "access_question",
    "account",
    "calendar",
    "claim",
    "consent",
    "consents",
    "contact",
    "definition",
    "delivery",
    "destruction_list",
    "directory_service",
    "duplicate",
    "equality_profile",
    "erasure_part",
    "facts",
    "household",
    "legal_hold",
    "limit_part",
    "message",
    "message_request",
    "need",
    "organisation",
    "partner",
    "person",
    "protection",
    "recipient_answer",
    "rectification_part",
    "release",
    "representation",
    "restriction",
    "rights_request",
    "secrecy",
    "session",
    "telling",
    "withdrawal",
}


def test_every_aggregate_is_either_steps_of_journeys_or_records() -> None:
    aggregates = {event.aggregate for event in catalogue()}
    steps = {each for each in aggregates if events.is_evidence(each)}
    assert steps | RECORDS == aggregates
    assert steps & RECORDS == set()
