"""Sharing out cases: each to whoever can deal with it and has the most room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that nobody deals with yet, and what it takes."""

    case_id: UUID
    skill: str | None = None
    specialist: bool = False


@dataclass(slots=True)
class Worker:
    """A member of a team: what they can do, how many cases they deal with at a time, and how many they hold."""

    officer_id: str
    capacity: int
    holding: int
    skills: frozenset[str] = frozenset()
    specialist: bool = False

    @property
    def full(self) -> bool:
        """Whether they hold as many as they can."""
        return self.holding >= self.capacity

    def can(self, case: Waiting) -> bool:
        """Whether they know how to deal with a case."""
        return (case.skill is None or case.skill in self.skills) and (self.specialist or not case.specialist)

    def load_with_one_more(self) -> Fraction:
        """Which part of their capacity one more case would make."""
        return Fraction(self.holding + 1, self.capacity)


Why = Literal["skill", "capacity"]


def share(cases: Iterable[Waiting], workers: Sequence[Worker]) -> tuple[dict[UUID, str], dict[UUID, Why]]:
    """To whom each case goes, in the order they wait; and why nobody is given the others.

    Whoever would be the least loaded by it, measured by their own capacity, is next: of workers with the same capacity and
    skills none holds two more than another.
    """
    given: dict[UUID, str] = {}
    left: dict[UUID, Why] = {}
    for case in cases:
        able = [worker for worker in workers if worker.can(case)]
        free = [worker for worker in able if not worker.full]
        if not free:
            left[case.case_id] = "capacity" if able else "skill"
            continue
        next_one = min(free, key=lambda worker: (worker.load_with_one_more(), worker.officer_id))
        next_one.holding += 1
        given[case.case_id] = next_one.officer_id
    return given, left
