"""From grouped re-asks to what may be shown of them: by kind of fact and reason, under disclosure control."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from common.contracts.cases import AskedBecause
from common.contracts.fact_kinds import FACT_KINDS
from common.contracts.reviews import KindAskedAgain, ReasonCell, ReasonCount

from review_engine.domain import disclosure
from review_engine.domain.events import OTHER_KIND

KINDS = [*sorted(FACT_KINDS), OTHER_KIND]
REASONS = [reason.value for reason in AskedBecause]
_NOBODY = ""  # no kind of fact


@dataclass(frozen=True, slots=True)
class ReAsks:
    """So often answers of one kind of fact were asked again for one reason, of so many people."""

    fact_kind: str
    because: str | None
    number: int
    people: int


def in_total(rows: Iterable[ReAsks]) -> list[ReasonCount]:
    """How often each reason was for all kinds of facts together: exact, of cases and not of people."""
    numbers: Counter[str | None] = Counter()
    for row in rows:
        numbers[row.because] += row.number
    return [ReasonCount(because=reason, count=numbers[reason]) for reason in REASONS]


def by_kind(rows: Iterable[ReAsks]) -> list[KindAskedAgain]:
    """Every kind of fact with every reason that there was; what must not be known is withheld.

    A line is a reason: its total is known, also where it is nought.
    """
    cells = {(row.fact_kind, row.because): row for row in rows}
    there_was = [reason for reason in REASONS if reason in {row.because for row in cells.values()}]
    lines = {reason: {kind: cells[kind, reason] for kind in KINDS if (kind, reason) in cells} for reason in there_was}
    shown = {reason: line.keys() - _hidden(line) for reason, line in lines.items()}
    return [
        KindAskedAgain(
            fact_kind=kind,
            reasons=[
                ReasonCell(because=reason, count=lines[reason][kind].number)
                if kind in shown[reason]
                else ReasonCell(because=reason, count=None, withheld=True)
                for reason in there_was
            ],
        )
        for kind in KINDS
    ]


def _hidden(line: Mapping[str, ReAsks]) -> frozenset[str]:
    """The kinds of a line that are hidden beside those that were not asked again at all.

    Which kinds a service asks is published: of the others everybody knows that they are nought, so they hide no small cell.
    Where no cell is small, it is the noughts that a larger one must hide.
    """
    numbers = {kind: row.number for kind, row in line.items()}
    people = {kind: row.people for kind, row in line.items()}
    nought = {_NOBODY: 0}
    return disclosure.withheld(numbers, people=people) or disclosure.withheld(numbers | nought, people=people | nought)
