"""The siege: every part of the platform killed three times in turn under load, then healed, then asked for everything twice."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.resilience import rows
from tests.resilience.asking import Acknowledged, Kept, send_again
from tests.resilience.rows import Found
from tests.resilience.town import Town
from tests.resilience.writers import Load

TURNS = 3
HEALED = 90.0  # seconds within which everything said must be heard again, on a machine that has much else to do
NEEDED = {
    "customer-account",
    "case-crm",
    "postgres",
}  # without these the writers stand still; without the others they go on
_LUCK = 20261122


@dataclass
class Outcome:
    """What the siege left: what the writers kept, what is in the databases, and how long healing took."""

    kept: Kept = field(repr=False)
    found: Found = field(default_factory=Found)
    answered_otherwise: list[tuple[Acknowledged, str]] = field(default_factory=list, repr=False)
    back: dict[str, list[float]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def report(self) -> list[str]:
        """How it went, for whoever reads the test's output. Measured, not promised."""
        kept = self.kept
        parts = [f"{part} {min(took):.1f}-{max(took):.1f} s" for part, took in self.back.items()]
        return [
            f"{len(kept.acknowledged)} writes acknowledged of {kept.tries} requests sent, {kept.failures} of which met a failure",
            "from SIGKILL until ready again: " + ", ".join(parts),
            *(f"{what}: {seconds:.1f} s" for what, seconds in self.seconds.items()),
        ]


def besiege(town: Town) -> Outcome:
    """Kill everything three times under load, heal, send every request again, say every event again, and read it all."""
    with Load(town.doors, town.issuer.token) as load:
        outcome = Outcome(load.kept)
        _timed(outcome, f"{TURNS * len(town.parts)} kills under load", lambda: _kill_in_turn(town, load, outcome))
    _timed(outcome, "after the last kill until everything was heard", lambda: rows.until_heard(town, seconds=HEALED))
    _timed(outcome, "every acknowledged request once more", lambda: _ask_again(town, outcome))
    _timed(outcome, "until nothing was left to be said", lambda: rows.until_said(town, seconds=HEALED))
    _timed(outcome, "every event said to everybody once more", lambda: rows.say_again(town, seconds=HEALED))
    outcome.found = rows.read(town.databases)
    return outcome


def _kill_in_turn(town: Town, load: Load, outcome: Outcome) -> None:
    luck = random.Random(_LUCK)  # noqa: S311 - a fixed seed: the same order of the same pauses every time
    for _ in range(TURNS):
        for part in town.parts:
            load.until_acknowledged(luck.randint(5, 40))
            began = time.monotonic()
            town.kill(part)
            if part in NEEDED:
                load.until_failing()
            else:
                load.until_acknowledged(10)
            town.restart(part)
            outcome.back.setdefault(part, []).append(time.monotonic() - began)
    load.until_acknowledged(20)


def _ask_again(town: Town, outcome: Outcome) -> None:
    outcome.answered_otherwise = send_again(town.doors, town.issuer.token, outcome.kept.acknowledged)


def _timed(outcome: Outcome, what: str, do: Callable[[], object]) -> None:
    began = time.monotonic()
    do()
    outcome.seconds[what] = time.monotonic() - began
