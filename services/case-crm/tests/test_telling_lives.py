"""Where a telling and its deliveries may go: the tables are compared with what is written out here by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import pytest
from case_crm.domain import deliveries, tellings
from case_crm.domain.deliveries import Answer
from common.contracts.cases import Result, Status
from common.contracts.tellings import (
    DeliveryCannotGoThere,
    DeliveryMove,
    DeliveryStatus,
    Sends,
    TellingCannotGoThere,
    TellingStatus,
    is_over,
    next_moves,
)
from hypothesis import given
from hypothesis import strategies as st

PERSON = UUID(int=1)

# What may follow what, written out by hand from the vocabulary: the table is compared with it.
MODEL = {
    "sent": "acknowledge fail",
    "delivered": "acknowledge fail",
    "acknowledged": "match not_held find_several reject fail",
    "ambiguous": "match not_held fail",
    "matched": "start ask_for_more action reject fail",
    "more_information_needed": "start reject fail",
    "actioning": "ask_for_more action reject fail",
}
LEADS_TO = {
    "acknowledge": "acknowledged",
    "match": "matched",
    "not_held": "not_held",
    "find_several": "ambiguous",
    "ask_for_more": "more_information_needed",
    "start": "actioning",
    "action": "actioned",
    "reject": "rejected",
    "fail": "failed",
}


@given(st.lists(st.sampled_from(list(DeliveryMove)), max_size=30), st.sampled_from(list(Sends)))
def test_a_delivery_goes_where_the_vocabulary_says_and_nowhere_else(moves: list[DeliveryMove], sends: Sends) -> None:
    beside = {"telling_id": PERSON, "interest": "library", "council": "northmere", "recipient": "northmere"}
    status, actioned = "delivered", 0
    for move in moves:
        may = MODEL.get(status, "").split()
        if sends is Sends.RETRACTION:
            may = ["acknowledge"] if status == "delivered" else []
        answer = Answer(move, "noted", date(2026, 12, 17), "wrong_area")
        if move.value not in may:
            with pytest.raises(DeliveryCannotGoThere):
                deliveries.moved(answer, status=status, sends=sends, title="Libraries", beside=beside)
            continue
        said = deliveries.moved(answer, status=status, sends=sends, title="Libraries", beside=beside)
        status = LEADS_TO[move.value]
        assert (said.status, said.name) == (status, f"delivery.{status}")
        actioned += status == "actioned"
        assert is_over(status, sends) == (not next_moves(status, sends))
    assert actioned <= 1


# The life of a telling and the whole one of a delivery, written out by hand from the vocabulary: the tables are compared with them.
# `queued` is no state of ours: what is planned is sent, or lies with its recipient, in the same transaction.
TELLING = """
draft: change>draft preview>previewed expire>expired abandon>abandoned
previewed: change>draft preview>previewed confirm>confirmed link>linked expire>expired abandon>abandoned
confirmed: dispatch>in_progress link>linked supersede>superseded withdraw>withdrawn
in_progress: complete>completed complete_with_exceptions>completed_with_exceptions supersede>superseded withdraw>withdrawn
completed: supersede>superseded withdraw>withdrawn
completed_with_exceptions: supersede>superseded withdraw>withdrawn
"""
OURS = """
awaiting_consent: agree>planned exclude>excluded suppress>suppressed
planned: send>sent deliver>delivered
sent: deliver>delivered suppress>suppressed
delivered: suppress>suppressed
acknowledged: suppress>suppressed
ambiguous: suppress>suppressed
matched: suppress>suppressed
more_information_needed: suppress>suppressed
actioning: suppress>suppressed
"""


def written(text: str) -> dict[str, dict[str, str]]:
    lines = (line.split(": ") for line in text.strip().splitlines())
    return {at: dict(each.split(">") for each in moves.split()) for at, moves in lines}


def whole() -> dict[str, dict[str, str]]:
    """A delivery's life: what we do with it, and what its recipient does."""
    theirs = {at: {move: LEADS_TO[move] for move in moves.split()} for at, moves in MODEL.items()}
    ours = written(OURS)
    return {at: ours.get(at, {}) | theirs.get(at, {}) for at in {*ours, *theirs}}


def names(*models: Mapping[str, Mapping[str, str]]) -> list[str]:
    return sorted({name for model in models for moves in model.values() for name in moves})


@given(st.lists(st.sampled_from(names(written(TELLING))), max_size=20))
def test_a_telling_goes_where_the_vocabulary_says_and_nowhere_else(moves: list[str]) -> None:
    model, status, confirmed, previewed = written(TELLING), "draft", False, False
    for name in moves:
        to = model.get(status, {}).get(name)
        if to is None:
            with pytest.raises(TellingCannotGoThere):
                tellings.move(status, name)
            continue
        assert tellings.move(status, name).value == to
        previewed = to == "previewed" or (previewed and to != "draft")
        confirmed = confirmed or to == "confirmed"
        assert previewed or not confirmed  # nobody confirms what was not read as it stands
        assert confirmed or to in {"draft", "previewed", "expired", "abandoned", "linked"}
        status = to


@given(st.lists(st.sampled_from(names(whole())), max_size=30), st.sampled_from(sorted(deliveries.BEGINS)))
def test_a_delivery_lives_as_one_table_says_from_its_planning_to_its_end(moves: list[str], begins: str) -> None:
    model, status, ends = whole(), begins, 0
    for name in moves:
        to = model.get(status, {}).get(name)
        if to is None:
            with pytest.raises(DeliveryCannotGoThere):
                deliveries.step(status, name)
            continue
        assert deliveries.step(status, name).value == to
        status, ends = to, ends + is_over(to, Sends.TELLING)
        assert is_over(status, Sends.TELLING) == (not deliveries.STEPS[DeliveryStatus(status)])
    assert ends <= 1


def test_every_state_is_reached_and_every_one_that_is_no_end_is_left() -> None:
    for model, begins, every in (
        (written(TELLING), {"draft"}, set(TellingStatus)),
        (whole(), set(deliveries.BEGINS), set(DeliveryStatus)),
    ):
        assert begins | {to for moves in model.values() for to in moves.values()} == every - {"other"}
    assert {at: dict(moves) for at, moves in tellings.MOVES.items()} == written(TELLING)
    assert {at: dict(moves) for at, moves in deliveries.STEPS.items() if moves} == whole()


@given(st.sampled_from(list(Status)), st.sampled_from([None, *Result]), st.booleans(), st.sampled_from(list(MODEL)))
def test_a_case_takes_its_delivery_forward_as_the_table_allows_and_never_back(
    status: Status, result: Result | None, taken: bool, stands: str
) -> None:
    led = deliveries.led_to(status, result, taken=taken)
    assert taken or status is not Status.SUBMITTED or led == "delivered"
    beside = {"telling_id": PERSON, "interest": "library", "council": "northmere", "recipient": "northmere"}
    at = stands
    for each in deliveries.way(at, led, result=result, on=date(2026, 12, 22), because=status):
        at = deliveries.moved(each, status=at, sends=Sends.TELLING, title="Libraries", beside=beside).status.value
    assert at in (led, stands)
    if stands in ("delivered", "acknowledged") and led != "delivered":
        assert at == led
    if status is Status.RESOLVED and stands == "delivered":
        assert is_over(at, Sends.TELLING)
