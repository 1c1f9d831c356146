"""What partners may answer to what they were told of a life event, and what of it they are shown. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from common.contracts.cases import ReasonNeeded
from common.contracts.keys import SEALED_KINDS, KeyClass
from common.contracts.tellings import (
    DELIVERY_MOVES,
    DeliveryCannotGoThere,
    DeliveryMove,
    DeliveryStatus,
    EffectNeeded,
    MoveDelivery,
    RecipientAnswered,
    Sends,
    is_over,
    next_moves,
)

TELLS_WHERE = frozenset(kind for kind, under in SEALED_KINDS.items() if under in (KeyClass.ADDRESS, KeyClass.CONTACT))
"""The kinds of facts that tell where somebody is, or how to reach them."""
_UNDONE = (DeliveryStatus.REJECTED, DeliveryStatus.FAILED)


@dataclass(frozen=True, slots=True)
class Later:
    """What the same partner was told later in the same matter: a correction of these kinds, or that it was in error."""

    sends: str
    fact_kinds: Sequence[str]


def answered(command: MoveDelivery, delivery_id: UUID, *, status: str, sends: str) -> RecipientAnswered:
    """The event that an answer makes. Raises DeliveryCannotGoThere, EffectNeeded or ReasonNeeded."""
    if command.move.value not in next_moves(status, sends):
        raise DeliveryCannotGoThere(possible=next_moves(status, sends))
    now = status_after(command.move, status)
    if now is DeliveryStatus.ACTIONED and (command.effect is None or command.effective_date is None):
        raise EffectNeeded
    if now in _UNDONE and command.reason is None:
        raise ReasonNeeded
    return RecipientAnswered(delivery_id=delivery_id, **command.model_dump())


def status_after(move: DeliveryMove, status: str) -> DeliveryStatus:
    """Where a move that may be made leads."""
    return DELIVERY_MOVES[DeliveryStatus(status)][move]


def sees_facts(status: str, sends: str, later: Sequence[Later]) -> bool:
    """Whether a partner is shown facts: while it has something to do with them, and was not told that they were in error."""
    return not is_over(status, sends) and all(each.sends != Sends.RETRACTION for each in later)


def corrected(kinds: Sequence[str], later: Sequence[Later]) -> list[str]:
    """The kinds among these that were told otherwise since."""
    return sorted({kind for each in later for kind in each.fact_kinds}.intersection(kinds))
