"""Marking a function as what a timer brings about. Marking does nothing else: the runtime collects from the module given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import ModuleType

from common.runtime.reminders import Due, Timer
from common.runtime.transaction import Transaction

__all__ = ["Due", "Timer", "collect", "rings"]

Ring = Callable[[Transaction, Due], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Ringing:
    """A timer, and the function that is called once its moment has passed."""

    timer: Timer
    ring: Ring


def rings(timer: Timer) -> Callable[[Ring], Ring]:
    """Call this function when `timer` is due: in one transaction with the end of the timer, so exactly once.

    It is a command that nobody sends: load, decide, write. Days may lie between the setting and the ringing, so it
    decides by what it loads, and does nothing where the timer no longer applies. It may set the timer again.
    """

    def mark(ring: Ring) -> Ring:
        ring.ringing = Ringing(timer, ring)  # type: ignore[attr-defined]
        return ring

    return mark


def collect(module: ModuleType | None) -> dict[str, Ring]:
    """What each timer of a module (or of a package's modules, where it imports them) brings about, by the timer's name."""
    found = [value.ringing for value in vars(module or object).values() if hasattr(value, "ringing")]
    return {ringing.timer.name: ringing.ring for ringing in found}
