"""Where a delivery may go from where it stands: one table, for council services and partners alike."""

from __future__ import annotations

from collections.abc import Mapping

from common.contracts.tellings.words import DeliveryMove as M
from common.contracts.tellings.words import DeliveryStatus as S
from common.contracts.tellings.words import Sends

_NO = {M.REJECT: S.REJECTED, M.FAIL: S.FAILED}
DELIVERY_MOVES: Mapping[S, Mapping[M, S]] = {
    S.SENT: {M.ACKNOWLEDGE: S.ACKNOWLEDGED, M.FAIL: S.FAILED},
    S.DELIVERED: {M.ACKNOWLEDGE: S.ACKNOWLEDGED, M.FAIL: S.FAILED},
    S.ACKNOWLEDGED: {M.MATCH: S.MATCHED, M.NOT_HELD: S.NOT_HELD, M.FIND_SEVERAL: S.AMBIGUOUS, **_NO},
    S.AMBIGUOUS: {M.MATCH: S.MATCHED, M.NOT_HELD: S.NOT_HELD, M.FAIL: S.FAILED},
    S.MATCHED: {M.START: S.ACTIONING, M.ASK_FOR_MORE: S.MORE_INFORMATION_NEEDED, M.ACTION: S.ACTIONED, **_NO},
    S.MORE_INFORMATION_NEEDED: {M.START: S.ACTIONING, **_NO},
    S.ACTIONING: {M.ASK_FOR_MORE: S.MORE_INFORMATION_NEEDED, M.ACTION: S.ACTIONED, **_NO},
}
_OVER = frozenset({S.NOT_HELD, S.ACTIONED, S.REJECTED, S.FAILED, S.EXCLUDED, S.SUPPRESSED})


def next_moves(status: str, sends: str) -> list[str]:
    """What may be done with a delivery as it stands. A retraction is acknowledged, and that is all."""
    if sends == Sends.RETRACTION:
        return [M.ACKNOWLEDGE.value] if S(status) in (S.SENT, S.DELIVERED) else []
    return [name.value for name in DELIVERY_MOVES.get(S(status), {})]


def is_over(status: str, sends: str) -> bool:
    """Whether nothing more follows."""
    return S(status) in _OVER or (sends == Sends.RETRACTION and status == S.ACKNOWLEDGED)
