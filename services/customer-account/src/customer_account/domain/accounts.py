"""The states of an account and what leads from one to another: one table, which refuses the rest in words."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from common.contracts.base import Refusal
from common.contracts.people.accounts import (
    AccountIsClosed,
    AccountIsLocked,
    AccountIsSuspended,
    AccountStatus,
    ClosedAlready,
    DeathOnRecord,
    InUseAlready,
    JoinedWithAnother,
    NobodySignsIn,
    NoDeathOnRecord,
    NotJoined,
    NotSuspended,
    SignInAgain,
    SuspendedAlready,
)


class Step(StrEnum):
    """What leads an account from one state to another."""

    CLAIM = "claim"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    CLOSE = "close"
    MERGE = "merge"
    UNMERGE = "unmerge"
    CONFIRM_DEATH = "confirm_death"
    RETRACT_DEATH = "retract_death"


class Standing(NamedTuple):
    """Where an account stands, and where it goes back to when what locked it is taken back."""

    status: AccountStatus
    before: AccountStatus | None = None


class Back(StrEnum):
    """Not a state: the one that was before."""

    TO_BEFORE = "before"


_LOCKS = {Step.MERGE: AccountStatus.MERGED_INTO, Step.CONFIRM_DEATH: AccountStatus.DECEASED}

TRANSITIONS: Mapping[AccountStatus, Mapping[Step, AccountStatus | Back]] = {
    AccountStatus.PROVISIONAL: {Step.CLAIM: AccountStatus.ACTIVE, **_LOCKS},
    AccountStatus.ACTIVE: {Step.SUSPEND: AccountStatus.SUSPENDED, Step.CLOSE: AccountStatus.CLOSED, **_LOCKS},
    AccountStatus.SUSPENDED: {
        Step.REINSTATE: AccountStatus.ACTIVE,
        Step.CLOSE: AccountStatus.CLOSED,
        Step.CONFIRM_DEATH: AccountStatus.DECEASED,
    },
    AccountStatus.MERGED_INTO: {Step.UNMERGE: Back.TO_BEFORE},
    AccountStatus.DECEASED: {Step.RETRACT_DEATH: Back.TO_BEFORE},
    AccountStatus.CLOSED: {Step.CONFIRM_DEATH: AccountStatus.DECEASED},
}

_UNDOES: Mapping[Step, type[Refusal]] = {
    Step.REINSTATE: NotSuspended,
    Step.RETRACT_DEATH: NoDeathOnRecord,
    Step.UNMERGE: NotJoined,
}
_STANDS: Mapping[AccountStatus, type[Refusal]] = {
    AccountStatus.PROVISIONAL: NobodySignsIn,
    AccountStatus.ACTIVE: InUseAlready,
    AccountStatus.SUSPENDED: SuspendedAlready,
    AccountStatus.MERGED_INTO: JoinedWithAnother,
    AccountStatus.DECEASED: DeathOnRecord,
    AccountStatus.CLOSED: ClosedAlready,
}
_KEEPS_OUT: Mapping[AccountStatus, type[Refusal]] = {
    AccountStatus.SUSPENDED: AccountIsSuspended,
    AccountStatus.DECEASED: AccountIsLocked,
    AccountStatus.CLOSED: AccountIsClosed,
    AccountStatus.MERGED_INTO: SignInAgain,
}


def opened(*, assisted: bool) -> AccountStatus:
    """How an account begins: who was helped has nothing to sign in with yet."""
    return AccountStatus.PROVISIONAL if assisted else AccountStatus.ACTIVE


def take(step: Step, at: Standing) -> Standing:
    """Where an account stands after a step. Raises what says why it cannot be taken: one of the refusals above."""
    to = TRANSITIONS[at.status].get(step)
    if to is None:
        raise _UNDOES.get(step, _STANDS[at.status])
    if isinstance(to, Back):
        return Standing(at.before or AccountStatus.PROVISIONAL)
    return Standing(to, at.status if step in _LOCKS else None)


def may_sign_in(status: AccountStatus) -> bool:
    """Whether somebody may sign in with an account that stands so."""
    return status not in _KEEPS_OUT


def let_in(status: AccountStatus, *, writes: bool) -> None:
    """Raises what says why a person who is signed in may not go on. Who was led to another record may still read that they were."""
    if status is AccountStatus.MERGED_INTO and not writes:
        return
    if refusal := _KEEPS_OUT.get(status):
        raise refusal
