"""Promises of the referral's table of states: every transition it has is allowed, and every other is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest
from common.contracts.partners.referral_events import ReferralStatus
from common.contracts.partners.referrals import (
    MoveReferral,
    NotYourMove,
    ReferralCannotGoThere,
    StillTimeToAnswer,
)
from partner_gateway.app import service
from partner_gateway.domain.moves import BY, CODES, LABELS, NEXT, SAYS, TOLD, Part
from partner_gateway.domain.referrals import Caller, Parties, Standing, move_referral, next_actions, parts_of
from pydantic import TypeAdapter

NOW = datetime(2026, 12, 18, 9, tzinfo=UTC)
LATE = NOW - timedelta(seconds=1)
WITH = {
    "reject": {"reason": "no_capacity"},
    "reroute": {"to_partner": "frs-nsfr"},
    "outcome": {"outcome": "got_help"},
    "fail": {"reason": "disengaged"},
}
ALSO = {"reroute": {"to_referral": uuid4()}}  # the id of what takes its place
STATUSES = [status for status in ReferralStatus if status is not ReferralStatus.OTHER]
ALLOWED = [(status, name, to) for status, moves in NEXT.items() for name, to in moves.items()]
REFUSED = [(status, name) for status, name in product(STATUSES, BY) if name not in NEXT[status]]
commands: TypeAdapter[MoveReferral] = TypeAdapter(MoveReferral)


def command(transition: str) -> MoveReferral:
    return commands.validate_python({"transition": transition, **WITH.get(transition, {})})


def standing(
    status: ReferralStatus, *, held_from: ReferralStatus | None = None, answer_by: datetime = LATE
) -> Standing:
    return Standing(status, held_from, answer_by, "Warmth & Debt Advice")


def test_the_table_is_the_vocabularys() -> None:
    lines = {f"{status} {name} {to}" for status, name, to in ALLOWED if name != "enter_in_error"}
    assert lines == {
        "sending withdraw withdrawn",
        "sending cancel cancelled",
        "not_made close closed",
        "sent acknowledge received",
        "sent accept accepted",
        "sent reject rejected",
        "sent reroute rerouted",
        "sent withdraw withdrawn",
        "sent cancel cancelled",
        "sent expire expired",
        "received accept accepted",
        "received reject rejected",
        "received reroute rerouted",
        "received withdraw withdrawn",
        "received cancel cancelled",
        "accepted reroute rerouted",
        "accepted start in_progress",
        "accepted hold on_hold",
        "accepted cancel cancelled",
        "in_progress hold on_hold",
        "in_progress outcome outcome_recorded",
        "in_progress fail failed",
        "in_progress cancel cancelled",
        "on_hold resume in_progress",
        "on_hold cancel cancelled",
        "outcome_recorded close closed",
        "rejected reroute rerouted",
        "rejected close closed",
        "rerouted close closed",
        "failed close closed",
        "expired close closed",
        "cancelled close closed",
        "withdrawn close closed",
    }
    assert {status for status, name, _ in ALLOWED if name == "enter_in_error"} == set(STATUSES) - {"entered_in_error"}


@pytest.mark.parametrize(("status", "name", "to"), ALLOWED)
def test_every_transition_of_the_table_is_made_by_each_party_that_may(
    status: ReferralStatus, name: str, to: ReferralStatus
) -> None:
    for part in BY[name]:
        moved = move_referral(command(name), standing(status), frozenset({part}), now=NOW, also=ALSO.get(name, {}))
        assert (type(moved), moved.was, moved.status) == (SAYS[name], status, to)
        assert moved.told_to_resident.count("Warmth & Debt Advice") == 1


@pytest.mark.parametrize(("status", "name", "to"), ALLOWED)
def test_every_transition_is_refused_to_the_other_parties(
    status: ReferralStatus, name: str, to: ReferralStatus
) -> None:
    for part in set(Part) - BY[name]:
        with pytest.raises(NotYourMove):
            move_referral(command(name), standing(status), frozenset({part}), now=NOW)


@pytest.mark.parametrize(("status", "name"), REFUSED)
def test_every_other_transition_is_refused_to_everybody(status: ReferralStatus, name: str) -> None:
    with pytest.raises(ReferralCannotGoThere) as refused:
        move_referral(command(name), standing(status), frozenset(Part), now=NOW)
    assert refused.value.members == {"possible": sorted(NEXT[status])}


@pytest.mark.parametrize("before", [ReferralStatus.ACCEPTED, ReferralStatus.IN_PROGRESS])
def test_what_waited_goes_on_where_it_was(before: ReferralStatus) -> None:
    waiting = standing(ReferralStatus.ON_HOLD, held_from=before)
    assert move_referral(command("resume"), waiting, frozenset({Part.RECEIVER}), now=NOW).status == before


def test_a_receiver_is_left_the_time_it_has_to_answer() -> None:
    just = standing(ReferralStatus.SENT, answer_by=NOW)
    with pytest.raises(StillTimeToAnswer):
        move_referral(command("expire"), just, frozenset({Part.OWNER}), now=NOW)
    assert "expire" not in [action.transition for action in next_actions(just, frozenset({Part.OWNER}), now=NOW)]


def test_next_actions_are_what_the_table_allows_that_caller() -> None:
    for status, part in product(STATUSES, Part):
        offered = next_actions(standing(status), frozenset({part}), now=NOW)
        assert [action.transition for action in offered] == [name for name in NEXT[status] if part in BY[name]]
        assert all(action.codes == list(CODES.get(action.transition, ())) for action in offered)


def test_every_transition_is_labelled_and_said_and_every_status_told() -> None:
    assert set(LABELS) == set(SAYS) == set(BY) == {name for _, name, _ in ALLOWED}
    assert set(TOLD) == set(NEXT) == set(STATUSES)


@pytest.mark.parametrize(
    ("made_by", "from_partner", "to_partner", "expected"),
    [
        (
            "officer",
            None,
            "b-advice",
            {"officer": {"referrer", "owner"}, "b-advice": {"receiver"}, "person": {"client"}},
        ),
        (
            "partner",
            "a-fire",
            "b-advice",
            {"a-fire": {"referrer", "owner"}, "b-advice": {"receiver"}, "person": {"client"}},
        ),
        ("partner", "a-fire", None, {"a-fire": {"referrer", "owner"}, "officer": {"receiver"}, "person": {"client"}}),
        (
            "resident",
            None,
            "b-advice",
            {"officer": {"owner"}, "b-advice": {"receiver"}, "person": {"client", "referrer"}},
        ),
    ],
)
def test_everybody_has_the_parts_that_are_theirs_and_no_others(
    made_by: str, from_partner: str | None, to_partner: str | None, expected: dict[str, set[str]]
) -> None:
    person = uuid4()
    parties = Parties("northmere", made_by, person, from_partner, to_partner)
    callers = {
        "officer": Caller("officer", council="northmere"),
        "officer of southholt": Caller("officer", council="southholt"),
        "officer of none": Caller("officer"),
        "a-fire": Caller("partner", partner="a-fire", council="northmere"),
        "b-advice": Caller("partner", partner="b-advice", council="northmere"),
        "c-other": Caller("partner", partner="c-other", council="northmere"),
        "person": Caller("resident", person_id=person),
        "another person": Caller("resident", person_id=uuid4()),
        "reviewer": Caller("reviewer", council="northmere"),
    }
    found = {name: parts_of(caller, parties) for name, caller in callers.items()}
    assert {name: set(parts) for name, parts in found.items() if parts} == expected


def test_whatever_is_over_has_a_time_after_which_it_goes() -> None:
    """Nothing happens to it any more but that somebody passes it on, closes it, or says it was a mistake; none may ever come."""
    over = {status for status, moves in NEXT.items() if moves.keys() <= {"reroute", "close", "enter_in_error"}}
    kept = service.holdings().of_people["referral"].kept
    assert kept is not None
    assert set(kept.ended["status"]) == over
