"""The life of an invitation, and the one answer that it may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from common.contracts.base import Channel, Refusal
from common.contracts.cases import Result, Status
from common.contracts.feedback import (
    AlreadyAnswered,
    FeedbackInvited,
    FeedbackSubmitted,
    GiveFeedback,
    InvitationExpired,
    InvitationState,
    NotInvited,
)
from common.contracts.tellings import LifeEventKind

TERM = timedelta(days=28)
AFTER_A_DEATH = timedelta(days=60)


class Move(StrEnum):
    """What may happen to an invitation."""

    SEND = "send"
    OPEN = "open"
    ANSWER = "answer"
    EXPIRE = "expire"
    SUPPRESS = "suppress"


# Whoever holds the tracking reference may answer before anything was sent to them.
MOVES: Mapping[InvitationState, Mapping[Move, InvitationState]] = {
    InvitationState.DUE: {
        Move.SEND: InvitationState.SENT,
        Move.OPEN: InvitationState.OPENED,
        Move.ANSWER: InvitationState.ANSWERED,
        Move.EXPIRE: InvitationState.EXPIRED,
        Move.SUPPRESS: InvitationState.SUPPRESSED,
    },
    InvitationState.SENT: {
        Move.OPEN: InvitationState.OPENED,
        Move.ANSWER: InvitationState.ANSWERED,
        Move.EXPIRE: InvitationState.EXPIRED,
    },
    InvitationState.OPENED: {
        Move.ANSWER: InvitationState.ANSWERED,
        Move.EXPIRE: InvitationState.EXPIRED,
    },
    InvitationState.ANSWERED: {},
    InvitationState.EXPIRED: {},
    InvitationState.SUPPRESSED: {},
}
_REFUSALS: Mapping[InvitationState, type[Refusal]] = {
    InvitationState.ANSWERED: AlreadyAnswered,
    InvitationState.EXPIRED: InvitationExpired,
    InvitationState.SUPPRESSED: NotInvited,
}


class NoSuchMove(Exception):
    """An invitation cannot go there from where it stands."""


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation as far as answering it needs: `state` is how far we brought it, `answered` whether an answer is kept."""

    invitation_id: UUID
    case_id: UUID
    service: str
    case_channel: Channel
    state: InvitationState
    invited_at: datetime
    answered: bool

    @property
    def expires_at(self) -> datetime:
        return self.invited_at + TERM

    def state_at(self, now: datetime) -> InvitationState:
        """Where it stands: an answer and the passing of time move it by themselves."""
        if self.answered:
            return move(self.state, Move.ANSWER)
        if now >= self.expires_at and Move.EXPIRE in MOVES[self.state]:
            return move(self.state, Move.EXPIRE)
        return self.state

    def open_at(self, now: datetime) -> bool:
        """Whether it may be answered."""
        return Move.ANSWER in MOVES[self.state_at(now)]


def move(state: InvitationState, what: Move) -> InvitationState:
    """The state that a move leads to. Raises NoSuchMove."""
    if what not in MOVES[state]:
        raise NoSuchMove(f"{what} from {state}")
    return MOVES[state][what]


def invite(
    *, ended_as: Status, result: Result | None, case_id: UUID, service: str, channel: Channel, at: datetime
) -> FeedbackInvited:
    """The invitation that an ending makes, whatever its result."""
    return FeedbackInvited(
        case_id=case_id,
        service=service,
        case_channel=channel,
        ended_as=ended_as,
        result=result,
        expires_at=at + TERM,
    )


def quiet_until(life_event: str, told_at: datetime | None) -> datetime | None:
    """Until when nobody is asked how it went with something that they told then; None where they may be asked at once."""
    return told_at + AFTER_A_DEATH if told_at and life_event == LifeEventKind.BEREAVEMENT else None


def answer(invited: Invited, command: GiveFeedback, *, channel: Channel, now: datetime) -> FeedbackSubmitted:
    """What is said of an answer. Raises AlreadyAnswered, InvitationExpired or NotInvited."""
    if not invited.open_at(now):
        raise _REFUSALS[invited.state_at(now)]
    return FeedbackSubmitted(
        invitation_id=invited.invitation_id,
        case_id=invited.case_id,
        service=invited.service,
        rating=command.rating,
        has_comment=command.comment is not None,
        channel=channel,
        case_channel=invited.case_channel,
    )
