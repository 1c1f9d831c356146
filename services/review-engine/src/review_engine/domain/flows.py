"""From grouped edges to what may be shown of them: the whole council exactly, groups of people under disclosure control."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from common.contracts.base import Channel
from common.contracts.reviews import By, EdgeView, GroupView

from review_engine.domain import characteristics, disclosure
from review_engine.domain.ages import BANDS

GROUPS: dict[By, Sequence[str]] = {
    By.NONE: (),
    By.AGE_BAND: BANDS,
    By.CHANNEL: [channel.value for channel in Channel],
    **{By(each.value): bands for each, bands in characteristics.GROUPS.items()},
}


@dataclass(frozen=True, slots=True)
class Edge:
    """So many times one activity came next after another, in one group or (None) in all.

    `timed` is for how many of them the time between is known, `median` the middle of those times in seconds, `people` of
    how many people they are.
    """

    before: str
    after: str
    part: str | None
    number: int
    timed: int
    median: float | None
    people: int


def whole(edges: Iterable[Edge]) -> list[EdgeView]:
    """The edges of all groups together: exact, because they are about cases and not about people."""
    return [_shown(edge, median=edge.median) for edge in edges if edge.part is None]


def grouped(edges: Sequence[Edge], by: By) -> list[GroupView]:
    """Every edge in every group, with what must not be known withheld. Medians need as many times as a cell needs cases."""
    lines = [(edge.before, edge.after) for edge in edges if edge.part is None]
    cells = {(edge.before, edge.after, edge.part): edge for edge in edges if edge.part is not None}
    hidden = {line: _hidden({group: cells.get((*line, group)) for group in GROUPS[by]}) for line in lines}
    return [
        GroupView(
            group=group,
            edges=[_withheld(line) if group in hidden[line] else _cell(cells[*line, group]) for line in lines],
        )
        for group in GROUPS[by]
    ]


def _hidden(line: Mapping[str, Edge | None]) -> frozenset[str]:
    numbers = {group: edge.number if edge else 0 for group, edge in line.items()}
    return disclosure.withheld(numbers, people={group: edge.people if edge else 0 for group, edge in line.items()})


def _cell(edge: Edge) -> EdgeView:
    return _shown(edge, median=edge.median if edge.timed >= disclosure.SMALLEST_SHOWN else None)


def _shown(edge: Edge, *, median: float | None) -> EdgeView:
    return EdgeView(from_activity=edge.before, to_activity=edge.after, count=edge.number, median_seconds=median)


def _withheld(line: tuple[str, str]) -> EdgeView:
    return EdgeView(from_activity=line[0], to_activity=line[1], count=None, median_seconds=None, withheld=True)
