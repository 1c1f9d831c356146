"""The life of a delivery: what is said of each move that the table allows, and what a resident reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.contracts.cases import ENDED, ReasonNeeded, Result, Status
from common.contracts.tellings import (
    DELIVERY_MOVES,
    DeliveryAcknowledged,
    DeliveryActioned,
    DeliveryActioning,
    DeliveryAmbiguous,
    DeliveryCannotGoThere,
    DeliveryEvent,
    DeliveryFailed,
    DeliveryMatched,
    DeliveryMoreInformationNeeded,
    DeliveryMove,
    DeliveryNotHeld,
    DeliveryRejected,
    EffectNeeded,
    next_moves,
)
from common.contracts.tellings import DeliveryStatus as S

BEGINS = frozenset({S.PLANNED, S.AWAITING_CONSENT, S.EXCLUDED})
_TAKEN_BACK = {"suppress": S.SUPPRESSED}
_OURS: Mapping[S, Mapping[str, S]] = {
    S.AWAITING_CONSENT: {"agree": S.PLANNED, "exclude": S.EXCLUDED, **_TAKEN_BACK},
    S.PLANNED: {"send": S.SENT, "deliver": S.DELIVERED},
    S.SENT: {"deliver": S.DELIVERED},
}
STEPS: Mapping[S, Mapping[str, S]] = {
    at: {
        **_OURS.get(at, {}),
        **{move.value: to for move, to in DELIVERY_MOVES.get(at, {}).items()},
        **(_TAKEN_BACK if at in DELIVERY_MOVES else {}),
    }
    for at in S
    if at is not S.OTHER
}
"""Where a delivery may go from where it stands: by what we do with it, and by what its recipient does."""
TOLD = frozenset(S) - {S.AWAITING_CONSENT, S.PLANNED, S.EXCLUDED, S.SUPPRESSED, S.OTHER}
"""Where its recipient knows of it."""
_SAYS: Mapping[S, type[DeliveryEvent]] = {
    S.ACKNOWLEDGED: DeliveryAcknowledged,
    S.MATCHED: DeliveryMatched,
    S.NOT_HELD: DeliveryNotHeld,
    S.AMBIGUOUS: DeliveryAmbiguous,
    S.MORE_INFORMATION_NEEDED: DeliveryMoreInformationNeeded,
    S.ACTIONING: DeliveryActioning,
    S.ACTIONED: DeliveryActioned,
    S.REJECTED: DeliveryRejected,
    S.FAILED: DeliveryFailed,
}
WORDS: Mapping[S, str] = {
    S.AWAITING_CONSENT: "Waiting for agreement before we tell them.",
    S.PLANNED: "We are about to tell them.",
    S.SENT: "We have told them.",
    S.DELIVERED: "We have told them.",
    S.ACKNOWLEDGED: "They have it.",
    S.MATCHED: "They have it, and know whom it is about.",
    S.NOT_HELD: "They hold nothing, so there is nothing to do.",
    S.AMBIGUOUS: "They found more than one record, and an officer is looking.",
    S.MORE_INFORMATION_NEEDED: "They need to know more before they can go on.",
    S.ACTIONING: "They are doing what follows from it.",
    S.ACTIONED: "Done.",
    S.REJECTED: "They will not do anything about it, and said why.",
    S.FAILED: "It could not be done.",
    S.EXCLUDED: "They were not told.",
    S.SUPPRESSED: "We took it back, and nothing more comes of it.",
}
_TOLD_OF = frozenset({S.NOT_HELD, S.MORE_INFORMATION_NEEDED, S.ACTIONED, S.REJECTED, S.FAILED})

# Where a case takes the delivery that opened it. One that nobody has taken yet takes it nowhere.
_LED: Mapping[Status, S] = {
    Status.SUBMITTED: S.DELIVERED,
    Status.RECEIVED: S.ACKNOWLEDGED,
    Status.TRIAGED: S.ACKNOWLEDGED,
    Status.IN_PROGRESS: S.ACTIONING,
    Status.SCHEDULED: S.ACTIONING,
    Status.AWAITING_PARTNER: S.ACTIONING,
    Status.AWAITING_CUSTOMER: S.MORE_INFORMATION_NEEDED,
    Status.RESOLVED: S.ACTIONED,
    Status.CLOSED: S.ACTIONED,
    Status.WITHDRAWN: S.REJECTED,
    Status.CANCELLED: S.REJECTED,
}
_LED_BY_RESULT: Mapping[Result, S] = {Result.NOT_RESPONSIBLE: S.REJECTED, Result.UNABLE_TO_CONTACT: S.FAILED}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a recipient says of its delivery."""

    move: DeliveryMove
    effect: str | None = None
    effective_date: date | None = None
    reason: str | None = None


def step(status: str, name: str) -> S:
    """Where what we do with a delivery takes it. Raises DeliveryCannotGoThere."""
    found = STEPS[S(status)].get(name)
    if found is None:
        raise DeliveryCannotGoThere
    return found


def moved(answer: Answer, *, status: str, sends: str, title: str, beside: Mapping[str, Any]) -> DeliveryEvent:
    """The event that an answer makes. Raises DeliveryCannotGoThere, EffectNeeded or ReasonNeeded."""
    if answer.move.value not in next_moves(status, sends):
        raise DeliveryCannotGoThere(possible=next_moves(status, sends))
    now = STEPS[S(status)][answer.move.value]
    told = f"{title}: {WORDS[now]}" if now in _TOLD_OF else None
    said: dict[str, Any] = {**beside, "status": now, "sends": sends, "told_to_resident": told}
    if now is S.ACTIONED:
        if answer.effect is None or answer.effective_date is None:
            raise EffectNeeded
        return DeliveryActioned(**said, effect=answer.effect, effective_date=answer.effective_date)
    if now in (S.REJECTED, S.FAILED):
        if answer.reason is None:
            raise ReasonNeeded
        said["reason"] = answer.reason
    return _SAYS[now](**said)


def led_to(status: str, result: Result | None, *, taken: bool) -> S:
    """Where a case that stands so takes the delivery that opened it."""
    led = _LED.get(Status(status), S.DELIVERED)
    if result is not None and status in ENDED:
        led = _LED_BY_RESULT.get(result, led)
    return S.ACKNOWLEDGED if taken and led is S.DELIVERED else led


def way(status: str, to: S, *, result: Result | None, on: date, because: str) -> list[Answer]:
    """The answers that take a delivery there: the fewest that the table of moves allows, and none where none lead there."""
    ways: dict[S, list[DeliveryMove]] = {S(status): []}
    for at in (reached := [S(status)]):
        for move, then in DELIVERY_MOVES.get(at, {}).items():
            if then not in ways:
                ways[then] = [*ways[at], move]
                reached.append(then)
    code = result.value if result else because
    done = Answer(DeliveryMove.ACTION, effect=code, effective_date=on)
    return [done if move is DeliveryMove.ACTION else Answer(move, reason=code) for move in ways.get(to, [])]
