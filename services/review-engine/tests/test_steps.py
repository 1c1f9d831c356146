"""Of every aggregate that there is it is said whether its events are steps of journeys: none slips in by itself."""

from __future__ import annotations

from datetime import UTC, datetime

from common.contracts.cases.appointments import (
    AppointmentAttended,
    AppointmentCancelled,
    AppointmentMissed,
    AppointmentMoved,
    AskedBy,
)
from common.runtime.ids import new_id
from onedoor.contracts import catalogue
from review_engine.domain import events

START = datetime(2026, 12, 15, 9, tzinfo=UTC)
# What describes people, services and partners themselves, and what people ask about their data.
RECORDS = {
    "access",
    "access_package_download",
    "access_package_part",
    "access_question",
    "account",
    "agreement",
    "calendar",
    "claim",
    "client_key",
    "consent",
    "consent_request",
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
    "partner_client",
    "partner_contact",
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


def test_an_appointment_that_was_missed_or_that_we_changed_is_a_step_that_went_wrong() -> None:
    known, later = {"appointment_id": new_id(), "starts_at": START}, {"ends_at": START, "location_id": new_id()}
    moved = [AppointmentMoved(**known, **later, was_at=START, asked_by=by) for by in (AskedBy.COUNCIL, AskedBy.PERSON)]
    cancelled = [AppointmentCancelled(**known, asked_by=by) for by in (AskedBy.COUNCIL, AskedBy.PERSON)]
    said = [*moved, *cancelled, AppointmentMissed(**known), AppointmentAttended(**known)]
    found = [(events.kept(each.name, each).activity, events.kept(each.name, each).result) for each in said]
    assert found == [
        ("appointment.moved", "appointment_problem"),
        ("appointment.moved", None),
        ("appointment.cancelled", "appointment_problem"),
        ("appointment.cancelled", None),
        ("appointment.missed", "appointment_problem"),
        ("appointment.attended", None),
    ]
