"""Disclosure control of one line of a table: which of its cells may not be shown, given that its total is known.

Each cell stands in exactly one line with a known total (an edge, over all groups); no group has a total. So a line is
the whole of what an outsider can solve, and looking at each line by itself is exact, not an approximation.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

SMALLEST_SHOWN = 10
NARROWEST = 3


def withheld(
    line: Mapping[str, int], *, people: Mapping[str, int] | None = None, smallest: int = SMALLEST_SHOWN
) -> frozenset[str]:
    """The groups whose cells are not shown: the small ones (nought too), and the next larger ones that must hide them.

    With `people`, a cell is small where it is of few people, however often each is counted in it. More are hidden,
    smallest first, until the sum that is left over leaves at least two hidden cells open over an interval at least
    NARROWEST wide. Where that takes the whole line, its total is all that is said of it.
    """
    hidden = {group for group, count in (people or line).items() if count < smallest}
    shown = sorted(line.keys() - hidden, key=lambda group: (line[group], group), reverse=True)
    while hidden and shown and not _open([line[group] for group in hidden], largest_small=smallest - 1):
        hidden.add(shown.pop())
    return frozenset(hidden)


def _open(hidden: Collection[int], *, largest_small: int) -> bool:
    """Whether the sum of hidden cells, which a reader has from the total, leaves each of them open.

    They may guess that every hidden cell is a small one: alone it is the sum, and nine and nine are the only way to
    eighteen. Where they cannot all be small, which is not is not said.
    """
    total, others = sum(hidden), len(hidden) - 1
    if total > largest_small * len(hidden):
        return others > 0
    least = max(0, total - largest_small * others)
    return min(largest_small, total) - least >= NARROWEST
