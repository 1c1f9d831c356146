"""What feedback decides, without any server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from common.contracts.base import Channel, Refusal
from common.contracts.cases import (
    CaseCancelled,
    CaseClosed,
    CaseReopened,
    CaseResolved,
    CaseStatusChanged,
    CaseWithdrawn,
    Result,
    Status,
)
from common.contracts.feedback import (
    AlreadyAnswered,
    GiveFeedback,
    InvitationExpired,
    InvitationState,
    NotInvited,
)
from common.runtime.ids import new_id
from feedback.domain.endings import Life, invites, life_after
from feedback.domain.invitations import MOVES, TERM, Invited, Move, NoSuchMove, answer, invite, move
from feedback.domain.satisfaction import satisfaction

NOW = datetime(2026, 12, 14, 9, 30, tzinfo=UTC)
S = InvitationState


def event(kind: type[CaseStatusChanged], *, history: bool = False, **more: object) -> CaseStatusChanged:
    told = {"transition": "any", "was": Status.SUBMITTED, "status": Status.OTHER, "stage": "any"}
    if kind is CaseResolved:
        more.setdefault("result", Result.NO_FURTHER_ACTION)
    return kind.model_validate({**told, "told_to_resident": "…", "history": history, **more})


def invited(state: InvitationState = S.DUE, *, answered: bool = False, at: datetime = NOW) -> Invited:
    return Invited(new_id(), new_id(), "missed_bin", Channel.PHONE, state, at, answered)


def test_an_invitation_goes_where_its_table_says_and_nowhere_else() -> None:
    allowed = {
        (S.DUE, Move.SEND): S.SENT,
        (S.DUE, Move.OPEN): S.OPENED,
        (S.DUE, Move.ANSWER): S.ANSWERED,
        (S.DUE, Move.EXPIRE): S.EXPIRED,
        (S.DUE, Move.SUPPRESS): S.SUPPRESSED,
        (S.SENT, Move.OPEN): S.OPENED,
        (S.SENT, Move.ANSWER): S.ANSWERED,
        (S.SENT, Move.EXPIRE): S.EXPIRED,
        (S.OPENED, Move.ANSWER): S.ANSWERED,
        (S.OPENED, Move.EXPIRE): S.EXPIRED,
    }
    for state, what in product(MOVES, Move):
        if (state, what) in allowed:
            assert move(state, what) is allowed[state, what]
        else:
            with pytest.raises(NoSuchMove):
                move(state, what)


def test_every_state_but_the_unknown_has_its_moves() -> None:
    assert set(MOVES) == set(InvitationState) - {InvitationState.OTHER}


@pytest.mark.parametrize("kind", [CaseResolved, CaseClosed, CaseWithdrawn, CaseCancelled])
def test_every_way_to_end_is_an_ending_that_invites(kind: type[CaseStatusChanged]) -> None:
    assert invites(Life.GOING_ON, event(kind))
    assert life_after(Life.GOING_ON, event(kind)) is Life.ENDED


def test_what_has_ended_does_not_end_again_until_it_is_reopened() -> None:
    assert not invites(Life.ENDED, event(CaseClosed))
    assert life_after(Life.ENDED, event(CaseReopened)) is Life.GOING_ON
    assert not invites(Life.ENDED, event(CaseReopened))


def test_a_change_that_is_no_ending_leaves_a_case_as_it_is() -> None:
    assert life_after(Life.GOING_ON, event(CaseStatusChanged)) is Life.GOING_ON
    assert not invites(Life.GOING_ON, event(CaseStatusChanged))


def test_history_ends_without_an_invitation() -> None:
    assert not invites(Life.GOING_ON, event(CaseResolved, history=True))
    assert life_after(Life.GOING_ON, event(CaseResolved, history=True)) is Life.ENDED


def test_an_invitation_names_the_result_and_the_day_it_is_over() -> None:
    what: dict[str, Any] = {"case_id": new_id(), "service": "missed_bin", "channel": Channel.PHONE, "at": NOW}
    made = invite(ended_as=Status.RESOLVED, result=Result.NO_FURTHER_ACTION, **what)
    assert (made.result, made.expires_at) == (Result.NO_FURTHER_ACTION, datetime(2027, 1, 11, 9, 30, tzinfo=UTC))
    assert invite(ended_as=Status.WITHDRAWN, result=None, **what).ended_as == "withdrawn"


def test_an_invitation_may_be_answered_until_its_term_is_over() -> None:
    almost = NOW + TERM - timedelta(seconds=1)
    said = answer(invited(), GiveFeedback(rating=4), channel=Channel.ONLINE, now=almost)
    assert (said.rating, said.has_comment, said.channel, said.case_channel) == (4, False, "online", "phone")


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (invited(answered=True), AlreadyAnswered),
        (invited(answered=True, at=NOW - TERM), AlreadyAnswered),
        (invited(at=NOW - TERM), InvitationExpired),
        (invited(S.OPENED, at=NOW - TERM), InvitationExpired),
        (invited(S.SUPPRESSED), NotInvited),
        (invited(S.SUPPRESSED, at=NOW - TERM), NotInvited),
    ],
)
def test_an_invitation_that_is_not_open_refuses_an_answer(asked: Invited, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        answer(asked, GiveFeedback(rating=1), channel=Channel.ONLINE, now=NOW)


def test_satisfaction_is_counted_in_decimals_and_shown_with_the_response_rate() -> None:
    web = satisfaction("x", {5: 402, 3: 118, 1: 180}, invitations=9800)
    assert (web.net_satisfaction, web.response_rate) == (0.317, 0.071)
    phone = satisfaction("x", {4: 610, 3: 90, 2: 100}, invitations=4000)
    assert (phone.net_satisfaction, phone.response_rate) == (0.638, 0.2)
    assert (phone.good, phone.neither, phone.poor) == (610, 90, 100)


def test_where_nobody_answered_there_is_no_satisfaction_rather_than_nought() -> None:
    asked = satisfaction("x", {}, invitations=7)
    assert (asked.mean_rating, asked.net_satisfaction, asked.response_rate) == (None, None, 0.0)
    assert satisfaction("x", {}, invitations=0).response_rate is None
