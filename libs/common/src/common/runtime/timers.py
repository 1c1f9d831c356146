"""Marking a function as what a timer brings about. Marking does nothing else: the runtime collects from the module given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

from common.runtime.reminders import Due, Timer
from common.runtime.settings import Settings
from common.runtime.tables import Aggregate
from common.runtime.transaction import Transaction

__all__ = ["Due", "Timer", "collect", "errands", "hourly", "rings"]

Ring = Callable[[Transaction, Due], Awaitable[Any]]
Ask = Callable[[Any, Settings], Awaitable[Any]]
Told = Callable[[Transaction, Any, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Ringing:
    """A timer, and the function that is called once its moment has passed."""

    timer: Timer
    ring: Ring
    asks: Ask | None = None
    told: Told | None = None


def rings(timer: Timer, *, asks: Ask | None = None, told: Told | None = None) -> Callable[[Ring], Ring]:
    """Call this function when `timer` is due: in one transaction with the end of the timer, so exactly once.

    It is a command that nobody sends: load, decide, write. Days may lie between the setting and the ringing, so it
    decides by what it loads, and does nothing where the timer no longer applies. It may set the timer again. It awaits
    nothing but the reads of its session: what is due together is rung together.

    With `asks` and `told` it is an errand to a system that is not ours: what the function gives (None: nothing is to be
    asked) is asked by `asks` with no transaction open, and `told` takes in what was answered, in another. The function sets
    the timer again to when the errand is taken for lost: whoever died on the way is then followed by another.
    """

    def mark(ring: Ring) -> Ring:
        ring.ringing = Ringing(timer, ring, asks, told)  # type: ignore[attr-defined]  # a mark on a function
        return ring

    return mark


class Hour(Aggregate):
    """An hour in which something was done, as what its one timer is about. It has no row."""


def hourly(tx: Transaction, timer: Timer, *, after: timedelta) -> None:
    """Have `timer` ring so long `after` this hour is over, once for all that happens in it: an hour is never put off."""
    hour = int(tx.now.timestamp()) // 3600
    at = datetime.fromtimestamp((hour + 1) * 3600, UTC) + after
    tx.remind(timer, about=Hour(id=UUID(int=hour)), at=at)


def collect(module: ModuleType | None) -> dict[str, Ring]:
    """What each timer of a module (or of a package's modules, where it imports them) brings about, by the timer's name."""
    return {ringing.timer.name: ringing.ring for ringing in _marked(module)}


def errands(module: ModuleType | None) -> dict[str, Ringing]:
    """Those of them that ask something of a system that is not ours."""
    return {ringing.timer.name: ringing for ringing in _marked(module) if ringing.asks}


def _marked(module: ModuleType | None) -> list[Ringing]:
    return [value.ringing for value in vars(module or object).values() if hasattr(value, "ringing")]
