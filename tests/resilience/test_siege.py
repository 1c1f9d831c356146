"""Each service, the broker and the database server are killed three times under load: nothing is lost, nothing done twice.

And what says so is shown to fail, on the same rows with one thing wrong in them: the siege is laid once, in one file.
"""

from __future__ import annotations

from typing import Any

import pytest
from onedoor.contracts import services

from tests.resilience import checker
from tests.resilience.doctored import WRONG, Doctor
from tests.resilience.rows import Found, hearers
from tests.resilience.siege import TURNS, Outcome


def test_every_part_was_killed_three_times_and_the_writers_went_on(siege: Outcome) -> None:
    assert {part: len(times) for part, times in siege.back.items()} == {
        **{service.name: TURNS for service in services()},
        "nats": TURNS,
        "postgres": TURNS,
    }
    assert siege.kept.failures > 0
    assert {each.request.what for each in siege.kept.acknowledged} == {"person", "case", "move", "touch", "fact"}


def test_no_request_met_anything_but_its_answer_or_try_again(siege: Outcome) -> None:
    assert siege.kept.refused == []


def test_every_acknowledged_write_is_there_once(siege: Outcome) -> None:
    assert list(checker.lost(siege.found, siege.kept.acknowledged)) == []


def test_nothing_was_written_that_was_not_acknowledged(siege: Outcome) -> None:
    assert list(checker.unasked(siege.found, siege.kept.acknowledged)) == []


def test_every_request_sent_again_under_its_key_is_answered_as_before(siege: Outcome) -> None:
    assert siege.answered_otherwise == []


def test_what_was_said_of_each_aggregate_has_no_gap(siege: Outcome) -> None:
    assert list(checker.with_gaps(siege.found)) == []


def test_every_hearer_has_heard_all_of_it_and_nothing_is_parked(siege: Outcome) -> None:
    assert list(checker.unheard(siege.found, {service.name: hearers(service) for service in services()})) == []


def test_nothing_is_left_to_be_said(siege: Outcome) -> None:
    assert {service: left for service, left in siege.found.to_say.items() if left} == {}


def test_feedback_did_what_each_event_brings_about_once_and_in_order(siege: Outcome) -> None:
    assert list(checker.on_feedback(siege.found)) == []


def test_customer_account_did_what_each_event_brings_about_once_and_in_order(siege: Outcome) -> None:
    assert list(checker.on_people(siege.found)) == []


def test_review_engine_did_what_each_event_brings_about_once_and_in_order(siege: Outcome) -> None:
    assert list(checker.on_evidence(siege.found)) == []


def test_partner_gateway_did_what_each_event_brings_about_once_and_in_order(siege: Outcome) -> None:
    assert list(checker.on_partners(siege.found)) == []


def test_case_crm_knows_the_facts_that_customer_account_keeps(siege: Outcome) -> None:
    assert list(checker.on_cases(siege.found)) == []


# -- the checker is shown to fail


@pytest.mark.parametrize(("check", "what", "doctor"), WRONG, ids=[f"{check}: {what}" for check, what, _ in WRONG])
def test_the_checker_sees_it(siege: Outcome, check: str, what: str, doctor: Doctor) -> None:
    found = _copy(siege.found)
    doctor(found)
    assert _faults(check, found, siege), what


def _faults(check: str, found: Found, siege: Outcome) -> list[str]:
    more: list[Any] = []
    if check in {"lost", "unasked"}:
        more = [siege.kept.acknowledged]
    if check == "unheard":
        more = [{service.name: hearers(service) for service in services()}]
    return list(getattr(checker, check)(found, *more))


def _copy(found: Found) -> Found:
    """Rows of its own, so that what is wrong in one test is right in the next."""
    return Found(
        **{
            part: {name: [dict(row) for row in rows] for name, rows in getattr(found, part).items()}
            for part in ("said", "to_say", "marks", "parked", "tables")
        }
    )
