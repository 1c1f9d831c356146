"""How sure we are of a fact, and what may change that."""

from __future__ import annotations

from common.contracts.people import AlreadySure, NotInDispute, Verification

_HOW_SURE = {
    Verification.ASSERTED: 0,
    Verification.UPHELD: 0,
    Verification.EVIDENCED: 1,
    Verification.VERIFIED: 2,
}


def verify(held: str, to: Verification) -> None:
    """Raises AlreadySure unless `to` is more than what is held; what is in dispute is settled first."""
    if held not in _HOW_SURE or _HOW_SURE[Verification(held)] >= _HOW_SURE[to]:
        raise AlreadySure


def dispute(held: str) -> None:
    """Raises AlreadySure where it is in dispute already."""
    if held == Verification.DISPUTED:
        raise AlreadySure


def settle(held: str) -> None:
    """Raises NotInDispute unless somebody said that it is not right."""
    if held != Verification.DISPUTED:
        raise NotInDispute
