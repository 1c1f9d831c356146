"""The life of a delivery: what is said of each move that the table allows, and what a resident reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.contracts.cases import ReasonNeeded
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


@dataclass(frozen=True, slots=True)
class Answer:
    """What a recipient says of its delivery."""

    move: DeliveryMove
    effect: str | None = None
    effective_date: date | None = None
    reason: str | None = None


def moved(answer: Answer, *, status: str, sends: str, title: str, beside: Mapping[str, Any]) -> DeliveryEvent:
    """The event that an answer makes. Raises DeliveryCannotGoThere, EffectNeeded or ReasonNeeded."""
    if answer.move.value not in next_moves(status, sends):
        raise DeliveryCannotGoThere(possible=next_moves(status, sends))
    now = DELIVERY_MOVES[S(status)][answer.move]
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
